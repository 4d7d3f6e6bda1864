//! Whether a rule is satisfied by an event and what was met before it (R10, R11).

use super::{Fold, Met, Owner};
use crate::automation::{Join, Rule};
use crate::condition::{Condition, Unmet};
use crate::enrollment::{MetCondition, Remark, Why};
use crate::event::Event;
use crate::ids::{AutomationId, ConditionId};
use crate::time::Timestamp;

/// A rule against an event.
enum Meeting<'a> {
    /// Satisfied: at the latest of its conditions', and why.
    Met(Timestamp, Why),
    /// These of its conditions are met now, and were not before.
    Progressed(Vec<ConditionId>),
    /// The event means nothing to it: where it failed first, unless all that it meets was met before.
    Not(Option<(&'a Condition, Unmet<'a>)>),
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
            Meeting::Met(at, why) => return Some((at, why)),
            Meeting::Progressed(conditions) => {
                let met = Met { at: event.at(), event: event.id };
                self.after.progress.extend(conditions.into_iter().map(|condition| ((owner, condition), met)));
                self.remark(automation, || Remark::Progressed { rule: rule.id });
            }
            Meeting::Not(Some((condition, unmet))) => self.remark(automation, || {
                let mismatch = condition.explain(unmet, event, entered_at);
                Remark::NotMet { rule: rule.id, mismatch }
            }),
            Meeting::Not(None) => {}
        }
        None
    }

    /// The same for a stay that has ended, whose progress stays as it was when it did.
    pub(super) fn meet_without_progress(
        &self,
        rule: &Rule,
        owner: Owner,
        entered_at: Timestamp,
        event: &Event,
    ) -> Option<(Timestamp, Why)> {
        match self.meeting(rule, owner, Some(entered_at), event) {
            Meeting::Met(at, why) => Some((at, why)),
            Meeting::Progressed(_) | Meeting::Not(_) => None,
        }
    }

    fn meeting<'r>(&self, rule: &'r Rule, owner: Owner, entered_at: Option<Timestamp>, event: &Event) -> Meeting<'r> {
        let now = Met { at: event.at(), event: event.id };
        let (mut met, mut new, mut missed) = (Vec::new(), Vec::new(), None);
        let mut meets_any = false;
        for condition in &rule.conditions {
            // What was met stays met, as it was met first (R12).
            let held = self.after.progress.get(&(owner, condition.id)).copied();
            match condition.test(event, entered_at) {
                Ok(()) => {
                    meets_any = true;
                    met.push((condition.id, held.unwrap_or(now)));
                    new.extend(held.is_none().then_some(condition.id));
                }
                Err(unmet) => match held {
                    Some(held) => met.push((condition.id, held)),
                    None => missed = missed.or(Some((condition, unmet))),
                },
            }
        }
        if !meets_any || (rule.join == Join::All && missed.is_some() && new.is_empty()) {
            return Meeting::Not(missed);
        }
        if rule.join == Join::All && missed.is_some() {
            return Meeting::Progressed(new);
        }
        let at = met.iter().map(|(_, met)| met.at).max().unwrap_or(now.at);
        let met = met.into_iter().map(|(condition, met)| MetCondition { condition, event: met.event, at: met.at });
        Meeting::Met(at, Why { rule: rule.id, rule_name: rule.name.clone(), met: met.collect() })
    }
}
