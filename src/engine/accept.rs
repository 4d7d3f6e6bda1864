//! The first step: what was sent becomes events, each judged by itself (R62), the same key twice in a batch being one
//! (R61).

use super::Outcome;
use crate::clock::Clock;
use offramp_domain::event::{AcceptedEvent, EventDraft, accept};
use offramp_domain::fault::{Code, Fault, Path};
use offramp_domain::ids::EventId;
use offramp_domain::money::Currency;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

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
        let mut first_of: BTreeMap<String, String> = BTreeMap::new();
        let (input, index_of) = (Path::root("input"), |path: &Path<'_>| path.fault(Code::IdempotencyKeyReused, REUSED));
        let events = input.field("events");
        for (index, draft) in drafts.into_iter().enumerate() {
            let path = events.index(index);
            let fingerprint = fingerprint(&draft);
            match accept(draft, EventId(clock.fresh_id()), received_at, currency, &path) {
                Err(faults) => batch.settle(index, Outcome::Refused(faults)),
                Ok(accepted) => {
                    let key = accepted.message_id.clone();
                    match key.as_ref().and_then(|key| first_of.get(key)) {
                        Some(first) if *first == fingerprint => batch.settle(index, Outcome::Duplicate),
                        Some(_) => batch.settle(index, Outcome::Refused(vec![index_of(&path.field("messageId"))])),
                        None => {
                            first_of.extend(key.map(|key| (key, fingerprint.clone())));
                            batch.events.push(Entry { index, fingerprint, accepted });
                        }
                    }
                }
            }
        }
        batch
    }

    /// The events that nothing was found out about yet, in order of receipt.
    pub(super) fn open(&self) -> impl Iterator<Item = &Entry> {
        self.events.iter().filter(|entry| self.outcomes.get(entry.index).is_some_and(Option::is_none))
    }

    /// Says what became of an event.
    pub(super) fn settle(&mut self, index: usize, outcome: Outcome) {
        if let Some(place) = self.outcomes.get_mut(index) {
            *place = Some(outcome);
        }
    }

    /// Refuses an event whose key was used for another before.
    pub(super) fn refuse_reused(&mut self, index: usize) {
        self.refuse(index, "messageId", Code::IdempotencyKeyReused, REUSED);
    }

    /// Refuses the events that come too late to enter.
    pub(super) fn refuse_too_late(&mut self, events: &[EventId]) {
        let late = self.events.iter().filter(|entry| events.contains(&entry.accepted.event.id));
        for index in late.map(|entry| entry.index).collect::<Vec<_>>() {
            self.refuse(index, "occurredAt", Code::TooLate, TOO_LATE);
        }
    }

    fn refuse(&mut self, index: usize, field: &str, code: Code, message: &str) {
        let (input, name) = (Path::root("input"), "events");
        let fault: Fault = input.field(name).index(index).field(field).fault(code, message);
        self.settle(index, Outcome::Refused(vec![fault]));
    }

    /// What became of each event; what is open was accepted.
    pub(super) fn into_outcomes(self) -> Vec<Outcome> {
        let keyed: BTreeMap<_, _> =
            self.events.iter().map(|entry| (entry.index, entry.accepted.message_id.is_some())).collect();
        let outcome = |(index, settled): (usize, Option<Outcome>)| {
            settled
                .unwrap_or_else(|| Outcome::Accepted { deduplicated: keyed.get(&index).copied().unwrap_or_default() })
        };
        self.outcomes.into_iter().enumerate().map(outcome).collect()
    }
}

const REUSED: &str =
    "This messageId was used before for another event; give each event its own, and the same event the same.";
const TOO_LATE: &str = "This event would enter the contact so far in the past that more than 1,000 stored events would have \
                        to be judged anew.";

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
