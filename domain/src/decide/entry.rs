//! Whether an event pulls the contact in (R1–R5), also a late one (R63).

use super::stimulus::Stimulus;
use super::{ContactState, Fold, Owner, Record};
use crate::automation::{AutomationStatus, AutomationVersion, MetBeforeEntry, ReEntry};
use crate::enrollment::{Enrollment, Refusal, Remark, Skip, SkipReason};
use crate::event::Event;
use crate::hand::Hand;
use crate::ids::{AutomationId, EnrollmentId, RuleId, SkipId, derive};
use crate::index::Definitions;
use crate::time::Timestamp;
use std::collections::BTreeSet;

impl Fold<'_> {
    /// Judges what happened at once for a contact who did not leave by it.
    pub(super) fn judge_entry(&mut self, automation: AutomationId, stimuli: &[Stimulus<'_>]) {
        let Some((version, status)) = self.definitions.live(automation) else { return };
        let refusal = stimuli.first().and_then(|stimulus| refusal(&self.after, version, stimulus.at()));
        for (rule, stimulus) in version.entry_rules.iter().flat_map(|rule| stimuli.iter().map(move |one| (rule, one))) {
            let owner = Owner::Rule(rule.id);
            if let Some(refusal) = refusal {
                // Without an owner's progress: while somebody may not enter, nothing counts towards an entry.
                let conditions = rule.each_condition();
                if conditions.iter().any(|one| one.is_event() && one.test(&stimulus.scene()).is_ok()) {
                    self.remark(automation, || Remark::MayNotEnter(refusal));
                    return;
                }
            } else if let Some((at, why)) = self.meet(automation, rule, owner, stimulus) {
                let event = stimulus.event;
                match status {
                    AutomationStatus::Paused => self.skip(version, why.rule, SkipReason::Paused, at, event),
                    _ if self.is_met_beforehand(version, MetBeforeEntry::RefuseEntry, stimulus).is_some() => {
                        self.skip(version, why.rule, SkipReason::MetBeforeEntry, at, event);
                    }
                    _ => self.enter(version, Some(why.rule), at, stimulus),
                }
                return;
            }
        }
    }

    fn skip(&mut self, version: &AutomationVersion, rule: RuleId, reason: SkipReason, at: Timestamp, event: &Event) {
        self.begin_anew(version);
        let skip = Skip {
            id: SkipId(derive(event.id, "skip", &[version.automation.0])),
            automation: version.automation,
            contact: self.after.contact,
            rule,
            event: event.id,
            at,
            reason,
        };
        self.record(Record::Skipped(skip));
    }

    /// Somebody puts the contact in (R1): the policies hold as for everybody.
    pub(super) fn judge_enrolling(&mut self, automation: AutomationId, stimulus: &Stimulus<'_>) {
        let event = stimulus.event;
        let running = self.definitions.live(automation).filter(|(_, status)| *status == AutomationStatus::Running);
        let Some((version, _)) = running else { return self.refuse(event, Refusal::NotRunning) };
        let at = event.at();
        match refusal(&self.after, version, at) {
            Some(refusal) => self.refuse(event, refusal),
            None if self.is_met_beforehand(version, MetBeforeEntry::RefuseEntry, stimulus).is_some() => {
                self.refuse(event, Refusal::MetBeforeEntry);
            }
            None => self.enter(version, None, at, stimulus),
        }
    }

    fn enter(
        &mut self,
        version: &AutomationVersion,
        rule: Option<RuleId>,
        entered_at: Timestamp,
        stimulus: &Stimulus<'_>,
    ) {
        let event = stimulus.event;
        if self.after.later.complete_after.is_some_and(|complete_after| entered_at < complete_after) {
            return self.refuse(event, Refusal::TooLate);
        }
        self.begin_anew(version);
        let rotation = self.latest_stay(version.automation).and_then(|place| self.after.enrollments.get(place));
        let enrollment = Enrollment {
            id: EnrollmentId::begun_by(event.id, version.automation),
            automation: version.automation,
            version: version.number,
            contact: self.after.contact,
            rotation: rotation.map_or(1, |stay| stay.rotation.saturating_add(1)),
            entered_at,
            entry_rule: rule,
            entry_event: event.id,
            ended: None,
            converted_goals: BTreeSet::new(),
            reversed_goals: BTreeSet::new(),
        };
        self.record(Record::Entered(enrollment.clone()));
        let place = self.after.enrollments.len();
        self.after.enrollments.push(enrollment);
        if self.definitions.compares_with_entry(version.automation) {
            self.after.entry_events.insert(event.id, stimulus.cause.clone());
        }
        if let Some(rule) = self.is_met_beforehand(version, MetBeforeEntry::ExitAtEntry, stimulus) {
            return self.exit_at_entry(place, rule, stimulus);
        }
        self.begin_absences(version, place);
        self.judge_later(version.automation, entered_at, stimulus);
    }

    /// After a late entry, judges what was received before it and happened after it, in order of receipt.
    fn judge_later(&mut self, automation: AutomationId, entered_at: Timestamp, stimulus: &Stimulus<'_>) {
        let received = self.events.iter().copied().take(self.place).flat_map(|event| {
            let counting = (!self.void.contains(&event.id)).then_some(event);
            counting.into_iter().chain(self.purchases.get(&event.id))
        });
        let later = self.after.later.events.iter().chain(received).filter(|event| event.at() > entered_at);
        let later: Vec<_> = later.filter(|event| Hand::of(event).is_none()).cloned().collect();
        let begun = self.after.entry_events.clone();
        let entry_events = stimulus.entry_events.clone().into_iter().chain(begun).collect();
        for together in later.chunk_by(|one, next| next.id == one.id.following() && next.at() == one.at()) {
            let Some(first) = together.first() else { continue };
            let received = |one: &Event| (one.received_at, one.id);
            let earlier = stimulus.history.partition_point(|one| received(one) < received(first));
            let history = stimulus.history.get(..earlier).unwrap_or_default();
            let (before, after) = (stimulus.facts_after.before(first.at()), stimulus.facts_after.until(first.at()));
            let known = Stimulus { facts_before: &before, facts_after: &after, history, ..*stimulus };
            let stimuli = together.iter();
            let stimuli: Vec<_> = stimuli
                .map(|event| Stimulus { event, now: event, cause: event, entry_events: &entry_events, ..known })
                .collect();
            self.judge_stays(automation, &stimuli);
            stimuli.iter().for_each(|later| self.set_timers_inside(automation, later));
        }
    }
}

/// Whether an event may pull a contact in somewhere, as far as the contact's stays say: if so, the decision needs the
/// contact's stored later events (R63).
pub fn may_enter(definitions: &Definitions, state: &ContactState, event: &Event) -> bool {
    let may = |automation: AutomationId| {
        let live = definitions.live(automation);
        live.is_some_and(|(version, _)| refusal(state, version, event.at()).is_none())
    };
    match Hand::of(event) {
        Some(Hand::Enroll { automation }) => may(automation),
        Some(Hand::Remove { .. } | Hand::Due { owner: Owner::Enrollment(_), .. }) => false,
        Some(Hand::Due { automation, .. }) => may(automation),
        None => definitions.entered_by(event).into_iter().any(may) || definitions.told().any(may),
    }
}

/// Why nobody may enter here at this time, if so.
fn refusal(state: &ContactState, version: &AutomationVersion, at: Timestamp) -> Option<Refusal> {
    let stays = || state.enrollments.iter().filter(|stay| stay.automation == version.automation);
    if stays().any(|stay| stay.is_active() && stay.entered_at <= at) {
        return Some(Refusal::AlreadyEnrolled);
    }
    if stays().any(|stay| stay.covers_or_follows(at)) {
        return Some(Refusal::StayCovers);
    }
    let ended = || stays().filter_map(|stay| stay.ended);
    let ended_at = ended().map(|ended| ended.at).max()?;
    let may_return = match version.re_entry {
        ReEntry::Once => false,
        ReEntry::AfterExit => true,
        ReEntry::After(pause) => at >= ended_at.plus(pause),
    };
    (!may_return || ended().any(|ended| !ended.may_reenter)).then_some(Refusal::ReEntryRefused)
}
