//! Whether a rule is satisfied by an event and what was met before it (R10–R12).

use super::stimulus::Stimulus;
use super::{Fold, Met, Owner};
use crate::automation::Rule;
use crate::condition::{Condition, Join, Unmet};
use crate::enrollment::{MetCondition, Remark, Why};
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

/// Whose rule is judged, and by what.
#[derive(Clone, Copy)]
struct Trial<'a> {
    owner: Owner,
    stimulus: &'a Stimulus<'a>,
}

/// One condition against an event.
struct Attempt<'a> {
    condition: &'a Condition,
    before: Option<Met>,
    after: Option<Met>,
    unmet: Option<Unmet<'a>>,
    /// Whether it lies within a group of which none may hold.
    is_denied: bool,
}

/// What conditions come to together.
#[derive(Clone, Copy)]
struct Sum {
    holds: bool,
    /// Whether it held before the event; only states say so.
    held: bool,
    /// Whether it is this event that makes it hold, or makes it hold again.
    triggers: bool,
    is_state: bool,
}

impl Fold<'_> {
    /// Tries a rule; what is met of it and does not satisfy it yet is kept as progress of `owner`.
    pub(super) fn meet(
        &mut self,
        automation: AutomationId,
        rule: &Rule,
        owner: Owner,
        stimulus: &Stimulus<'_>,
    ) -> Option<(Timestamp, Why)> {
        let meeting = self.meeting(rule, Trial { owner, stimulus });
        let has_progressed = !meeting.progress.is_empty();
        self.after.progress.extend(meeting.progress.into_iter().map(|(condition, met)| ((owner, condition), met)));
        if meeting.satisfied.is_none() && has_progressed {
            self.remark(automation, || Remark::Progressed { rule: rule.id });
        } else if meeting.satisfied.is_none()
            && let Some((condition, unmet)) = meeting.missed
        {
            self.remark(automation, || {
                let mismatch = condition.explain(unmet, &stimulus.scene());
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
        stimulus: &Stimulus<'_>,
    ) -> Option<(Timestamp, Why)> {
        self.meeting(rule, Trial { owner, stimulus }).satisfied
    }

    fn meeting<'r>(&self, rule: &'r Rule, trial: Trial<'_>) -> Meeting<'r> {
        if trial.stimulus.due.is_none() && !rule.listens_to(&trial.stimulus.event.event_type) {
            return Meeting { satisfied: None, progress: Vec::new(), missed: None };
        }
        let mut attempts = Vec::with_capacity(rule.conditions.len());
        let sum = self.judge_all(rule.join, &rule.conditions, trial, &mut attempts);
        let progress = attempts.iter().filter(|attempt| attempt.is_kept(sum.triggers));
        Meeting {
            progress: progress.filter_map(|attempt| Some((attempt.condition.id, attempt.after?))).collect(),
            missed: attempts.iter().find_map(Attempt::missed),
            satisfied: sum.triggers.then(|| satisfaction(rule, &attempts, trial.stimulus.at())),
        }
    }

    /// Conditions that are joined. A state is judged where something else makes the whole hold (R12); where all are
    /// states, the whole is one, and it is met when it turns true.
    fn judge_all<'r>(
        &self,
        join: Join,
        conditions: &'r [Condition],
        trial: Trial<'_>,
        attempts: &mut Vec<Attempt<'r>>,
    ) -> Sum {
        let from = attempts.len();
        let sums: Vec<_> = conditions.iter().map(|condition| self.judge(condition, trial, attempts)).collect();
        let is_state = sums.iter().all(|sum| sum.is_state);
        let (holds, held) = match join {
            Join::All => (sums.iter().all(|sum| sum.holds), sums.iter().all(|sum| sum.held)),
            Join::Any => (sums.iter().any(|sum| sum.holds), sums.iter().any(|sum| sum.held)),
            Join::None => {
                attempts.iter_mut().skip(from).for_each(|attempt| attempt.is_denied = true);
                (!sums.iter().any(|sum| sum.holds), !sums.iter().any(|sum| sum.held))
            }
        };
        let triggers = match join {
            _ if is_state => holds && !held,
            Join::All => holds && sums.iter().any(|sum| sum.triggers && !sum.is_state),
            Join::Any => sums.iter().any(|sum| sum.triggers),
            Join::None => false,
        };
        Sum { holds, held, triggers, is_state }
    }

    fn judge<'r>(&self, condition: &'r Condition, trial: Trial<'_>, attempts: &mut Vec<Attempt<'r>>) -> Sum {
        if condition.is_group() {
            return self.judge_all(condition.join, &condition.conditions, trial, attempts);
        }
        let is_state = condition.is_state();
        let (attempt, held) = if is_state { state(condition, trial) } else { (self.attempt(condition, trial), false) };
        let holds = attempt.met().is_some();
        let triggers = if is_state { holds && !held } else { attempt.qualifies() };
        attempts.push(attempt);
        Sum { holds, held, triggers, is_state }
    }

    fn attempt<'r>(&self, condition: &'r Condition, trial: Trial<'_>) -> Attempt<'r> {
        let Trial { owner, stimulus } = trial;
        let before = self.after.progress.get(&(owner, condition.id)).copied();
        let scene = stimulus.scene();
        let counts_over_entries = matches!(owner, Owner::Rule(_)) && condition.counts_over_entries();
        let (after, unmet) = if condition.is_absence() {
            match before {
                _ if stimulus.is_due(owner, condition.id) => (Some(Met::by(stimulus.event)), None),
                before => (before, Some(Unmet::NotYet)),
            }
        } else {
            match (condition.test(&scene), condition.lookback) {
                (Err(unmet), _) => (before, Some(unmet)),
                (Ok(()), Some(lookback)) => {
                    let (count, total) = condition.count_back(&scene, lookback);
                    if condition.tally.is_reached_by_last(count, total) {
                        (Some(Met { tally: count, total, ..Met::by(stimulus.event) }), None)
                    } else {
                        (before, Some(Unmet::Time(count)))
                    }
                }
                (Ok(()), None) if counts_over_entries => due(condition, before, stimulus),
                (Ok(()), None) => (Some(Met::and(before, condition, &scene)), None),
            }
        };
        Attempt { condition, before, after, unmet, is_denied: false }
    }
}

/// Whether a state is so, and whether it was so before.
fn state<'r>(condition: &'r Condition, trial: Trial<'_>) -> (Attempt<'r>, bool) {
    let Trial { owner, stimulus } = trial;
    let is_so = condition.is_so(&stimulus.scene_after());
    // What a timer waited for was otherwise until now.
    let was_so = match stimulus.is_due(owner, condition.id) {
        true => is_so.is_err(),
        false => condition.is_so(&stimulus.scene_before()).is_ok(),
    };
    let (after, unmet) = match is_so {
        Ok(()) => (Some(Met::by(stimulus.event)), was_so.then_some(Unmet::Already)),
        Err(unmet) => (None, Some(unmet)),
    };
    (Attempt { condition, before: None, after, unmet, is_denied: false }, was_so)
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
        self.unmet.is_none() && self.met().is_some() && (self.is_new() || self.condition.repeats())
    }

    /// Whether it is to be kept. Of a rule that is satisfied nothing is, save counts and sums, which repeats are judged
    /// by; of a state nothing ever is.
    fn is_kept(&self, satisfied: bool) -> bool {
        self.after != self.before && !self.condition.is_state() && !(satisfied && self.condition.tally.is_once())
    }

    fn missed(&self) -> Option<(&'a Condition, Unmet<'a>)> {
        Some((self.condition, self.unmet?)).filter(|_| self.met().is_none() && !self.is_denied)
    }
}

/// A condition of an entry rule that counts over entries; the event was counted before.
fn due<'r>(
    condition: &'r Condition,
    counted: Option<Met>,
    stimulus: &Stimulus<'_>,
) -> (Option<Met>, Option<Unmet<'r>>) {
    match counted {
        Some(counted) if counted.is_met => (Some(counted), None),
        Some(counted) if condition.tally.is_due(counted.tally) => {
            let event = stimulus.event;
            (Some(Met { at: event.at(), event: event.id, is_met: true, ..counted }), None)
        }
        counted => (counted, Some(Unmet::Time(counted.map_or(0, |counted| counted.tally)))),
    }
}

/// When and why the rule is satisfied: at the latest of its conditions', or, where all of them were met before, when it
/// is satisfied again.
fn satisfaction(rule: &Rule, attempts: &[Attempt<'_>], now: Timestamp) -> (Timestamp, Why) {
    let met = || {
        let held = attempts.iter().filter(|attempt| !attempt.is_denied);
        held.filter_map(|attempt| Some((attempt.condition.id, attempt.met()?)))
    };
    let is_new = attempts.iter().any(Attempt::is_new);
    let at = met().map(|(_, met)| met.at).max().filter(|_| is_new).unwrap_or(now);
    let worth = met().find_map(|(_, met)| met.total?.money());
    let met = met().map(|(condition, met)| MetCondition { condition, event: met.event, at: met.at }).collect();
    (at, Why { rule: rule.id, rule_name: rule.name.clone(), met, worth })
}
