//! Whether a rule is satisfied by an event and what was met before it (R10–R12).

use super::{Fold, Met, Owner};
use crate::automation::{Join, Rule};
use crate::condition::{Condition, Scene, Unmet};
use crate::enrollment::{MetCondition, Remark, Why};
use crate::event::Event;
use crate::ids::{AutomationId, ConditionId};
use crate::time::Timestamp;

/// A rule against an event.
struct Meeting<'a> {
    /// Satisfied: at the latest of its conditions', and why.
    satisfied: Option<(Timestamp, Why)>,
    /// How far its conditions got by the event, where they got further.
    progress: Vec<(ConditionId, Met)>,
    /// Where it failed first.
    missed: Option<(&'a Condition, Unmet<'a>)>,
}

/// One condition against an event.
struct Attempt<'a> {
    condition: &'a Condition,
    before: Option<Met>,
    after: Option<Met>,
    unmet: Option<Unmet<'a>>,
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
        let meeting = self.meeting(rule, owner, entered_at, event);
        let has_progressed = !meeting.progress.is_empty();
        self.after.progress.extend(meeting.progress.into_iter().map(|(condition, met)| ((owner, condition), met)));
        if meeting.satisfied.is_none() && has_progressed {
            self.remark(automation, || Remark::Progressed { rule: rule.id });
        } else if meeting.satisfied.is_none()
            && let Some((condition, unmet)) = meeting.missed
        {
            self.remark(automation, || {
                let mismatch = condition.explain(unmet, &scene(event, entered_at));
                Remark::NotMet { rule: rule.id, mismatch }
            });
        }
        meeting.satisfied
    }

    /// The same after a stay, whose progress stays as it was when it ended: what was met then is met, and a count or a
    /// sum that was not has to be reached with this one event.
    pub(super) fn meet_without_progress(
        &self,
        rule: &Rule,
        owner: Owner,
        entered_at: Timestamp,
        event: &Event,
    ) -> Option<(Timestamp, Why)> {
        self.meeting(rule, owner, Some(entered_at), event).satisfied
    }

    fn meeting<'r>(&self, rule: &'r Rule, owner: Owner, entered_at: Option<Timestamp>, event: &Event) -> Meeting<'r> {
        let attempts: Vec<_> =
            rule.conditions.iter().map(|condition| self.attempt(condition, owner, entered_at, event)).collect();
        let holds = match rule.join {
            Join::All => attempts.iter().all(|attempt| attempt.met().is_some()),
            Join::Any | Join::None => true,
        };
        let satisfied = holds && attempts.iter().any(Attempt::qualifies);
        let progress = attempts.iter().filter(|attempt| attempt.is_kept(satisfied));
        Meeting {
            progress: progress.filter_map(|attempt| Some((attempt.condition.id, attempt.after?))).collect(),
            missed: attempts.iter().find_map(Attempt::missed),
            satisfied: satisfied.then(|| satisfaction(rule, &attempts, event)),
        }
    }

    fn attempt<'r>(
        &self,
        condition: &'r Condition,
        owner: Owner,
        entered_at: Option<Timestamp>,
        event: &Event,
    ) -> Attempt<'r> {
        let before = self.after.progress.get(&(owner, condition.id)).copied();
        let counts_over_entries = matches!(owner, Owner::Rule(_)) && condition.tally.goes_on();
        let (after, unmet) = match condition.test(&scene(event, entered_at)) {
            Err(unmet) => (before, Some(unmet)),
            Ok(()) if counts_over_entries => due(condition, before, event),
            Ok(()) => (Some(Met::and(before, condition, event)), None),
        };
        Attempt { condition, before, after, unmet }
    }
}

impl<'a> Attempt<'a> {
    fn met(&self) -> Option<Met> {
        self.after.filter(|met| met.is_met)
    }

    fn is_new(&self) -> bool {
        self.met().is_some() && !self.before.is_some_and(|before| before.is_met)
    }

    /// Whether the event is one that meets it, for the first time or again.
    fn qualifies(&self) -> bool {
        self.unmet.is_none() && self.met().is_some() && (self.is_new() || self.condition.tally.repeats())
    }

    /// Whether it is to be kept. Of a rule that is satisfied nothing is, save counts and sums, which repeats are judged by.
    fn is_kept(&self, satisfied: bool) -> bool {
        self.after != self.before && !(satisfied && self.condition.tally.is_once())
    }

    fn missed(&self) -> Option<(&'a Condition, Unmet<'a>)> {
        Some((self.condition, self.unmet?)).filter(|_| self.met().is_none())
    }
}

/// A condition of an entry rule that counts over entries; the event was counted before.
fn due<'r>(condition: &'r Condition, counted: Option<Met>, event: &Event) -> (Option<Met>, Option<Unmet<'r>>) {
    match counted {
        Some(counted) if counted.is_met => (Some(counted), None),
        Some(counted) if condition.tally.is_due(counted.tally) => {
            (Some(Met { at: event.at(), event: event.id, is_met: true, ..counted }), None)
        }
        counted => (counted, Some(Unmet::Time(counted.map_or(0, |counted| counted.tally)))),
    }
}

/// When and why the rule is satisfied: at the latest of its conditions', or, where all of them were met before, when it
/// is satisfied again.
fn satisfaction(rule: &Rule, attempts: &[Attempt<'_>], event: &Event) -> (Timestamp, Why) {
    let met = || attempts.iter().filter_map(|attempt| Some((attempt.condition.id, attempt.met()?)));
    let is_new = attempts.iter().any(Attempt::is_new);
    let at = met().map(|(_, met)| met.at).max().filter(|_| is_new).unwrap_or_else(|| event.at());
    let worth = met().find_map(|(_, met)| met.total?.money());
    let met = met().map(|(condition, met)| MetCondition { condition, event: met.event, at: met.at }).collect();
    (at, Why { rule: rule.id, rule_name: rule.name.clone(), met, worth })
}

fn scene(event: &Event, entered_at: Option<Timestamp>) -> Scene<'_> {
    let scene = Scene::of(event);
    entered_at.map_or(scene, |at| scene.entered(at))
}
