//! What runs in a workspace, arranged for finding: which automations listen to an event, and by which version each stay
//! is judged.

mod listeners;

use crate::automation::{AutomationStatus, AutomationVersion};
use crate::event::Event;
use crate::ids::{AutomationId, RuleId};
use listeners::Listeners;
use std::collections::{BTreeMap, BTreeSet};

/// Every published version of a workspace's automations.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// The workspace's definition version that this was loaded at; a newer one in the database makes it stale (R5).
    pub revision: i64,
    versions: BTreeMap<(AutomationId, i32), AutomationVersion>,
    live: BTreeMap<AutomationId, (i32, AutomationStatus)>,
    listening: Listeners,
    entered_by: Listeners,
}

impl Definitions {
    /// Arranges the versions; `live` says which version of each automation contacts enter now, and its status. An
    /// automation that is archived judges nothing, and is left out with all of its versions (R41).
    pub fn new(
        revision: i64,
        versions: impl IntoIterator<Item = AutomationVersion>,
        live: impl IntoIterator<Item = (AutomationId, i32, AutomationStatus)>,
    ) -> Self {
        let is_archived = |status: &AutomationStatus| *status == AutomationStatus::Archived;
        let live: BTreeMap<_, _> = live.into_iter().map(|(id, number, status)| (id, (number, status))).collect();
        let archived: BTreeSet<_> =
            live.iter().filter(|(_, (_, status))| is_archived(status)).map(|(id, _)| *id).collect();
        let mut definitions = Self { revision, live, ..Self::default() };
        definitions.live.retain(|_, (_, status)| !is_archived(status));
        for version in versions.into_iter().filter(|version| !archived.contains(&version.automation)) {
            let is_live =
                definitions.live.get(&version.automation).is_some_and(|(number, _)| *number == version.number);
            let leaving = version.goals.iter().chain(&version.alternate_exits);
            definitions.listening.note(version.automation, leaving);
            if is_live {
                definitions.listening.note(version.automation, &version.entry_rules);
                definitions.entered_by.note(version.automation, &version.entry_rules);
            }
            definitions.versions.insert((version.automation, version.number), version);
        }
        definitions
    }

    /// The automations that an event of this type may concern, in order of their ids.
    pub fn listening(&self, event_type: &str) -> impl Iterator<Item = AutomationId> {
        self.listening.of_type(event_type)
    }

    /// The automations that have a condition which this very event may meet, in order of their ids: what is left out here
    /// would make nothing of it.
    pub fn concerned(&self, event: &Event) -> BTreeSet<AutomationId> {
        self.listening.of(event)
    }

    /// The automations that this event may pull somebody into.
    pub fn entered_by(&self, event: &Event) -> BTreeSet<AutomationId> {
        self.entered_by.of(event)
    }

    /// Of the entry rules that contacts enter an automation by now, those towards which they make progress.
    pub fn entry_progress(&self, automation: AutomationId) -> impl Iterator<Item = RuleId> {
        let entry_rules = self.live(automation).into_iter().flat_map(|(version, _)| &version.entry_rules);
        entry_rules.filter(|rule| rule.keeps_progress()).map(|rule| rule.id)
    }

    /// Whether stays in this version make progress towards a goal or an alternate exit.
    pub fn has_exit_progress(&self, automation: AutomationId, number: i32) -> bool {
        let version = self.version(automation, number);
        let rules = version.into_iter().flat_map(|version| version.goals.iter().chain(&version.alternate_exits));
        rules.into_iter().any(|rule| rule.keeps_progress())
    }

    /// A version, published at any time.
    pub fn version(&self, automation: AutomationId, number: i32) -> Option<&AutomationVersion> {
        self.versions.get(&(automation, number))
    }

    /// The version that contacts enter, and whether they may now.
    pub fn live(&self, automation: AutomationId) -> Option<(&AutomationVersion, AutomationStatus)> {
        let (number, status) = self.live.get(&automation)?;
        Some((self.version(automation, *number)?, *status))
    }
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
            let definitions = Definitions::new(1, [version.clone()], [(id, 1, status)]);
            let found = [
                definitions.listening("order.purchased").count() == 1,
                definitions.concerned(&purchase()).len() == 1,
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
