//! What runs in a workspace, arranged for finding: which automations listen to an event, and by which version each stay
//! is judged.

mod listeners;
mod needs;

pub use needs::Needs;

use crate::automation::{AutomationStatus, AutomationVersion, Rule};
use crate::decide::TOLD;
use crate::enrollment::Enrollment;
use crate::event::Event;
use crate::ids::{AutomationId, RuleId};
use crate::time::Zone;
use listeners::Listeners;
use std::collections::{BTreeMap, BTreeSet};

/// Every published version of a workspace's automations.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// The workspace's definition version that this was loaded at; a newer one in the database makes it stale (R5).
    pub revision: i64,
    /// Where the workspace's days begin.
    pub zone: Zone,
    versions: BTreeMap<(AutomationId, i32), Compiled>,
    live: BTreeMap<AutomationId, (i32, AutomationStatus)>,
    entered_by: Listeners,
    listening: BTreeMap<String, BTreeSet<AutomationId>>,
    /// By automation, over all of its versions.
    needs: BTreeMap<AutomationId, Needs>,
    /// Event types that some condition looks back to.
    looked_back_to: BTreeSet<String>,
}

/// A version, and what is asked of it again and again.
#[derive(Clone, Debug)]
struct Compiled {
    version: AutomationVersion,
    /// The event types that its goals and alternate exits listen to.
    leaves_by: BTreeSet<String>,
    /// Whether a goal or an alternate exit of it is met by more than one event.
    has_exit_progress: bool,
}

impl Definitions {
    /// Arranges the versions; `live` says which version of each automation contacts enter now, and its status. An
    /// automation that is archived judges nothing, and is left out with all of its versions (R41).
    pub fn new(
        revision: i64,
        zone: Zone,
        versions: impl IntoIterator<Item = AutomationVersion>,
        live: impl IntoIterator<Item = (AutomationId, i32, AutomationStatus)>,
    ) -> Self {
        let is_archived = |status: &AutomationStatus| *status == AutomationStatus::Archived;
        let live: BTreeMap<_, _> = live.into_iter().map(|(id, number, status)| (id, (number, status))).collect();
        let archived: BTreeSet<_> =
            live.iter().filter(|(_, (_, status))| is_archived(status)).map(|(id, _)| *id).collect();
        let mut definitions = Self { revision, zone, live, ..Self::default() };
        definitions.live.retain(|_, (_, status)| !is_archived(status));
        for version in versions.into_iter().filter(|version| !archived.contains(&version.automation)) {
            definitions.arrange(version);
        }
        let looked_back_to = definitions.needs.values().flat_map(|needs| &needs.history).cloned().collect();
        Self { looked_back_to, ..definitions }
    }

    fn arrange(&mut self, version: AutomationVersion) {
        let id = version.automation;
        let leaving: Vec<_> = version.goals.iter().chain(&version.alternate_exits).collect();
        let leaves_by: BTreeSet<String> = leaving.iter().flat_map(|rule| listened_to(rule)).collect();
        for event_type in &leaves_by {
            self.listening.entry(event_type.clone()).or_default().insert(id);
        }
        let needs = self.needs.entry(id).or_default();
        leaving.iter().for_each(|rule| needs.note(rule));
        if self.live.get(&id).is_some_and(|(number, _)| *number == version.number) {
            for rule in &version.entry_rules {
                needs.note(rule);
                for event_type in listened_to(rule) {
                    self.listening.entry(event_type).or_default().insert(id);
                }
            }
            self.entered_by.note(id, &version.entry_rules);
        }
        let has_exit_progress = leaving.iter().any(|rule| rule.keeps_progress());
        let key = (id, version.number);
        self.versions.insert(key, Compiled { version, leaves_by, has_exit_progress });
    }

    /// The automations with a condition that an event of this type may meet, in order of their ids.
    pub fn listening(&self, event_type: &str) -> impl Iterator<Item = AutomationId> {
        self.listening.get(event_type).into_iter().flatten().copied()
    }

    /// The automations of which this event may make something for a contact with these stays, in order of their ids:
    /// those that it may pull somebody into, and those whose version a stay is judged by listens to it. What this costs
    /// grows with the contact's stays, not with the automations.
    pub fn concerned(&self, stays: &[Enrollment], event: &Event) -> BTreeSet<AutomationId> {
        let mut automations = self.entered_by.of(event);
        let listens = |stay: &&Enrollment| {
            let compiled = self.versions.get(&(stay.automation, stay.version));
            compiled.is_some_and(|compiled| compiled.leaves_by.contains(&event.event_type))
        };
        automations.extend(stays.iter().filter(listens).map(|stay| stay.automation));
        automations
    }

    /// The automations that this event may pull somebody into.
    pub fn entered_by(&self, event: &Event) -> BTreeSet<AutomationId> {
        self.entered_by.of(event)
    }

    /// The automations that listen to what becomes of contacts in others.
    pub fn told(&self) -> impl Iterator<Item = AutomationId> {
        TOLD.iter().flat_map(|event_type| self.listening(event_type))
    }

    /// Of the entry rules that contacts enter an automation by now, those towards which they make progress.
    pub fn entry_progress(&self, automation: AutomationId) -> impl Iterator<Item = RuleId> {
        let entry_rules = self.live(automation).into_iter().flat_map(|(version, _)| &version.entry_rules);
        entry_rules.filter(|rule| rule.keeps_progress()).map(|rule| rule.id)
    }

    /// Whether stays in this version make progress towards a goal or an alternate exit.
    pub fn has_exit_progress(&self, automation: AutomationId, number: i32) -> bool {
        self.versions.get(&(automation, number)).is_some_and(|compiled| compiled.has_exit_progress)
    }

    /// What the rules of an automation have to know of a contact.
    pub fn needs_of(&self, automation: AutomationId) -> Option<&Needs> {
        self.needs.get(&automation)
    }

    /// Whether a rule of an automation waits for instants.
    pub fn waits(&self, automation: AutomationId) -> bool {
        self.needs.get(&automation).is_some_and(|needs| needs.timers)
    }

    /// Whether a rule of an automation compares with the event that caused the entry.
    pub fn compares_with_entry(&self, automation: AutomationId) -> bool {
        self.needs.get(&automation).is_some_and(|needs| needs.entry_event)
    }

    /// Whether some condition looks back to events of this type.
    pub fn looks_back_to(&self, event_type: &str) -> bool {
        self.looked_back_to.contains(event_type)
    }

    /// A version, published at any time.
    pub fn version(&self, automation: AutomationId, number: i32) -> Option<&AutomationVersion> {
        self.versions.get(&(automation, number)).map(|compiled| &compiled.version)
    }

    /// The version that contacts enter, and whether they may now.
    pub fn live(&self, automation: AutomationId) -> Option<(&AutomationVersion, AutomationStatus)> {
        let (number, status) = self.live.get(&automation)?;
        Some((self.version(automation, *number)?, *status))
    }
}

/// The event types that may meet a condition of a rule.
fn listened_to(rule: &Rule) -> Vec<String> {
    let conditions = rule.each_condition();
    conditions.iter().flat_map(|condition| condition.event_types().iter().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::{DEFINITION_SCHEMA, ReEntry, RuleDraft, RuleKind};
    use crate::fault::Path;
    use crate::ids::{ConditionId, EventId};
    use crate::time::Timestamp;
    use serde_json::{Map, json};
    use uuid::Uuid;

    fn purchase() -> Event {
        let at = Timestamp::from_micros(0);
        let event_type = "order.purchased".to_owned();
        let id = EventId(Uuid::from_u128(2));
        Event { id, event_type, occurred_at: at, received_at: at, value: None, source: None, properties: Map::new() }
    }

    #[test]
    fn an_archived_automation_judges_nothing() {
        let id = AutomationId(Uuid::from_u128(1));
        let draft: RuleDraft =
            serde_json::from_value(json!({"conditions": [{"key": "purchase.made"}, {"key": "purchase.made"}]}))
                .expect("a draft");
        let rule = draft.check(RuleKind::Goal, RuleId(id.0), |_| ConditionId(id.0), &Path::root("input"));
        let rules = vec![rule.expect("a rule").rule];
        let version = AutomationVersion {
            schema: DEFINITION_SCHEMA,
            automation: id,
            number: 1,
            name: "A".into(),
            re_entry: ReEntry::Once,
            entry_rules: rules.clone(),
            goals: rules,
            alternate_exits: Vec::new(),
        };
        for (status, listens) in AutomationStatus::ALL.into_iter().zip([true, true, true, false]) {
            let definitions = Definitions::new(1, Zone::UTC, [version.clone()], [(id, 1, status)]);
            let found = [
                definitions.listening("order.purchased").count() == 1,
                definitions.concerned(&[], &purchase()).len() == 1,
                definitions.entered_by(&purchase()).len() == 1,
                definitions.has_exit_progress(id, 1),
                definitions.entry_progress(id).count() == 1,
                definitions.version(id, 1).is_some(),
                definitions.live(id).is_some(),
            ];
            assert_eq!(found, [listens; 7], "{status:?}");
        }
    }
}
