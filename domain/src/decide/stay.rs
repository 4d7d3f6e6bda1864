//! What an event means for a contact who is, or was, inside: an exit, a conversion, or neither (R10–R18, R63).

use super::stimulus::Stimulus;
use super::{Fold, Owner, Record};
use crate::automation::Rule;
use crate::enrollment::{Conversion, Ended, Enrollment, Exit, ExitReason, Refusal, Why};
use crate::event::{Event, ORDER_PURCHASED};
use crate::ids::{AutomationId, ConversionId, EnrollmentId, EventId, ExitId, RuleId, derive};
use crate::limits::WINDOW_AFTER_EXIT;
use crate::time::Timestamp;

/// A rule that an event satisfied.
struct Satisfied<'a> {
    at: Timestamp,
    why: Why,
    reason: ExitReason,
    within_window: bool,
    event: &'a Event,
    /// By which event it earns (R19).
    earned_by: EventId,
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
    /// Judges what happened at once for the contact's stays in an automation; whether it ended one, or came late from
    /// within one that had ended, so that it cannot begin another (R17, R63).
    pub(super) fn judge_stays(&mut self, automation: AutomationId, stimuli: &[Stimulus<'_>]) -> bool {
        let Some(at) = stimuli.first().map(Stimulus::at) else { return false };
        let stays = self.after.enrollments.iter().enumerate().filter(|(_, stay)| stay.automation == automation);
        let inside = stays.filter(|(_, stay)| stay.entered_at <= at && stay.ended.is_none_or(|ended| at < ended.at));
        let found = inside.max_by_key(|(_, stay)| stay.rotation).map(|(place, stay)| (place, stay.clone()));
        if let Some((place, stay)) = found {
            let stimuli: Vec<_> = stimuli.iter().map(|stimulus| stimulus.within(&stay)).collect();
            return if stay.is_active() {
                self.judge_active(place, &stay, &stimuli)
            } else {
                self.judge_late(place, &stay, &stimuli)
            };
        }
        self.judge_after(automation, stimuli);
        false
    }

    /// The contact is inside: the first of goals in their window, alternate exits, and goals beyond it decides (R17).
    fn judge_active(&mut self, place: usize, stay: &Enrollment, stimuli: &[Stimulus<'_>]) -> bool {
        let definitions = self.definitions;
        let Some(version) = definitions.version(stay.automation, stay.version) else { return false };
        let goals = self.satisfied(stay, &version.goals, ExitReason::GoalMet, stimuli);
        let (mut matched, outside): (Vec<_>, Vec<_>) = goals.into_iter().partition(|goal| goal.within_window);
        matched.extend(self.satisfied(stay, &version.alternate_exits, ExitReason::AlternateExit, stimuli));
        matched.extend(outside);
        let mut matched = matched.into_iter();
        let Some(decided) = matched.next() else { return false };
        let also_matched: Vec<_> = matched.map(|other| other.why.rule).collect();
        if decided.reason == ExitReason::GoalMet {
            self.convert(place, &decided, also_matched.clone(), Moment::Inside);
        }
        let Satisfied { at, why, reason, within_window, event, .. } = decided;
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
    fn judge_late(&mut self, place: usize, stay: &Enrollment, stimuli: &[Stimulus<'_>]) -> bool {
        let Some(version) = self.definitions.version(stay.automation, stay.version) else { return false };
        let ended = stay.ended.map_or(stay.entered_at, |ended| ended.at);
        let goals = self.satisfied(stay, &version.goals, ExitReason::GoalMet, stimuli);
        let goals = goals.into_iter().filter(|goal| goal.within_window && goal.at < ended);
        self.convert_first(place, goals, Moment::Late)
    }

    /// The latest stay ended by a goal, and another event qualifies inside its window: a repeat, kept uncounted (R18).
    fn judge_after(&mut self, automation: AutomationId, stimuli: &[Stimulus<'_>]) {
        let Some(place) = self.latest_stay(automation) else { return };
        let Some(stay) = self.after.enrollments.get(place).cloned() else { return };
        let Some(Ended { at: ended, reason: ExitReason::GoalMet, .. }) = stay.ended else { return };
        let Some(version) = self.definitions.version(automation, stay.version) else { return };
        let stimuli: Vec<_> = stimuli.iter().filter(|one| one.at() >= ended).map(|one| one.within(&stay)).collect();
        let owner = Owner::Enrollment(stay.id);
        let met = version.goals.iter().filter_map(|goal| {
            let mut speaking = stimuli.iter().filter(|one| one.at() <= speaks_until(&stay, goal));
            speaking.find_map(|stimulus| {
                let (at, why) = self.meet_without_progress(goal, owner, stimulus)?;
                Some(Satisfied::of(goal, stimulus, at, why, ExitReason::GoalMet, true))
            })
        });
        let met: Vec<_> = met.collect();
        self.convert_first(place, met.into_iter(), Moment::After);
    }

    /// The rules that are satisfied by what happened at once, each by the first of it that does.
    fn satisfied<'s>(
        &mut self,
        stay: &Enrollment,
        rules: &[Rule],
        reason: ExitReason,
        stimuli: &[Stimulus<'s>],
    ) -> Vec<Satisfied<'s>> {
        let owner = Owner::Enrollment(stay.id);
        let met = rules.iter().filter_map(|rule| {
            stimuli.iter().find_map(|stimulus| {
                let (at, why) = self.meet(stay.automation, rule, owner, stimulus)?;
                let within_window = rule.conversion_window.is_none_or(|window| at <= stay.entered_at.plus(window));
                Some(Satisfied::of(rule, stimulus, at, why, reason, within_window))
            })
        });
        met.collect()
    }

    fn convert_first<'s>(
        &mut self,
        place: usize,
        mut goals: impl Iterator<Item = Satisfied<'s>>,
        moment: Moment,
    ) -> bool {
        let Some(decided) = goals.next() else { return false };
        let also_matched = goals.map(|other| other.why.rule).collect();
        self.convert(place, &decided, also_matched, moment);
        true
    }

    fn convert(&mut self, place: usize, goal: &Satisfied<'_>, also_matched: Vec<RuleId>, moment: Moment) {
        let Some(stay) = self.after.enrollments.get_mut(place) else { return };
        let event = goal.event;
        let may_count = goal.within_window && moment != Moment::After;
        let headline = may_count && stay.converted_goals.is_empty();
        let is_undone = stay.is_undone();
        let counted = may_count && stay.converted_goals.insert(goal.why.rule);
        let conversion = Conversion {
            id: ConversionId(derive(event.id, "conversion", &[stay.id.0])),
            enrollment: stay.id,
            automation: stay.automation,
            contact: stay.contact,
            goal: goal.why.rule,
            event: event.id,
            earned_by: goal.earned_by,
            at: goal.at,
            elapsed: goal.at.since(stay.entered_at),
            // A sum is told once, by what completed it; a repeat adds its own.
            value: goal.why.worth.filter(|_| counted || moment == Moment::Inside).or_else(|| event.worth()),
            counted,
            headline,
            restores: counted && is_undone,
            late: moment == Moment::Late,
            after_exit: moment == Moment::After,
            within_window: goal.within_window,
            also_matched,
        };
        self.record(Record::Converted(conversion.clone()));
        self.stand(conversion);
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

impl<'a> Satisfied<'a> {
    fn of(
        rule: &Rule,
        stimulus: &Stimulus<'a>,
        at: Timestamp,
        why: Why,
        reason: ExitReason,
        within_window: bool,
    ) -> Self {
        let event = stimulus.event;
        let earned_by = earned_by(rule, &why, event);
        Self { at, why, reason, within_window, event, earned_by }
    }
}

/// By which event a rule earns that is satisfied: this one, if it is a purchase or none met the rule before; else the
/// latest purchase that did.
fn earned_by(rule: &Rule, why: &Why, event: &Event) -> EventId {
    if event.event_type == ORDER_PURCHASED {
        return event.id;
    }
    let conditions = rule.each_condition();
    let buys =
        |id| conditions.iter().any(|one| one.id == id && one.is_event() && one.event_types().contain(ORDER_PURCHASED));
    let purchases = why.met.iter().filter(|met| buys(met.condition));
    purchases.max_by_key(|met| (met.at, met.event)).map_or(event.id, |met| met.event)
}

/// Until when a goal speaks for a stay that has ended.
fn speaks_until(stay: &Enrollment, goal: &Rule) -> Timestamp {
    stay.entered_at.plus(goal.conversion_window.unwrap_or(WINDOW_AFTER_EXIT))
}
