//! The third step: the contacts are made and locked, the events stored, and what a decision needs is loaded.

use super::accept::Entry;
use super::happened::{self, Happened};
use super::matching::Candidates;
use super::{Interrupted, known};
use crate::clock::Clock;
use crate::store::{Tx, contact, event};
use offramp_domain::decide::{ContactState, may_enter};
use offramp_domain::enrollment::{Ended, ExitReason};
use offramp_domain::event::Event;
use offramp_domain::ids::{ContactId, WorkspaceId};
use offramp_domain::index::Definitions;
use offramp_domain::order::Orders;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Contacts that nobody else decides about, with their state and their new events.
pub(super) struct Locked<'a> {
    contacts: Vec<(ContactState, Vec<&'a Entry>)>,
    definitions: Arc<Definitions>,
}

impl<'a> Locked<'a> {
    /// Takes the locks in the order that every path takes them: contacts by id, then events.
    pub(super) async fn take(
        tx: &Tx,
        workspace: WorkspaceId,
        candidates: &Candidates<'a>,
        clock: &Clock,
    ) -> Result<Self, Interrupted> {
        let names = candidates.entries().iter().map(|entry| entry.accepted.contact_external_id.clone());
        let fresh = names.map(|name| (name, ContactId(clock.fresh_id()))).collect();
        let locked = contact::lock(tx, workspace, &fresh, clock.now()).await?;
        let locked = locked.ok_or(Interrupted::Raced("a contact"))?;
        let mut events_of: BTreeMap<ContactId, Vec<&'a Entry>> = BTreeMap::new();
        for entry in candidates.entries() {
            let contact = locked.ids.get(&entry.accepted.contact_external_id).ok_or(Interrupted::Raced("a contact"))?;
            events_of.entry(*contact).or_default().push(entry);
        }
        let orders = happened::load(tx, workspace, &events_of).await.map_err(of_a_contact)?;
        let no_orders = Orders::none();
        let happened: BTreeMap<ContactId, Happened<'a>> = events_of
            .into_iter()
            .map(|(contact, entries)| {
                let orders = orders.get(&contact).unwrap_or(&no_orders);
                (contact, Happened::of(entries, orders))
            })
            .collect();
        let known = happened.iter().filter(|(contact, _)| !locked.new.contains(contact));
        let known: BTreeMap<_, _> = known.map(|(contact, of)| (*contact, of)).collect();
        let mut states = known::load(tx, workspace, candidates, &known, orders).await.map_err(of_a_contact)?;
        // Before the new events are stored, so that it gives the others.
        load_later(tx, workspace, candidates, &known, &mut states).await.map_err(of_a_contact)?;
        for contact in locked.new {
            states.insert(contact, ContactState::new(contact));
        }
        store_events(tx, workspace, &happened).await?;
        let contacts = states.into_values().zip(happened.into_values().map(|of| of.entries)).collect();
        Ok(Self { contacts, definitions: Arc::clone(candidates.definitions()) })
    }

    pub(super) fn into_parts(self) -> (Vec<(ContactState, Vec<&'a Entry>)>, Arc<Definitions>) {
        (self.contacts, self.definitions)
    }
}

/// A row that cannot be read belongs to one contact, here where only their rows are read.
fn of_a_contact(error: Interrupted) -> Interrupted {
    match error {
        Interrupted::Store(error) if error.is_unreadable() => Interrupted::Unreadable(error),
        other => other,
    }
}

async fn store_events(
    tx: &Tx,
    workspace: WorkspaceId,
    happened: &BTreeMap<ContactId, Happened<'_>>,
) -> Result<(), Interrupted> {
    let new = happened.iter().flat_map(|(contact, of)| {
        of.kept.iter().map(|kept| {
            // What was made of it was not sent.
            let sent = of.entries.get(kept.place).filter(|entry| entry.accepted.event.id == kept.event.id);
            event::NewEvent {
                contact: *contact,
                message_id: sent.and_then(|entry| entry.accepted.message_id.as_deref()),
                fingerprint: sent.map_or("", |entry| &entry.fingerprint),
                event: &kept.event,
                counts: kept.counts,
            }
        })
    });
    let mut new: Vec<_> = new.collect();
    // In one order, so that two batches with the same keys wait for each other and do not deadlock.
    new.sort_by_key(|event| event.message_id);
    let all_new = event::insert(tx, workspace, &new).await?;
    if all_new { Ok(()) } else { Err(Interrupted::Raced("a message id")) }
}

/// The stored events that would follow an entry by one of the new ones, for those contacts whom no stay keeps from
/// entering (R63).
async fn load_later(
    tx: &Tx,
    workspace: WorkspaceId,
    candidates: &Candidates<'_>,
    known: &BTreeMap<ContactId, &Happened<'_>>,
    states: &mut BTreeMap<ContactId, ContactState>,
) -> Result<(), Interrupted> {
    let since = known.iter().filter_map(|(contact, happened)| {
        let state = states.get(contact)?;
        let definitions = candidates.definitions();
        let events: Vec<_> = happened.events().collect();
        let (first, others) = events.split_first()?;
        let mut entering: Vec<&Event> = Vec::new();
        entering.extend(Some(*first).filter(|event| may_enter(definitions, state, event)));
        if !others.is_empty() {
            let ended = as_if_ended(state);
            entering.extend(others.iter().filter(|event| may_enter(definitions, &ended, event)).copied());
        }
        Some((*contact, entering.into_iter().map(Event::at).min()?))
    });
    for (contact, later) in event::later(tx, workspace, &since.collect()).await? {
        if let Some(state) = states.get_mut(&contact) {
            state.later = later;
        }
    }
    happened::load_later(tx, workspace, states).await
}

/// The state as if each stay had ended as soon as it began: an event may end it and one after it begin the next (R63).
fn as_if_ended(state: &ContactState) -> ContactState {
    let mut ended = ContactState::new(state.contact);
    ended.enrollments.clone_from(&state.enrollments);
    for stay in &mut ended.enrollments {
        stay.ended.get_or_insert(Ended { at: stay.entered_at, reason: ExitReason::AlternateExit, may_reenter: true });
    }
    ended
}
