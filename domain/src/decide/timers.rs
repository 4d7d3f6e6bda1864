//! Instants that conditions wait for: a state that turns true by the passing of time, and something that does not happen
//! for so long.

use super::stimulus::Stimulus;
use super::{Fold, Owner};
use crate::automation::{AutomationVersion, Rule};
use crate::condition::{Condition, Trigger};
use crate::enrollment::Enrollment;
use crate::event::Event;
use crate::ids::{AutomationId, ConditionId};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// An instant that a condition waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Of which automation.
    pub automation: AutomationId,
    /// When it is to be judged again.
    pub due_at: Timestamp,
}

/// What a contact waits for, by whose condition it is.
pub type Timers = BTreeMap<(Owner, ConditionId), Timer>;

/// What a condition waits for after a stimulus.
enum Wait {
    /// As before.
    Same,
    Until(Timestamp),
    /// Until then, or later if it waits longer already.
    NotBefore(Timestamp),
    Nothing,
}

impl Fold<'_> {
    /// Judges a rule because an instant came for which a condition of it waited. What nobody waits for any more, or
    /// not yet, is nothing.
    pub(super) fn judge_due(
        &mut self,
        automation: AutomationId,
        owner: Owner,
        condition: ConditionId,
        stimulus: &Stimulus<'_>,
    ) {
        let key = (owner, condition);
        let is_awaited = self.after.timers.get(&key).is_some_and(|timer| timer.due_at <= stimulus.at());
        if !is_awaited {
            return;
        }
        self.after.timers.remove(&key);
        let due = Stimulus { due: Some(key), ..*stimulus };
        match owner {
            Owner::Enrollment(_) => {
                self.judge_stays(automation, &[due]);
            }
            Owner::Rule(_) => self.judge_entry(automation, &[due]),
        }
        self.set_timers(automation, stimulus);
    }

    /// Sets what the contact's stay in an automation waits for after a stimulus, and what an entry into it does.
    pub(super) fn set_timers(&mut self, automation: AutomationId, stimulus: &Stimulus<'_>) {
        let definitions = self.definitions;
        if !definitions.waits(automation) {
            return;
        }
        self.set_timers_inside(automation, stimulus);
        if let Some((version, _)) = definitions.live(automation) {
            for rule in &version.entry_rules {
                self.set_timers_of(automation, rule, Owner::Rule(rule.id), stimulus);
            }
        }
    }

    /// After the last event: sets when the states that may have changed turn by the passing of time.
    pub(super) fn wait_for_turns(&mut self) {
        let (Some(event), turning) = (self.events.last(), std::mem::take(&mut self.turning)) else { return };
        let now = Event { occurred_at: event.received_at, ..(*event).clone() };
        let facts = std::mem::take(&mut self.after.facts);
        let history = std::mem::take(&mut self.after.history);
        let entry_events = std::mem::take(&mut self.after.entry_events);
        let stimulus = Stimulus {
            event: &now,
            now: &now,
            cause: &now,
            facts_before: &facts,
            facts_after: &facts,
            history: &history,
            history_after: &history,
            due: None,
            entry_events: &entry_events,
            entry: None,
            is_last: true,
            zone: &self.definitions.zone,
        };
        turning.into_iter().for_each(|automation| self.set_timers(automation, &stimulus));
        self.after.facts = facts;
        self.after.history = history;
        self.after.entry_events = entry_events;
    }

    /// Sets what the contact's stay in an automation waits for.
    pub(super) fn set_timers_inside(&mut self, automation: AutomationId, stimulus: &Stimulus<'_>) {
        let definitions = self.definitions;
        if definitions.waits(automation)
            && let Some(stay) = self.active_stay(automation)
            && let Some(version) = definitions.version(automation, stay.version)
        {
            let inside = stimulus.within(&stay);
            for rule in version.goals.iter().chain(&version.alternate_exits) {
                self.set_timers_of(automation, rule, Owner::Enrollment(stay.id), &inside);
            }
        }
    }

    fn set_timers_of(&mut self, automation: AutomationId, rule: &Rule, owner: Owner, stimulus: &Stimulus<'_>) {
        for Trigger { condition, is_denied } in rule.triggers() {
            let key = (owner, condition.id);
            // What came due and was not judged yet still is, whatever happened since; not what was missing and happened
            // before it came due.
            let timer = self.after.timers.get(&key).filter(|_| self.overdue.contains(&key));
            if timer.is_some_and(|timer| !condition.is_absence() || stimulus.at() >= timer.due_at) {
                continue;
            }
            let wait = if condition.is_absence() && stimulus.is_last {
                continue;
            } else if condition.is_absence() {
                wait_for_absence(condition, owner, stimulus)
            } else if condition.is_state() && stimulus.is_last {
                condition.turns_at(!is_denied, &stimulus.scene_after()).map_or(Wait::Nothing, Wait::Until)
            } else {
                // When a state turns is the same for all events of a batch: after the last of them.
                if condition.is_state() {
                    self.turning.insert(automation);
                }
                continue;
            };
            match wait {
                Wait::Same => {}
                Wait::NotBefore(due_at) => {
                    // Of what happened several times the latest counts, in whichever order it is heard of.
                    let timer = self.after.timers.entry(key).or_insert(Timer { automation, due_at });
                    timer.due_at = timer.due_at.max(due_at);
                }
                Wait::Until(due_at) => drop(self.after.timers.insert(key, Timer { automation, due_at })),
                Wait::Nothing => drop(self.after.timers.remove(&key)),
            }
        }
    }

    /// From entry on, what must not happen is waited for.
    pub(super) fn begin_absences(&mut self, version: &AutomationVersion, place: usize) {
        let Some(stay) = self.after.enrollments.get(place).cloned() else { return };
        let rules = version.goals.iter().chain(&version.alternate_exits);
        let triggers = rules.flat_map(Rule::triggers).map(|trigger| trigger.condition);
        let absences = triggers.filter(|one| one.is_absence() && one.waits_from_entry());
        for condition in absences {
            if let Some(length) = condition.waits_for() {
                let timer = Timer { automation: version.automation, due_at: stay.entered_at.plus(length) };
                self.after.timers.insert((Owner::Enrollment(stay.id), condition.id), timer);
            }
        }
    }

    fn active_stay(&self, automation: AutomationId) -> Option<Enrollment> {
        let mut stays = self.after.enrollments.iter();
        stays.find(|stay| stay.automation == automation && stay.is_active()).cloned()
    }
}

/// What happened ends the wait that began at entry, or begins it anew.
fn wait_for_absence(condition: &Condition, owner: Owner, stimulus: &Stimulus<'_>) -> Wait {
    let Some(missed) = condition.conditions.first() else { return Wait::Same };
    // What caused the entry does not end a wait that begins with it.
    let is_in_stay = stimulus.entry.is_none_or(|entry| stimulus.at() >= entry.at && stimulus.cause.id != entry.cause);
    if stimulus.due.is_some() || !is_in_stay || missed.test(&stimulus.scene()).is_err() {
        return Wait::Same;
    }
    let from_entry = condition.waits_from_entry() && matches!(owner, Owner::Enrollment(_));
    match condition.waits_for() {
        Some(length) if !from_entry => Wait::NotBefore(stimulus.at().plus(length)),
        _ => Wait::Nothing,
    }
}
