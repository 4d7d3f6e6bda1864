//! What became of a contact in one automation happens to him, and others may listen to it.

use super::stimulus::Stimulus;
use super::{Fold, Record};
use crate::event::{AUTOMATION_CONVERTED, AUTOMATION_ENTERED, AUTOMATION_EXITED, Event};
use crate::ids::RuleId;
use serde_json::{Map, Value, json};

/// The types of the events that tell of automations.
pub const TOLD: &[&str] = &[AUTOMATION_ENTERED, AUTOMATION_EXITED, AUTOMATION_CONVERTED];

impl Fold<'_> {
    /// Tells the other automations of the records since the first of them, and of those that come of it. In none does
    /// the contact move twice (R17), so that this ends.
    pub(super) fn tell_automations(&mut self, first: usize, stimulus: &Stimulus<'_>) {
        let mut next = first;
        while let Some((_, record)) = self.records.get(next) {
            next += 1;
            let Some(event) = told(record, stimulus.event) else { continue };
            let moved = self.moved_since(first);
            let (facts_before, history) = (stimulus.facts_after, stimulus.history_after);
            let begun = self.after.entry_events.iter().map(|(id, event)| (*id, event.clone()));
            let entry_events = stimulus.entry_events.clone().into_iter().chain(begun).collect();
            let entry_events = &entry_events;
            let telling = Stimulus { event: &event, facts_before, history, due: None, entry_events, ..*stimulus };
            for automation in self.definitions.concerned(&self.after.enrollments, &event) {
                if !moved.contains(&automation) {
                    self.judge_in(automation, &[telling]);
                }
            }
        }
    }
}

/// The event that a record is to others; it is known by what caused it.
fn told(record: &Record, cause: &Event) -> Option<Event> {
    let rule = |rule: RuleId| json!(rule.0);
    let (event_type, automation, at, more) = match record {
        Record::Entered(stay) => (AUTOMATION_ENTERED, stay.automation, stay.entered_at, Vec::new()),
        Record::Exited(exit) => {
            let reason = json!(exit.reason.as_str().to_uppercase());
            let goal = exit.rule.map(|one| ("goalId", rule(one)));
            let more = [("reason", reason)].into_iter().chain(goal).collect();
            (AUTOMATION_EXITED, exit.automation, exit.exited_at, more)
        }
        Record::Converted(one) => (AUTOMATION_CONVERTED, one.automation, one.at, vec![("goalId", rule(one.goal))]),
        Record::Skipped(_) | Record::Reversed(_) => return None,
    };
    let mut properties = Map::from_iter([("automationId".to_owned(), Value::String(automation.0.to_string()))]);
    properties.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Some(Event { event_type: event_type.to_owned(), occurred_at: at, properties, value: None, ..cause.clone() })
}
