//! Whether a rule is satisfied by an event and what was met before it (R10, R11).

use super::{Fold, Met, Owner};
use crate::automation::{Join, Rule};
use crate::condition::{Mismatch, describe, mismatch};
use crate::enrollment::{MetCondition, Remark, Why};
use crate::event::Event;
use crate::ids::{AutomationId, ConditionId};
use crate::time::Timestamp;

/// A rule against an event.
pub(super) enum Meeting {
    /// Satisfied: at the latest of its conditions', and why.
    Met(Timestamp, Why),
    /// Some of its conditions are met now.
    Progressed(Vec<ConditionId>),
    /// The event means nothing to it.
    Not(Mismatch),
}

impl Fold<'_> {
    /// Tries a rule; what is met of it and does not satisfy it yet is kept as progress of `owner`.
    pub(super) fn meet(
        &mut self,
        automation: AutomationId,
        rule: &Rule,
        owner: Owner,
        entered_at: Option<Timestamp>,
        event: &Event,
    ) -> Option<(Timestamp, Why)> {
        match self.meeting(rule, owner, entered_at, event) {
            Meeting::Met(at, why) => Some((at, why)),
            Meeting::Progressed(conditions) => {
                let met = Met { at: event.at(), event: event.id };
                self.after.progress.extend(conditions.into_iter().map(|condition| ((owner, condition), met)));
                self.remark(automation, Remark::Progressed { rule: rule.id });
                None
            }
            Meeting::Not(mismatch) => {
                self.remark(automation, Remark::NotMet { rule: rule.id, mismatch });
                None
            }
        }
    }

    fn meeting(&self, rule: &Rule, owner: Owner, entered_at: Option<Timestamp>, event: &Event) -> Meeting {
        let mut fresh = Vec::new();
        let mut met = Vec::new();
        let mut missed = None;
        for condition in &rule.conditions {
            let held = self.after.progress.get(&(owner, condition.id)).copied();
            match (condition.test(event, entered_at), held) {
                (Ok(()), held) => {
                    fresh.push(condition.id);
                    met.push((condition, held.unwrap_or(Met { at: event.at(), event: event.id })));
                }
                (Err(_), Some(held)) => met.push((condition, held)),
                (Err(mismatch), None) => missed = missed.or(Some(mismatch)),
            }
        }
        if fresh.is_empty() {
            return Meeting::Not(missed.unwrap_or_else(|| mismatch("conditions", "met before", "a new event")));
        }
        if rule.join == Join::All && missed.is_some() {
            return Meeting::Progressed(fresh);
        }
        let at = met.iter().map(|(_, met)| met.at).max().unwrap_or_else(|| event.at());
        let met = met.into_iter().map(|(condition, met)| MetCondition {
            condition: condition.id,
            says: describe(condition),
            event: met.event,
            at: met.at,
        });
        Meeting::Met(at, Why { rule: rule.id, rule_name: rule.name.clone(), met: met.collect() })
    }
}
