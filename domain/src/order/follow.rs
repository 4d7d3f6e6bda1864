//! What events come to: a fold over a contact's orders and payments, in order of receipt, that knows nothing of
//! automations.

use super::{Flag, Order, Paid, Payment, PaymentStatus, Said};
use crate::enrollment::Refusal;
use crate::event::{
    AMOUNT, Event, ORDER_CANCELLED, ORDER_ID, ORDER_PLACED, ORDER_PURCHASED, ORDER_REFUNDED, ORDER_UPDATED,
    PAYMENT_FAILED, PAYMENT_ID, PAYMENT_SUCCEEDED, PAYMENT_TYPE,
};
use crate::ids::{EventId, OrderId, PaymentId, derive};
use crate::limits::{EVENT_PROPERTIES_BYTES_MAX, ORDER_EDITS_BYTES_MAX, ORDER_EDITS_MAX, ORDER_REFUNDS_MAX};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A contact's orders and payments, as far as the events at hand name them, by the customer's own ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Orders {
    /// The orders.
    pub orders: BTreeMap<String, Order>,
    /// The payments.
    pub payments: BTreeMap<String, Payment>,
}

/// What an event came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effect {
    /// Whether it says again what counted already, and so counts for nothing: a second purchase of an order, or the same
    /// payment again. It is kept, and nothing is judged by it.
    pub is_void: bool,
    /// The purchase that it made.
    pub purchase: Option<Event>,
    /// The order of which something was given back.
    pub returned: Option<String>,
}

impl Effect {
    fn purchase(purchase: Option<Event>) -> Self {
        Self { purchase, ..Self::default() }
    }
}

/// An event that is to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<'a> {
    /// The place of what was received, among the events.
    pub place: usize,
    /// That itself, or the purchase that it made.
    pub event: Cow<'a, Event>,
    /// Whether it counts for anything.
    pub counts: bool,
}

/// What is to be kept of events that come in now: each, and behind it the purchase that it makes. Those that are refused
/// are among them, without any.
pub fn kept<'a>(orders: &Orders, events: &[&'a Event]) -> Vec<Kept<'a>> {
    let mut kept = Vec::with_capacity(events.len());
    let mut orders = events.iter().any(|event| speaks_of_orders(&event.event_type)).then(|| orders.clone());
    for (place, event) in events.iter().enumerate() {
        let effect = orders.as_mut().and_then(|orders| orders.apply(event).ok()).unwrap_or_default();
        kept.push(Kept { place, event: Cow::Borrowed(*event), counts: !effect.is_void });
        let purchase = effect.purchase.map(|purchase| Kept { place, event: Cow::Owned(purchase), counts: true });
        kept.extend(purchase);
    }
    kept
}

/// Whether events of this type tell of orders or payments.
pub fn speaks_of_orders(event_type: &str) -> bool {
    const TYPES: &[&str] = &[
        ORDER_PLACED,
        ORDER_UPDATED,
        ORDER_PURCHASED,
        ORDER_REFUNDED,
        ORDER_CANCELLED,
        PAYMENT_SUCCEEDED,
        PAYMENT_FAILED,
    ];
    TYPES.contains(&event_type)
}

impl Orders {
    /// Of a contact of whom nothing is known.
    pub const fn none() -> Self {
        Self { orders: BTreeMap::new(), payments: BTreeMap::new() }
    }

    /// Takes what an event says.
    ///
    /// # Errors
    /// [`Refusal::TooManyEdits`], [`Refusal::TooManyRefunds`], [`Refusal::OfAnotherOrder`]; nothing of it is taken then.
    pub fn apply(&mut self, event: &Event) -> Result<Effect, Refusal> {
        if !speaks_of_orders(&event.event_type) {
            return Ok(Effect::default());
        }
        if matches!(event.event_type.as_str(), PAYMENT_SUCCEEDED | PAYMENT_FAILED) {
            return self.pay(event);
        }
        let Some(name) = event.text(ORDER_ID) else { return Ok(Effect::default()) };
        let order = self.order(name, event.id);
        match event.event_type.as_str() {
            ORDER_PLACED => Ok(order.place(event, name)),
            ORDER_UPDATED => order.edit(event),
            ORDER_PURCHASED => Ok(order.purchase_as_sent(event)),
            _ => order.give_back(event, name),
        }
    }

    /// The order whose purchase an event is.
    pub fn purchased_by(&self, event: EventId) -> Option<(&str, &Order)> {
        let is_by = |order: &Order| order.purchase.as_ref().is_some_and(|purchase| purchase.event == event);
        self.orders.iter().find(|(_, order)| is_by(order)).map(|(name, order)| (name.as_str(), order))
    }

    fn order(&mut self, name: &str, event: EventId) -> &mut Order {
        self.orders.entry(name.to_owned()).or_insert_with(|| Order::named(OrderId(derive(event, "order", &[]))))
    }

    fn pay(&mut self, event: &Event) -> Result<Effect, Refusal> {
        let (payment, name) = (event.text(PAYMENT_ID), event.text(ORDER_ID));
        let (mut is_void, mut known_order) = (false, None);
        if let Some(payment) = payment {
            let known = self.payments.get(payment);
            known_order = known.and_then(|known| known.order.clone());
            if known_order.as_deref().zip(name).is_some_and(|(before, now)| before != now) {
                return Err(Refusal::OfAnotherOrder);
            }
            let was_paid = known.is_some_and(|known| known.status == PaymentStatus::Succeeded);
            is_void = was_paid && event.event_type == PAYMENT_SUCCEEDED;
            let told = Payment::told(known, PaymentId(derive(event.id, "payment", &[])), event);
            self.payments.insert(payment.to_owned(), told);
        }
        let nothing_more = Effect { is_void, ..Effect::default() };
        // What was told of it before need not be told again.
        let Some(name) = name.or(known_order.as_deref()) else { return Ok(nothing_more) };
        let order = self.order(name, event.id);
        // Where no money moves, as when a card is tried, nothing is paid.
        if event.event_type == PAYMENT_FAILED || event.money(AMOUNT).is_none_or(|amount| amount.minor == 0) {
            return Ok(nothing_more);
        }
        let paid = || Paid {
            event: event.id,
            at: event.at(),
            payment: payment.map(str::to_owned),
            payment_type: event.text(PAYMENT_TYPE).map(str::to_owned),
        };
        let first = if event.is_test() { &mut order.first_test_payment } else { &mut order.first_payment };
        first.get_or_insert_with(paid);
        // A payment may be told once more to say of which order it is.
        Ok(Effect { purchase: order.purchase_by(event, name), ..nothing_more })
    }
}

impl Order {
    fn place(&mut self, event: &Event, name: &str) -> Effect {
        let placed = Said::placed(event);
        match &self.placed {
            None => self.placed = Some(placed),
            Some(before) if before.properties == placed.properties => {}
            Some(_) => drop(self.flags.insert(Flag::PlacedAgain)),
        }
        Effect::purchase(self.purchase_by(event, name))
    }

    /// Every edit is kept, so that the order is known as it was at any time. One that would have changed the purchase, and
    /// is heard of after it, changes nothing.
    fn edit(&mut self, event: &Event) -> Result<Effect, Refusal> {
        let edit = Said::edited(event);
        let place = self.edits.partition_point(|other| other.at <= edit.at);
        let bought_at = self.purchase.as_ref().map(|purchase| purchase.at);
        let bought = bought_at.map(|at| self.contents_until(Some(at)));
        self.edits.insert(place, edit);
        if bought_at.map(|at| self.contents_until(Some(at))) != bought {
            self.edits.remove(place);
            self.flags.insert(Flag::OutOfSequence);
            return Ok(Effect::default());
        }
        let is_full = self.edits.len() > ORDER_EDITS_MAX || bytes(&self.edits) > ORDER_EDITS_BYTES_MAX;
        if bytes(&self.contents()) > EVENT_PROPERTIES_BYTES_MAX || (is_full && bought.is_none()) {
            self.edits.remove(place);
            return Err(Refusal::TooManyEdits);
        }
        if is_full && let [first, second, rest @ ..] = self.edits.as_slice() {
            // How it was before is asked no more.
            self.edits = std::iter::once(first.clone().and(second)).chain(rest.iter().cloned()).collect();
        }
        Ok(Effect::default())
    }

    /// A purchase that was sent as such, by those who keep their orders elsewhere (R21).
    fn purchase_as_sent(&mut self, event: &Event) -> Effect {
        let placed = Said::placed(event);
        if self.purchase.is_some() {
            let is_same = self.placed.as_ref().is_some_and(|before| before.properties == placed.properties);
            self.flags.extend((!is_same).then_some(Flag::OutOfSequence));
            return Effect { is_void: true, ..Effect::default() };
        }
        self.placed.get_or_insert(placed);
        self.settle(event, None);
        Effect::default()
    }

    fn give_back(&mut self, event: &Event, name: &str) -> Result<Effect, Refusal> {
        if self.back.count() >= ORDER_REFUNDS_MAX {
            return Err(Refusal::TooManyRefunds);
        }
        self.back.add(event);
        if self.total_bought().is_some_and(|total| self.back.amounts().any(|amount| amount.currency != total.currency))
        {
            self.flags.insert(Flag::OtherCurrency);
        }
        Ok(Effect { returned: Some(name.to_owned()), ..Effect::default() })
    }
}

/// How long something is, as it is stored.
fn bytes(stored: &impl Serialize) -> usize {
    serde_json::to_string(stored).map_or(usize::MAX, |text| text.len())
}
