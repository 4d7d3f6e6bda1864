//! The third step: the contacts are made and locked, the events stored, and what a decision needs is loaded.

use super::Interrupted;
use super::accept::Entry;
use super::matching::Candidates;
use crate::clock::Clock;
use crate::store::{Tx, contact, enrollment, event, progress};
use offramp_domain::decide::{ContactState, LaterEvents};
use offramp_domain::ids::{ContactId, WorkspaceId};
use offramp_domain::index::Definitions;
use offramp_domain::time::Timestamp;
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
        let known = contact::lock(tx, workspace, &fresh, clock.now()).await?;
        let mut events_of: BTreeMap<ContactId, Vec<&'a Entry>> = BTreeMap::new();
        for entry in candidates.entries() {
            let contact = known.get(&entry.accepted.contact_external_id).ok_or(Interrupted::Raced("a contact"))?;
            events_of.entry(*contact).or_default().push(entry);
        }
        // Before the new events are stored, so that it gives the others.
        let later = load_later(tx, workspace, candidates, &events_of).await?;
        store_events(tx, workspace, &events_of).await?;
        let contacts = load(tx, workspace, candidates, events_of, later).await?;
        Ok(Self { contacts, definitions: Arc::clone(candidates.definitions()) })
    }

    pub(super) fn into_parts(self) -> (Vec<(ContactState, Vec<&'a Entry>)>, Arc<Definitions>) {
        (self.contacts, self.definitions)
    }
}

async fn store_events(
    tx: &Tx,
    workspace: WorkspaceId,
    events_of: &BTreeMap<ContactId, Vec<&Entry>>,
) -> Result<(), Interrupted> {
    let new = events_of.iter().flat_map(|(contact, entries)| {
        entries.iter().map(|entry| event::NewEvent {
            contact: *contact,
            message_id: entry.accepted.message_id.as_deref(),
            fingerprint: &entry.fingerprint,
            event: &entry.accepted.event,
        })
    });
    let all_new = event::insert(tx, workspace, &new.collect::<Vec<_>>()).await?;
    if all_new { Ok(()) } else { Err(Interrupted::Raced("a message id")) }
}

async fn load<'a>(
    tx: &Tx,
    workspace: WorkspaceId,
    candidates: &Candidates<'a>,
    events_of: BTreeMap<ContactId, Vec<&'a Entry>>,
    mut later: BTreeMap<ContactId, LaterEvents>,
) -> Result<Vec<(ContactState, Vec<&'a Entry>)>, Interrupted> {
    let since = events_of.iter().filter_map(|(contact, entries)| Some((*contact, earliest(entries)?))).collect();
    let mut states: BTreeMap<_, _> = events_of.keys().map(|contact| (*contact, ContactState::new(*contact))).collect();
    for stay in enrollment::load(tx, workspace, &since, candidates.automations()).await? {
        if let Some(state) = states.get_mut(&stay.contact) {
            state.enrollments.push(stay);
        }
    }
    if !candidates.automations().is_empty() {
        for (contact, met) in progress::load(tx, workspace, states.keys().copied()).await? {
            if let Some(state) = states.get_mut(&contact) {
                state.progress = met;
            }
        }
    }
    for (contact, state) in &mut states {
        state.later = later.remove(contact).unwrap_or_default();
    }
    Ok(states.into_values().zip(events_of.into_values()).collect())
}

/// The stored events that would follow an entry by one of the new ones, should it turn out to be late (R63).
async fn load_later(
    tx: &Tx,
    workspace: WorkspaceId,
    candidates: &Candidates<'_>,
    events_of: &BTreeMap<ContactId, Vec<&Entry>>,
) -> Result<BTreeMap<ContactId, LaterEvents>, Interrupted> {
    let may_enter = |entry: &&&Entry| candidates.definitions().may_enter(&entry.accepted.event.event_type);
    let since = events_of.iter().filter_map(|(contact, entries)| {
        let entering: Vec<_> = entries.iter().filter(may_enter).copied().collect();
        Some((*contact, earliest(&entering)?))
    });
    Ok(event::later(tx, workspace, &since.collect()).await?)
}

fn earliest(entries: &[&Entry]) -> Option<Timestamp> {
    entries.iter().map(|entry| entry.accepted.event.at()).min()
}
