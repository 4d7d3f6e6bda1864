//! How far a contact got with the conditions of a rule (R12).

use super::stimulus::Stimulus;
use super::{Fold, Owner};
use crate::automation::{AutomationVersion, Rule};
use crate::condition::{Condition, Scene, Total};
use crate::event::Event;
use crate::ids::{AutomationId, ConditionId, EventId};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Progress towards conditions, by whose it is.
pub type Progress = BTreeMap<(Owner, ConditionId), Met>;

/// When and by what a condition was met; or, while it is not, the last event that counted towards it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Met {
    /// The event's `at`.
    pub at: Timestamp,
    /// The event.
    pub event: EventId,
    /// Whether it is met; it stays so, and nothing more counts.
    pub is_met: bool,
    /// How many events counted.
    pub tally: i64,
    /// What they add up to, for a condition with a sum.
    pub total: Option<Total>,
}

impl Met {
    /// Met once, by that event.
    pub(super) fn by(event: &Event) -> Self {
        Self { at: event.at(), event: event.id, is_met: true, tally: 1, total: None }
    }

    /// What was held and one event more, which passed the condition's filters and windows.
    pub(super) fn and(held: Option<Self>, condition: &Condition, scene: &Scene<'_>) -> Self {
        if let Some(held) = held.filter(|held| held.is_met) {
            return held;
        }
        let counted = Self::counted(held, condition, scene);
        Self { is_met: condition.tally.is_reached(counted.tally, counted.total), ..counted }
    }

    fn counted(held: Option<Self>, condition: &Condition, scene: &Scene<'_>) -> Self {
        let (tally, total) = held.map_or((0, None), |held| (held.tally, held.total));
        let total = match (total, condition.adds(scene)) {
            (Some(total), Some(more)) => Some(total.plus(more)),
            (total, more) => total.or(more),
        };
        Self { tally: tally.saturating_add(1), total, is_met: false, ..Self::by(scene.event) }
    }
}

impl Fold<'_> {
    /// Counts the event for the entry rules that ask for the nth or every nth: those count over entries, whether or not
    /// the contact is inside, and so before anything else is made of the event.
    pub(super) fn count_entries(&mut self, automation: AutomationId, stimulus: &Stimulus<'_>) {
        let definitions = self.definitions;
        let Some((version, _)) = definitions.live(automation) else { return };
        let scene = stimulus.scene();
        for rule in &version.entry_rules {
            for condition in rule.each_condition().into_iter().filter(|condition| condition.counts_over_entries()) {
                let key = (Owner::Rule(rule.id), condition.id);
                let held = self.after.progress.get(&key).copied();
                let is_past = held.is_some_and(|held| condition.tally.is_past(held.tally));
                if !is_past && condition.test(&scene).is_ok() {
                    let counted = Met::counted(held, condition, &scene);
                    // Where it was met and others of its rule were not yet, it stays met as it was.
                    let counted = match held.filter(|held| held.is_met) {
                        Some(held) => Met { tally: counted.tally, ..held },
                        None => counted,
                    };
                    self.after.progress.insert(key, counted);
                }
            }
        }
    }

    /// After an entry every entry rule begins anew, or what was met before this stay would help to begin the next. What
    /// counts over entries counts on.
    pub(super) fn begin_anew(&mut self, version: &AutomationVersion) {
        let entry_rules = &version.entry_rules;
        let rules: BTreeSet<_> = entry_rules.iter().map(|rule| Owner::Rule(rule.id)).collect();
        let conditions = entry_rules.iter().flat_map(Rule::each_condition);
        let going_on: BTreeSet<_> =
            conditions.filter(|condition| condition.counts_over_entries()).map(|condition| condition.id).collect();
        self.after.progress.retain(|(owner, condition), met| {
            let is_of_rules = rules.contains(owner);
            met.is_met &= !is_of_rules;
            !is_of_rules || going_on.contains(condition)
        });
    }
}
