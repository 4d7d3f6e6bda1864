//! What is known of the orders and payments that events name, before the events are judged; and what is to be kept of
//! the events: themselves, and the purchases that they make.

use super::Interrupted;
use super::accept::Entry;
use crate::store::{Tx, customer_order, payment, reversal};
use offramp_domain::decide::{ContactState, Owner, Progress};
use offramp_domain::event::{Event, ORDER_CANCELLED, ORDER_ID, ORDER_PURCHASED, ORDER_REFUNDED, PAYMENT_ID};
use offramp_domain::ids::{ContactId, WorkspaceId};
use offramp_domain::order::{Kept, Orders, kept, speaks_of_orders};
use offramp_domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A contact's new events.
pub(super) struct Happened<'a> {
    /// As they were received.
    pub(super) entries: Vec<&'a Entry>,
    /// As they are to be kept, each with the purchase that it makes behind it.
    pub(super) kept: Vec<Kept<'a>>,
}

impl<'a> Happened<'a> {
    /// What events come to, by what is known of their orders.
    pub(super) fn of(entries: Vec<&'a Entry>, orders: &Orders) -> Self {
        let events: Vec<_> = entries.iter().map(|entry| &entry.accepted.event).collect();
        let kept = kept(orders, &events);
        Self { entries, kept }
    }

    /// Those that count for anything, with the purchases that they make.
    pub(super) fn events(&self) -> impl Iterator<Item = &Event> {
        self.kept.iter().filter(|kept| kept.counts).map(|kept| kept.event.as_ref())
    }

    /// The time of the earliest.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.events().map(Event::at).min()
    }
}

/// What is known of the orders and payments that the events of these contacts name, and of the orders that those payments
/// named before.
pub(super) async fn load(
    tx: &Tx,
    workspace: WorkspaceId,
    events_of: &BTreeMap<ContactId, Vec<&Entry>>,
) -> Result<BTreeMap<ContactId, Orders>, Interrupted> {
    let events = events_of.iter().flat_map(|(contact, entries)| entries.iter().map(|one| (*contact, one)));
    let events = events.map(|(contact, entry)| (contact, &entry.accepted.event));
    let telling: Vec<_> = events.filter(|(_, event)| speaks_of_orders(&event.event_type)).collect();
    let named = |property: &str| {
        let names = telling.iter().filter_map(|(contact, event)| Some((*contact, event.text(property)?)));
        names.collect::<BTreeSet<_>>()
    };
    let payments = payment::load(tx, workspace, named(PAYMENT_ID)).await?;
    // A payment that said before of which order it is need not say it again.
    let said = payments.iter().filter_map(|(contact, _, payment)| Some((*contact, payment.order.as_deref()?)));
    let names: BTreeSet<_> = named(ORDER_ID).into_iter().chain(said).collect();
    let orders = customer_order::load(tx, workspace, names).await?;
    let mut known: BTreeMap<ContactId, Orders> = BTreeMap::new();
    for (contact, name, order) in orders {
        known.entry(contact).or_default().orders.insert(name, order);
    }
    for (contact, name, payment) in payments {
        known.entry(contact).or_default().payments.insert(name, payment);
    }
    Ok(known)
}

/// Of those who are given money back: the conversions with those orders behind them.
pub(super) async fn load_standing(
    tx: &Tx,
    workspace: WorkspaceId,
    happened: &BTreeMap<ContactId, &Happened<'_>>,
    states: &mut BTreeMap<ContactId, ContactState>,
) -> Result<(), Interrupted> {
    let gives_back = |event: &&Event| matches!(event.event_type.as_str(), ORDER_REFUNDED | ORDER_CANCELLED);
    let returned = happened.iter().flat_map(|(contact, of)| {
        of.events().filter(gives_back).filter_map(|event| Some((*contact, event.text(ORDER_ID)?)))
    });
    for (contact, standing) in reversal::standing(tx, workspace, returned.collect::<BTreeSet<_>>()).await? {
        if let Some(state) = states.get_mut(&contact) {
            state.conversions.push(standing);
        }
    }
    Ok(())
}

/// The orders of which progress tells: what was bought then may have been given back since.
pub(super) async fn load_progressed(
    tx: &Tx,
    workspace: WorkspaceId,
    states: &mut BTreeMap<ContactId, ContactState>,
) -> Result<(), Interrupted> {
    let events = states.values().flat_map(|state| met_in_stays(&state.progress)).collect::<BTreeSet<_>>();
    add(states, customer_order::load_told_of(tx, workspace, events).await?);
    Ok(())
}

fn met_in_stays(progress: &Progress) -> impl Iterator<Item = offramp_domain::ids::EventId> {
    let of_stays = progress.iter().filter(|((owner, _), met)| matches!(owner, Owner::Enrollment(_)) && met.is_met);
    of_stays.map(|(_, met)| met.event)
}

/// The orders of the purchases that a late entry would have judged anew.
pub(super) async fn load_later(
    tx: &Tx,
    workspace: WorkspaceId,
    states: &mut BTreeMap<ContactId, ContactState>,
) -> Result<(), Interrupted> {
    let purchases = states.values().flat_map(|state| {
        let bought = state.later.events.iter().filter(|event| event.event_type == ORDER_PURCHASED);
        bought.filter_map(|event| Some((state.contact, event.text(ORDER_ID)?)))
    });
    let names: BTreeSet<_> = purchases.collect();
    let found = customer_order::load(tx, workspace, names).await?;
    add(states, found);
    Ok(())
}

/// Adds orders to what is known of contacts.
fn add(states: &mut BTreeMap<ContactId, ContactState>, found: Vec<customer_order::Named>) {
    for (contact, name, order) in found {
        if let Some(state) = states.get_mut(&contact) {
            state.orders.orders.entry(name).or_insert(order);
        }
    }
}
