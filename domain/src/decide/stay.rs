//! What an event means for a contact who is, or was, inside: an exit, a conversion, or neither (R10–R18, R63).

use super::stimulus::Stimulus;
use super::{Fold, Owner, Record};
use crate::automation::Rule;
use crate::enrollment::{Conversion, Ended, Enrollment, Exit, ExitReason, Refusal, Why};
use crate::event::Event;
use crate::ids::{AutomationId, ConversionId, EnrollmentId, ExitId, RuleId, derive};
use crate::limits::WINDOW_AFTER_EXIT;
use crate::time::Timestamp;

/// A rule that an event satisfied.
struct Satisfied {
    at: Timestamp,
    why: Why,
    reason: ExitReason,
    within_window: bool,
}

/// How a conversion stands to the stay that it belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// It ends the stay.
    Inside,
    /// The event came late, from within a stay that has ended (R63).
    Late,
    /// After the stay (R18).
    After,
}

impl Fold<'_> {
    /// Judges the event for the contact's stays in an automation; whether it ended one, or came late from within one
    /// that had ended, so that it cannot begin another (R17, R63).
    pub(super) fn judge_stays(&mut self, automation: AutomationId, stimulus: &Stimulus<'_>) -> bool {
        let at = stimulus.at();
        let stays = self.after.enrollments.iter().enumerate().filter(|(_, stay)| stay.automation == automation);
        let inside = stays.filter(|(_, stay)| stay.entered_at <= at && stay.ended.is_none_or(|ended| at < ended.at));
        let found = inside.max_by_key(|(_, stay)| stay.rotation).map(|(place, stay)| (place, stay.clone()));
        if let Some((place, stay)) = found {
            return if stay.is_active() {
                self.judge_active(place, &stay, &stimulus.within(&stay))
            } else {
                self.judge_late(place, &stay, &stimulus.within(&stay))
            };
        }
        self.judge_after(automation, stimulus);
        false
    }

    /// The contact is inside: the first of goals in their window, alternate exits, and goals beyond it decides (R17).
    fn judge_active(&mut self, place: usize, stay: &Enrollment, stimulus: &Stimulus<'_>) -> bool {
        let event = stimulus.event;
        let definitions = self.definitions;
        let Some(version) = definitions.version(stay.automation, stay.version) else { return false };
        let goals = self.satisfied(stay, &version.goals, ExitReason::GoalMet, stimulus);
        let (mut matched, outside): (Vec<_>, Vec<_>) = goals.into_iter().partition(|goal| goal.within_window);
        matched.extend(self.satisfied(stay, &version.alternate_exits, ExitReason::AlternateExit, stimulus));
        matched.extend(outside);
        let mut matched = matched.into_iter();
        let Some(decided) = matched.next() else { return false };
        let also_matched: Vec<_> = matched.map(|other| other.why.rule).collect();
        if decided.reason == ExitReason::GoalMet {
            self.convert(place, &decided, also_matched.clone(), Moment::Inside, event);
        }
        let Satisfied { at, why, reason, within_window } = decided;
        let end = Ended { at, reason, may_reenter: true };
        self.exit(place, end, Some(why), within_window, also_matched, event);
        true
    }

    /// A hand takes the contact out (R30).
    pub(super) fn judge_removal(
        &mut self,
        enrollment: EnrollmentId,
        reason: ExitReason,
        may_reenter: bool,
        event: &Event,
    ) {
        let active = |stay: &Enrollment| stay.id == enrollment && stay.is_active();
        match self.after.enrollments.iter().position(active) {
            Some(place) => {
                let end = Ended { at: event.at(), reason, may_reenter };
                self.exit(place, end, None, true, Vec::new(), event);
            }
            None => self.refuse(event, Refusal::NotActive),
        }
    }

    /// A late event from within a stay that has ended: the exit stays, a goal converts (R63).
    fn judge_late(&mut self, place: usize, stay: &Enrollment, stimulus: &Stimulus<'_>) -> bool {
        let event = stimulus.event;
        let Some(version) = self.definitions.version(stay.automation, stay.version) else { return false };
        let ended = stay.ended.map_or(stay.entered_at, |ended| ended.at);
        let goals = self.satisfied(stay, &version.goals, ExitReason::GoalMet, stimulus);
        let goals = goals.into_iter().filter(|goal| goal.within_window && goal.at < ended);
        self.convert_first(place, goals, Moment::Late, event)
    }

    /// The latest stay ended by a goal, and another event qualifies inside its window: a repeat, kept uncounted (R18).
    fn judge_after(&mut self, automation: AutomationId, stimulus: &Stimulus<'_>) {
        let event = stimulus.event;
        let Some(place) = self.latest_stay(automation) else { return };
        let Some(stay) = self.after.enrollments.get(place).cloned() else { return };
        let Some(Ended { at: ended, reason: ExitReason::GoalMet, .. }) = stay.ended else { return };
        let Some(version) = self.definitions.version(automation, stay.version) else { return };
        if event.at() < ended {
            return;
        }
        let speaking = version.goals.iter().filter(|goal| event.at() <= speaks_until(&stay, goal));
        let (owner, stimulus) = (Owner::Enrollment(stay.id), stimulus.within(&stay));
        let met = speaking.filter_map(|goal| {
            let (at, why) = self.meet_without_progress(goal, owner, &stimulus)?;
            Some(Satisfied { at, why, reason: ExitReason::GoalMet, within_window: true })
        });
        let met: Vec<_> = met.collect();
        self.convert_first(place, met.into_iter(), Moment::After, event);
    }

    fn satisfied(
        &mut self,
        stay: &Enrollment,
        rules: &[Rule],
        reason: ExitReason,
        stimulus: &Stimulus<'_>,
    ) -> Vec<Satisfied> {
        let mut satisfied = Vec::new();
        for rule in rules {
            let owner = Owner::Enrollment(stay.id);
            if let Some((at, why)) = self.meet(stay.automation, rule, owner, stimulus) {
                let within_window = rule.conversion_window.is_none_or(|window| at <= stay.entered_at.plus(window));
                satisfied.push(Satisfied { at, why, reason, within_window });
            }
        }
        satisfied
    }

    fn convert_first(
        &mut self,
        place: usize,
        mut goals: impl Iterator<Item = Satisfied>,
        moment: Moment,
        event: &Event,
    ) -> bool {
        let Some(decided) = goals.next() else { return false };
        let also_matched = goals.map(|other| other.why.rule).collect();
        self.convert(place, &decided, also_matched, moment, event);
        true
    }

    fn convert(&mut self, place: usize, goal: &Satisfied, also_matched: Vec<RuleId>, moment: Moment, event: &Event) {
        let Some(stay) = self.after.enrollments.get_mut(place) else { return };
        let may_count = goal.within_window && moment != Moment::After;
        let headline = may_count && stay.converted_goals.is_empty();
        let counted = may_count && stay.converted_goals.insert(goal.why.rule);
        let conversion = Conversion {
            id: ConversionId(derive(event.id, "conversion", &[stay.id.0])),
            enrollment: stay.id,
            automation: stay.automation,
            contact: stay.contact,
            goal: goal.why.rule,
            event: event.id,
            at: goal.at,
            elapsed: goal.at.since(stay.entered_at),
            // A sum is told once, by what completed it; a repeat adds its own.
            value: goal.why.worth.filter(|_| counted || moment == Moment::Inside).or_else(|| event.worth()),
            counted,
            headline,
            late: moment == Moment::Late,
            after_exit: moment == Moment::After,
            within_window: goal.within_window,
            also_matched,
        };
        self.record(Record::Converted(conversion));
    }

    /// The one place where a stay ends (R31).
    pub(super) fn exit(
        &mut self,
        place: usize,
        end: Ended,
        why: Option<Why>,
        within_window: bool,
        also_matched: Vec<RuleId>,
        event: &Event,
    ) {
        let Some(stay) = self.after.enrollments.get_mut(place) else { return };
        // A stay that another node's clock began a moment ahead of ours does not end before it began.
        let end = Ended { at: end.at.max(stay.entered_at), ..end };
        stay.ended = Some(end);
        let owner = Owner::Enrollment(stay.id);
        self.after.timers.retain(|(other, _), _| *other != owner);
        let exit = Exit {
            id: ExitId(derive(event.id, "exit", &[stay.id.0])),
            enrollment: stay.id,
            automation: stay.automation,
            contact: stay.contact,
            reason: end.reason,
            rule: why.as_ref().map(|why| why.rule),
            event: event.id,
            exited_at: end.at,
            within_window,
            also_matched,
            why,
        };
        self.record(Record::Exited(exit));
    }
}

/// Until when a goal speaks for a stay that has ended.
fn speaks_until(stay: &Enrollment, goal: &Rule) -> Timestamp {
    stay.entered_at.plus(goal.conversion_window.unwrap_or(WINDOW_AFTER_EXIT))
}
