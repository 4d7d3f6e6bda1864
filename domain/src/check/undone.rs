//! Whether somebody is inside who should have left (R10): a naive reading of the stored events, one by one.

use super::{Invariant, Known, Stay, Verdict};
use crate::automation::{AutomationVersion, Join, Rule};
use crate::condition::{Condition, Scene, Total};
use crate::event::Event;
use crate::hand::Hand;
use crate::ids::{ConditionId, ContactId, EnrollmentId, EventId, RuleId};
use crate::time::{Elapsed, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How long an event may be on its way from receipt to commit. Which of two events of the same instant was judged first
/// is stored nowhere, if two servers received them within this time.
const IN_FLIGHT_MAX: Elapsed = Elapsed::from_minutes(1);

/// Which events the judge wants to see for a page of stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of these contacts, those from this instant on.
    pub since: BTreeMap<ContactId, Timestamp>,
    /// Of these types only.
    pub event_types: BTreeSet<String>,
    /// When these were received.
    pub entry_events: BTreeSet<EventId>,
}

/// The active stays of a page, and what the events so far met of what ends them.
#[derive(Debug, Default)]
pub(super) struct Undone<'a> {
    stays: BTreeMap<ContactId, Vec<(Stay, &'a AutomationVersion)>>,
    received: BTreeMap<EventId, Timestamp>,
    /// Whose events come now.
    contact: Option<ContactId>,
    seen: BTreeMap<(EnrollmentId, RuleId, ConditionId), Seen>,
}

/// What was seen of the events that pass a condition's test.
#[derive(Clone, Copy, Debug)]
struct Seen {
    last: EventId,
    count: i64,
    total: Option<Total>,
}

impl Seen {
    fn and(before: Option<&Self>, condition: &Condition, event: &Event) -> Self {
        let total = match (before.and_then(|seen| seen.total), condition.adds(&Scene::of(event))) {
            (Some(total), Some(more)) => Some(total.plus(more)),
            (total, more) => total.or(more),
        };
        Self { last: event.id, count: before.map_or(1, |seen| seen.count.saturating_add(1)), total }
    }
}

/// Whether what was seen meets the condition: often enough, or enough together (R12).
fn is_met_by(condition: &Condition, seen: Option<&Seen>) -> bool {
    seen.is_some_and(|seen| condition.tally.is_reached(seen.count, seen.total))
}

impl<'a> Undone<'a> {
    pub(super) fn new(known: &'a Known, verdict: &mut Verdict, stays: impl Iterator<Item = Stay>) -> Self {
        let mut undone = Self::default();
        for stay in stays.filter(|stay| stay.status == "active" && known.judges(stay.automation)) {
            verdict.examined(Invariant::NothingLeftUndone, 1);
            if let Some(version) = known.version(stay.automation, stay.version) {
                undone.stays.entry(stay.contact).or_default().push((stay, version));
            }
        }
        undone
    }

    pub(super) fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        for (stay, version) in self.stays.values().flatten() {
            let since = wanted.since.entry(stay.contact).or_insert(stay.entered_at);
            *since = stay.entered_at.min(*since);
            let conditions = leaving(version).filter(|rule| is_told_by_events(rule)).flat_map(Rule::each_condition);
            let types = conditions.flat_map(|condition| condition.event_types().iter().map(str::to_owned));
            wanted.event_types.extend(types);
            wanted.entry_events.insert(stay.entry_event);
        }
        wanted
    }

    pub(super) fn received(&mut self, events: impl IntoIterator<Item = (EventId, Timestamp)>) {
        self.received.extend(events);
    }

    /// The next event, in order of contacts.
    pub(super) fn event(&mut self, verdict: &mut Verdict, contact: ContactId, event: &Event) {
        if self.contact != Some(contact) {
            self.settle(verdict);
            self.contact = Some(contact);
        }
        // What a hand does meets no condition.
        if Hand::of(event).is_some() {
            return;
        }
        for (stay, version) in self.stays.get(&contact).into_iter().flatten() {
            if !self.is_after_entry(stay, event) {
                continue;
            }
            for rule in leaving(version).filter(|rule| is_told_by_events(rule)) {
                for condition in rule.each_condition() {
                    if condition.test(&Scene::of(event).entered(stay.entered_at)).is_ok() {
                        let key = (stay.id, rule.id, condition.id);
                        let seen = Seen::and(self.seen.get(&key), condition, event);
                        self.seen.insert(key, seen);
                    }
                }
            }
        }
    }

    /// After the entry, or at the same instant and received later (R10).
    fn is_after_entry(&self, stay: &Stay, event: &Event) -> bool {
        let entry = self.received.get(&stay.entry_event);
        let received_later = || entry.is_some_and(|entry| event.received_at > entry.plus(IN_FLIGHT_MAX));
        event.at() > stay.entered_at || (event.at() == stay.entered_at && received_later())
    }

    /// Judges the contact whose events came last.
    pub(super) fn settle(&mut self, verdict: &mut Verdict) {
        let seen = std::mem::take(&mut self.seen);
        let contact = self.contact.take();
        for (stay, version) in contact.iter().filter_map(|contact| self.stays.get(contact)).flatten() {
            for rule in leaving(version).filter(|rule| is_told_by_events(rule)) {
                let of = |condition: &Condition| seen.get(&(stay.id, rule.id, condition.id));
                let is_satisfied = hold(rule.join, &rule.conditions, &of);
                verdict.require(Invariant::NothingLeftUndone, !is_satisfied, || {
                    let by: BTreeSet<_> =
                        rule.each_condition().into_iter().filter_map(of).map(|seen| seen.last).collect();
                    let by: Vec<_> = by.iter().map(ToString::to_string).collect();
                    let (id, rule, by) = (stay.id, rule.id, by.join(", "));
                    format!("stay {id} is active, though rule {rule} is satisfied by event {by}")
                });
            }
        }
    }
}

/// Whether what happened since entry says all of it: no state, no absence, and nothing that looks back before entry.
fn is_told_by_events(rule: &Rule) -> bool {
    !waits_for_none(rule.join, &rule.conditions)
        && rule.each_condition().iter().all(|condition| {
            let looks_back = condition.first_ever || condition.lookback.is_some() || condition.same_as_entry.is_some();
            condition.is_group()
                || (condition.is_event()
                    && !looks_back
                    && !condition.read_filters().any(|filter| filter.reads_more_than_events()))
        })
}

/// Whether what must not happen stands beside what is enough by itself: it never makes a rule hold, and so what was seen
/// does not say whether it did.
fn waits_for_none(join: Join, conditions: &[Condition]) -> bool {
    let is_none = |condition: &Condition| condition.is_group() && condition.join == Join::None;
    let within = |condition: &Condition| waits_for_none(condition.join, &condition.conditions);
    (join == Join::Any && conditions.iter().any(is_none)) || conditions.iter().any(within)
}

/// Whether conditions so joined hold by what was seen.
fn hold<'s>(join: Join, conditions: &[Condition], seen: &dyn Fn(&Condition) -> Option<&'s Seen>) -> bool {
    let holds = |condition: &Condition| match condition.is_group() {
        true => hold(condition.join, &condition.conditions, seen),
        false => is_met_by(condition, seen(condition)),
    };
    match join {
        Join::All => conditions.iter().all(holds),
        Join::Any => conditions.iter().any(holds),
        Join::None => !conditions.iter().any(holds),
    }
}

/// The rules that end a stay.
fn leaving(version: &AutomationVersion) -> impl Iterator<Item = &Rule> {
    version.goals.iter().chain(&version.alternate_exits)
}
