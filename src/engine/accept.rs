//! The first step: what was sent becomes events, each judged by itself (R62). The same key twice in a batch is one
//! (R61), once it is known what became of the first.

use super::Outcome;
use crate::clock::Clock;
use offramp_domain::event::{AcceptedEvent, EventDraft, accept};
use offramp_domain::fault::{Code, Path};
use offramp_domain::ids::EventId;
use offramp_domain::limits::LATER_EVENTS_MAX;
use offramp_domain::money::Currency;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A batch whose events are well formed, or refused one by one.
pub struct Accepted {
    events: Vec<Entry>,
    outcomes: Vec<Option<Outcome>>,
}

/// An event of the batch that may be stored.
pub(super) struct Entry {
    /// Its place in the batch.
    pub(super) index: usize,
    /// Hash of what was sent.
    pub(super) fingerprint: String,
    /// The event.
    pub(super) accepted: AcceptedEvent,
}

impl Accepted {
    /// Checks a batch.
    pub fn new(drafts: Vec<EventDraft>, currency: Currency, clock: &Clock) -> Self {
        let received_at = clock.now();
        let mut batch = Self { events: Vec::new(), outcomes: vec![None; drafts.len()] };
        let input = Path::root("input");
        let events = input.field("events");
        for (index, draft) in drafts.into_iter().enumerate() {
            let fingerprint = fingerprint(&draft);
            match accept(draft, EventId(clock.fresh_id()), received_at, currency, &events.index(index)) {
                Ok(accepted) => batch.events.push(Entry { index, fingerprint, accepted }),
                Err(faults) => batch.settle(index, Outcome::Refused(faults)),
            }
        }
        batch
    }

    /// The events that nothing was found out about yet, in order of receipt.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = &Entry> {
        self.events.iter().filter(|entry| self.outcomes.get(entry.index).is_some_and(Option::is_none))
    }

    /// The same, but of those under one key the first only: what the others are is known when it is settled.
    pub(super) fn open(&self) -> impl Iterator<Item = &Entry> {
        let mut keys = BTreeSet::new();
        self.unsettled().filter(move |entry| entry.accepted.message_id.as_ref().is_none_or(|key| keys.insert(key)))
    }

    /// Says what became of an event.
    pub(super) fn settle(&mut self, index: usize, outcome: Outcome) {
        if let Some(place) = self.outcomes.get_mut(index) {
            *place = Some(outcome);
        }
    }

    /// Refuses the events that come too late to enter.
    pub(super) fn refuse_too_late(&mut self, events: &[EventId]) {
        let late = self.events.iter().filter(|entry| events.contains(&entry.accepted.event.id));
        for index in late.map(|entry| entry.index).collect::<Vec<_>>() {
            self.settle(index, refused(index, "occurredAt", Code::TooLate, too_late()));
        }
    }

    /// What became of each event, now that all that was open is committed.
    pub(super) fn into_outcomes(mut self) -> Vec<Outcome> {
        let mut committed: BTreeMap<String, String> = BTreeMap::new();
        let mut found = Vec::new();
        for Entry { index, fingerprint, accepted } in self.unsettled() {
            let Some(key) = &accepted.message_id else {
                found.push((*index, Outcome::Accepted { deduplicated: false }));
                continue;
            };
            let outcome = match committed.get(key) {
                Some(first) => repeat(*index, first == fingerprint),
                None => Outcome::Accepted { deduplicated: true },
            };
            committed.entry(key.clone()).or_insert_with(|| fingerprint.clone());
            found.push((*index, outcome));
        }
        for (index, outcome) in found {
            self.settle(index, outcome);
        }
        self.outcomes.into_iter().flatten().collect()
    }
}

/// What an event is whose key was used before: for the same, or for another.
pub(super) fn repeat(index: usize, same: bool) -> Outcome {
    if same { Outcome::Duplicate } else { refused(index, "messageId", Code::IdempotencyKeyReused, REUSED) }
}

fn refused(index: usize, field: &str, code: Code, message: impl Into<String>) -> Outcome {
    let input = Path::root("input");
    let events = input.field("events");
    Outcome::Refused(vec![events.index(index).field(field).fault(code, message)])
}

fn too_late() -> String {
    format!(
        "This event would enter the contact so far in the past that more than {LATER_EVENTS_MAX} stored events would have \
         to be judged anew."
    )
}

const REUSED: &str =
    "This messageId was used before for another event; give each event its own, and the same event the same.";
/// A hash of what was sent, before any default, the same however its fields were ordered.
fn fingerprint(draft: &EventDraft) -> String {
    let mut sent = serde_json::to_value(draft).unwrap_or_default();
    sort(&mut sent);
    format!("{:x}", Sha256::digest(sent.to_string()))
}

/// Orders the fields of every object by name, whichever map serde_json was built with.
fn sort(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.sort_keys();
            fields.values_mut().for_each(sort);
        }
        Value::Array(items) => items.iter_mut().for_each(sort),
        _ => {}
    }
}
