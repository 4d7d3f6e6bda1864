//! An event comes in: what it says is noted, and what it means is judged, once in each automation (R17).

use super::stimulus::Stimulus;
use super::{Explain, Fold, Record};
use crate::enrollment::Refusal;
use crate::event::Event;
use crate::facts;
use crate::hand::Hand;
use crate::ids::AutomationId;
use std::borrow::Cow;
use std::collections::BTreeSet;

impl Fold<'_> {
    /// Notes what an event says, and judges it, with the purchase that it makes.
    pub(super) fn receive(&mut self, event: &Event, explain: Explain) {
        let effect = match self.after.orders.apply(event) {
            Err(refusal) => return self.refuse(event, refusal),
            Ok(effect) => effect,
        };
        let sent = (!effect.is_void).then_some(event);
        self.void.extend(effect.is_void.then_some(event.id));
        let happened = sent.into_iter().chain(&effect.purchase);
        let mut facts = std::mem::take(&mut self.after.facts);
        let before = happened.clone().any(|one| facts::is_told_by(&one.event_type)).then(|| facts.clone());
        if let Some(before) = &before {
            for one in happened.clone() {
                facts.apply(one);
            }
            if facts.kind_over_bound().is_some() && before.kind_over_bound().is_none() {
                self.after.facts = before.clone();
                return self.refuse(event, Refusal::TooMuchKnown);
            }
        }
        let definitions = self.definitions;
        let mut history = std::mem::take(&mut self.after.history);
        let known = history.len();
        history.extend(happened.clone().filter(|one| definitions.looks_back_to(&one.event_type)).cloned());
        let entry_events = std::mem::take(&mut self.after.entry_events);
        let now: Vec<_> = happened.clone().map(as_of_receipt).collect();
        let stimuli = happened.zip(&now).map(|(one, now): (&Event, &Cow<'_, Event>)| Stimulus {
            event: one,
            now,
            cause: one,
            facts_before: before.as_ref().unwrap_or(&facts),
            facts_after: &facts,
            history: history.get(..known).unwrap_or_default(),
            history_after: &history,
            due: None,
            entry: None,
            is_last: false,
            entry_events: &entry_events,
            zone: &definitions.zone,
        });
        let stimuli: Vec<_> = stimuli.collect();
        let first = self.records.len();
        // What is of one instant is one stimulus (R17); a payment that had waited for its order is another.
        for together in stimuli.chunk_by(|one, next| one.at() == next.at()) {
            self.judge_together(together, explain);
        }
        if let Some(stimulus) = stimuli.first() {
            self.tell_automations(first, stimulus);
        }
        self.after.entry_events.extend(entry_events);
        self.after.facts = facts;
        self.after.history = history;
        self.purchases.extend(effect.purchase.map(|purchase| (event.id, purchase)));
        if let Some(order) = effect.returned {
            self.take_back(&order);
        }
    }

    /// Judges what happened at once.
    fn judge_together(&mut self, stimuli: &[Stimulus<'_>], explain: Explain) {
        let definitions = self.definitions;
        let mut automations = BTreeSet::new();
        for stimulus in stimuli {
            if let Some(hand) = Hand::of(stimulus.event) {
                return self.judge_hand(hand, stimulus);
            }
            match explain {
                Explain::Listening => automations.extend(definitions.listening(&stimulus.event.event_type)),
                Explain::No | Explain::Concerned => {
                    automations.extend(definitions.concerned(&self.after.enrollments, stimulus.event));
                }
            }
        }
        automations.into_iter().for_each(|automation| self.judge_in(automation, stimuli));
    }

    /// Judges what happened in one automation.
    pub(super) fn judge_in(&mut self, automation: AutomationId, stimuli: &[Stimulus<'_>]) {
        stimuli.iter().for_each(|stimulus| self.count_entries(automation, stimulus));
        if !self.judge_stays(automation, stimuli) {
            self.judge_entry(automation, stimuli);
        }
        stimuli.iter().for_each(|stimulus| self.set_timers(automation, stimulus));
    }

    fn judge_hand(&mut self, hand: Hand, stimulus: &Stimulus<'_>) {
        match hand {
            Hand::Enroll { automation } => {
                self.judge_enrolling(automation, stimulus);
                self.set_timers(automation, stimulus);
            }
            Hand::Remove { enrollment, reason, may_reenter, .. } => {
                self.judge_removal(enrollment, reason, may_reenter, stimulus.event);
            }
            Hand::Due { automation, owner, condition } => self.judge_due(automation, owner, condition, stimulus),
        }
    }

    /// Where the contact moved since a record, and cannot move any more by the same stimulus (R17).
    pub(super) fn moved_since(&self, first: usize) -> BTreeSet<AutomationId> {
        self.records.iter().skip(first).filter_map(|(_, record)| moved_in(record)).collect()
    }
}

/// The same event, as of the moment at which it is judged.
fn as_of_receipt(event: &Event) -> Cow<'_, Event> {
    match event.at() < event.received_at {
        true => Cow::Owned(Event { occurred_at: event.received_at, ..event.clone() }),
        false => Cow::Borrowed(event),
    }
}

/// Where a record says that the contact moved.
fn moved_in(record: &Record) -> Option<AutomationId> {
    match record {
        Record::Entered(stay) => Some(stay.automation),
        Record::Exited(exit) => Some(exit.automation),
        Record::Converted(conversion) => Some(conversion.automation),
        Record::Skipped(skip) => Some(skip.automation),
        // Nobody is put back by it (R19).
        Record::Reversed(_) => None,
    }
}
