//! What has to be known of a contact before rules can be judged: bounded, and loaded at once.

use crate::automation::{MetBeforeEntry, Rule};
use crate::condition::Condition;
use crate::condition::catalogue::Kind;
use std::collections::BTreeSet;

/// What rules have to know of a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The kinds of facts that they read.
    pub facts: BTreeSet<&'static str>,
    /// The event types to which they look back.
    pub history: BTreeSet<String>,
    /// Whether they compare with the event that caused the entry.
    pub entry_event: bool,
    /// Whether they wait for instants.
    pub timers: bool,
}

impl Needs {
    /// Adds what a rule has to know.
    pub(super) fn note(&mut self, rule: &Rule) {
        let looks_before_entry = rule.met_before_entry() != MetBeforeEntry::Ignore;
        for condition in rule.each_condition() {
            self.note_condition(condition, looks_before_entry);
        }
    }

    fn note_condition(&mut self, condition: &Condition, looks_before_entry: bool) {
        let definition = condition.definition.0;
        self.entry_event |= condition.same_as_entry.is_some();
        match definition.kind {
            Kind::Event(_) => {
                let looks_back = condition.first_ever || condition.lookback.is_some() || looks_before_entry;
                self.facts.extend(condition.read_filters().flat_map(|filter| filter.facts));
                if looks_back || condition.read_filters().any(|filter| filter.history) {
                    self.history.extend(condition.event_types().iter().map(str::to_owned));
                }
            }
            Kind::State(state) => {
                self.facts.extend(state.facts);
                self.history.extend(state.history.iter().map(|event_type| (*event_type).to_owned()));
                self.timers |= condition.may_turn_by_time();
            }
            Kind::Absence => self.timers = true,
            Kind::Group => {}
        }
    }

    /// Adds what others have to know.
    pub fn join(&mut self, other: &Self) {
        self.facts.extend(&other.facts);
        self.history.extend(other.history.iter().cloned());
        self.entry_event |= other.entry_event;
        self.timers |= other.timers;
    }
}
