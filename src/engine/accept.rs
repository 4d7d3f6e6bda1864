//! The first step: what was sent becomes events, each judged by itself (R62). The same key twice is one event (R61), once
//! it is known what became of the first.

use super::Outcome;
use crate::clock::Clock;
use offramp_domain::contact::CheckedContact;
use offramp_domain::enrollment::Refusal;
use offramp_domain::event::{AcceptedEvent, Event, EventDraft, accept};
use offramp_domain::fault::Path;
use offramp_domain::hand::Hand;
use offramp_domain::ids::EventId;
use offramp_domain::money::Currency;
use offramp_domain::time::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The id of an event that waits for its place in a lane, where it gets its own, and its time of receipt.
const UNRECEIVED: EventId = EventId(Uuid::nil());

/// Events that are well formed, or refused one by one; what became of each is settled on the way.
pub struct Accepted {
    entries: Vec<Entry>,
    outcomes: Vec<Option<Outcome>>,
    /// The one event that is looked at, where the others are not.
    alone: Option<usize>,
}

/// An event that may be stored.
pub(super) struct Entry {
    /// Its place among those that are brought through together.
    pub(super) place: usize,
    /// Its place in the batch of its sender, where faults of it are found.
    pub(super) index: usize,
    /// Hash of what was sent.
    pub(super) fingerprint: String,
    /// Length of what was sent, as JSON.
    pub(super) bytes: usize,
    /// The event.
    pub(super) accepted: AcceptedEvent,
}

impl Accepted {
    /// Checks a batch.
    pub(super) fn new(drafts: Vec<EventDraft>, currency: Currency, clock: &Clock) -> Self {
        let now = clock.now();
        let mut batch = Self { entries: Vec::new(), outcomes: vec![None; drafts.len()], alone: None };
        let input = Path::root("input");
        let events = input.field("events");
        for (index, draft) in drafts.into_iter().enumerate() {
            let sent = fingerprint(&draft);
            let outcome = match (sent, accept(draft, UNRECEIVED, now, currency, &events.index(index))) {
                (Ok((fingerprint, bytes)), Ok(accepted)) => {
                    batch.entries.push(Entry { place: index, index, fingerprint, bytes, accepted });
                    continue;
                }
                (_, Err(faults)) => Outcome::Refused(faults),
                (Err(error), _) => Outcome::failed(clock, &error),
            };
            batch.settle(index, outcome);
        }
        batch
    }

    /// What hands do to contacts, each named by the customer's own id, and when if not now.
    pub(super) fn by_hand(hands: impl IntoIterator<Item = (String, Hand, Option<Timestamp>)>, clock: &Clock) -> Self {
        let now = clock.now();
        Self::of_ours(
            hands
                .into_iter()
                .map(|(contact, hand, at)| (contact, hand.event(UNRECEIVED, at.unwrap_or(now), now), at.is_some())),
        )
    }

    /// What somebody says of a contact, checked already.
    pub(super) fn of_contact(contact: &CheckedContact, clock: &Clock) -> Self {
        Self::of_ours([(contact.external_id.clone(), contact.event(UNRECEIVED, clock.now()), false)])
    }

    /// Events of our own making, each with the customer's own id of its contact, and whether it was dated.
    fn of_ours(events: impl IntoIterator<Item = (String, Event, bool)>) -> Self {
        let entries = events.into_iter().enumerate().map(|(place, (contact_external_id, event, is_dated))| {
            let accepted = AcceptedEvent { contact_external_id, message_id: None, is_dated, event };
            Entry { place, index: place, fingerprint: String::new(), bytes: 0, accepted }
        });
        let entries: Vec<_> = entries.collect();
        let outcomes = vec![None; entries.len()];
        Self { entries, outcomes, alone: None }
    }

    /// How many events there are.
    pub(super) const fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// How much was sent, as JSON.
    pub(super) fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }

    /// Says that the events were received now, one after the other: from here on later ones have greater ids.
    pub(super) fn receive(&mut self, clock: &Clock) {
        let now = clock.now();
        for entry in &mut self.entries {
            entry.accepted.receive(EventId(clock.fresh_id()), now);
        }
    }

    /// The products of lines that do not say to which categories they belong.
    pub(super) fn products_to_place(&self) -> BTreeSet<String> {
        let products = self.unsettled().flat_map(|entry| entry.accepted.event.products_to_place());
        products.map(str::to_owned).collect()
    }

    /// Notes the categories of products in such lines.
    pub(super) fn place_products(&mut self, categories: &BTreeMap<String, BTreeSet<String>>) {
        self.entries.iter_mut().for_each(|entry| entry.accepted.event.place_products(categories));
    }

    /// The categories that lines name.
    pub(super) fn categories_named(&self) -> BTreeSet<String> {
        let named = self.unsettled().flat_map(|entry| entry.accepted.event.categories_named());
        named.map(str::to_owned).collect()
    }

    /// Notes in such lines also the categories within which those lie.
    pub(super) fn widen_categories(&mut self, above: &BTreeMap<String, BTreeSet<String>>) {
        self.entries.iter_mut().for_each(|entry| entry.accepted.event.widen_categories(above));
    }

    /// Several batches as one, in their order.
    pub(super) fn join(batches: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = Self { entries: Vec::new(), outcomes: Vec::new(), alone: None };
        for batch in batches {
            let before = joined.outcomes.len();
            let moved = batch.entries.into_iter().map(|entry| Entry { place: entry.place + before, ..entry });
            joined.entries.extend(moved);
            joined.outcomes.extend(batch.outcomes);
        }
        joined
    }

    /// The events that are not settled, by lane, each lane's with their places in this batch; what is settled stays here.
    /// Events under one key go the same way, wherever it leads.
    pub(super) fn split(&mut self, lane_of: impl Fn(&str) -> usize) -> BTreeMap<usize, (Vec<usize>, Self)> {
        let mut lanes: BTreeMap<usize, (Vec<usize>, Self)> = BTreeMap::new();
        let mut lane_of_key: BTreeMap<String, usize> = BTreeMap::new();
        for entry in std::mem::take(&mut self.entries) {
            let own = lane_of(&entry.accepted.contact_external_id);
            let lane = match &entry.accepted.message_id {
                Some(key) => *lane_of_key.entry(key.clone()).or_insert(own),
                None => own,
            };
            let empty = || (Vec::new(), Self { entries: Vec::new(), outcomes: Vec::new(), alone: None });
            let (places, part) = lanes.entry(lane).or_insert_with(empty);
            places.push(entry.place);
            part.entries.push(Entry { place: part.outcomes.len(), ..entry });
            part.outcomes.push(None);
        }
        lanes
    }

    /// The events that nothing was found out about yet, in order of receipt.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = &Entry> {
        let looked_at = |entry: &&Entry| self.alone.is_none_or(|place| place == entry.place);
        let open = |entry: &&Entry| self.outcomes.get(entry.place).is_some_and(Option::is_none);
        self.entries.iter().filter(looked_at).filter(open)
    }

    /// The same, but of those under one key the first only: what the others are is known when it is settled.
    pub(super) fn open(&self) -> impl Iterator<Item = &Entry> {
        let mut keys = BTreeSet::new();
        self.unsettled().filter(move |entry| entry.accepted.message_id.as_ref().is_none_or(|key| keys.insert(key)))
    }

    /// From now on looks at one event and at no other.
    pub(super) const fn look_at(&mut self, place: usize) {
        self.alone = Some(place);
    }

    /// Says what became of an event.
    pub(super) fn settle(&mut self, place: usize, outcome: Outcome) {
        if let Some(settled) = self.outcomes.get_mut(place) {
            *settled = Some(outcome);
        }
    }

    /// Settles the events that the core refused.
    pub(super) fn decline(&mut self, refused: &[(EventId, Refusal)]) {
        let refused: BTreeMap<_, _> = refused.iter().copied().collect();
        let declined =
            self.entries.iter().filter_map(|entry| Some((entry.place, *refused.get(&entry.accepted.event.id)?)));
        for (place, refusal) in declined.collect::<Vec<_>>() {
            self.settle(place, Outcome::Declined(refusal));
        }
    }

    /// Settles what is still open, now that it is committed.
    pub(super) fn settle_committed(&mut self) {
        let mut committed: BTreeMap<String, String> = BTreeMap::new();
        let mut found = Vec::new();
        for Entry { place, index, fingerprint, accepted, .. } in self.unsettled() {
            let event = accepted.event.id;
            let Some(key) = &accepted.message_id else {
                found.push((*place, Outcome::Accepted { event, deduplicated: false }));
                continue;
            };
            let outcome = match committed.get(key) {
                Some(first) => Outcome::repeat(*index, first == fingerprint),
                None => Outcome::Accepted { event, deduplicated: true },
            };
            committed.entry(key.clone()).or_insert_with(|| fingerprint.clone());
            found.push((*place, outcome));
        }
        for (place, outcome) in found {
            self.settle(place, outcome);
        }
    }

    /// What became of each event, at its place; `unsettled` says it of those about which nothing was found out.
    pub(super) fn into_outcomes(self, unsettled: impl FnOnce() -> Outcome) -> Vec<Outcome> {
        let rest = LazyCell::new(unsettled);
        self.outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| rest.clone())).collect()
    }
}

/// A hash of what was sent, before any default, the same however its fields were ordered; and the length of it.
fn fingerprint(draft: &EventDraft) -> Result<(String, usize), serde_json::Error> {
    let mut sent = serde_json::to_value(draft)?;
    sort(&mut sent);
    let sent = sent.to_string();
    Ok((format!("{:x}", Sha256::digest(&sent)), sent.len()))
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
