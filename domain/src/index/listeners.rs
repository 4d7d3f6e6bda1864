//! Who listens to what: by the type of an event, and by the values of the filters that name them, so that what an event
//! costs does not grow with the automations that wait for others.

use crate::automation::Rule;
use crate::condition::{Condition, Lookup, LookupValue};
use crate::event::Event;
use crate::ids::AutomationId;
use std::collections::{BTreeMap, BTreeSet};

/// Automations by the events that can meet a condition of theirs.
#[derive(Clone, Debug, Default)]
pub(super) struct Listeners {
    of_type: BTreeMap<String, OfType>,
}

/// The same for one type of event.
#[derive(Clone, Debug, Default)]
struct OfType {
    all: BTreeSet<AutomationId>,
    /// Those with a condition that names no values.
    always: BTreeSet<AutomationId>,
    by_value: BTreeMap<(&'static str, &'static str), (Lookup, ByValue)>,
}

type ByValue = BTreeMap<LookupValue, BTreeSet<AutomationId>>;

impl Listeners {
    /// Notes the conditions of an automation's rules.
    pub(super) fn note<'a>(&mut self, automation: AutomationId, rules: impl IntoIterator<Item = &'a Rule>) {
        for condition in rules.into_iter().flat_map(|rule| &rule.conditions) {
            for event_type in condition.event_types().iter() {
                self.of_type.entry(event_type.to_owned()).or_default().note(automation, condition);
            }
        }
    }

    /// The automations that an event of this type may concern, in order of their ids.
    pub(super) fn of_type(&self, event_type: &str) -> impl Iterator<Item = AutomationId> {
        self.of_type.get(event_type).into_iter().flat_map(|found| &found.all).copied()
    }

    /// The automations that have a condition which this very event may meet, in order of their ids.
    pub(super) fn of(&self, event: &Event) -> BTreeSet<AutomationId> {
        let Some(found) = self.of_type.get(&event.event_type) else { return BTreeSet::new() };
        let mut automations = found.always.clone();
        for (lookup, by_value) in found.by_value.values() {
            let values = lookup.values(event);
            automations.extend(values.iter().filter_map(|value| by_value.get(value)).flatten().copied());
        }
        automations
    }
}

impl OfType {
    fn note(&mut self, automation: AutomationId, condition: &Condition) {
        self.all.insert(automation);
        let Some((lookup, values)) = condition.lookup() else {
            self.always.insert(automation);
            return;
        };
        let (_, by_value) = self.by_value.entry(lookup.name).or_insert_with(|| (lookup, ByValue::new()));
        for value in values {
            by_value.entry(value).or_default().insert(automation);
        }
    }
}
