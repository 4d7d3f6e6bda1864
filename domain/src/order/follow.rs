//! What events come to: a fold over a contact's orders and payments, in order of receipt, that knows nothing of
//! automations.

use super::{Flag, Order, Paid, Payment, PaymentStatus, Said};
use crate::enrollment::Refusal;
use crate::event::{
    Event, ORDER_CANCELLED, ORDER_ID, ORDER_PLACED, ORDER_PURCHASED, ORDER_REFUNDED, ORDER_UPDATED, PAYMENT_FAILED,
    PAYMENT_ID, PAYMENT_SUCCEEDED, PAYMENT_TYPE,
};
use crate::ids::{EventId, OrderId, PaymentId, derive};
use crate::limits::ORDER_EDITS_MAX;
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
    fn void() -> Self {
        Self { is_void: true, ..Self::default() }
    }

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
    /// [`Refusal::TooManyEdits`]; nothing of it is taken then.
    pub fn apply(&mut self, event: &Event) -> Result<Effect, Refusal> {
        if !speaks_of_orders(&event.event_type) {
            return Ok(Effect::default());
        }
        if matches!(event.event_type.as_str(), PAYMENT_SUCCEEDED | PAYMENT_FAILED) {
            return Ok(self.pay(event));
        }
        let Some(name) = event.text(ORDER_ID) else { return Ok(Effect::default()) };
        let order = self.order(name, event.id);
        match event.event_type.as_str() {
            ORDER_PLACED => Ok(order.place(event, name)),
            ORDER_UPDATED => order.edit(event),
            ORDER_PURCHASED => Ok(order.purchase_as_sent(event)),
            _ => Ok(order.give_back(event, name)),
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

    fn pay(&mut self, event: &Event) -> Effect {
        let payment = event.text(PAYMENT_ID);
        if let Some(payment) = payment {
            let known = self.payments.get(payment);
            let was_paid = known.is_some_and(|known| known.status == PaymentStatus::Succeeded);
            let told = Payment::told(known, PaymentId(derive(event.id, "payment", &[])), event);
            self.payments.insert(payment.to_owned(), told);
            if was_paid && event.event_type == PAYMENT_SUCCEEDED {
                return Effect::void();
            }
        }
        let Some(name) = event.text(ORDER_ID) else { return Effect::default() };
        let order = self.order(name, event.id);
        if event.event_type == PAYMENT_FAILED {
            return Effect::default();
        }
        let paid = || Paid {
            event: event.id,
            at: event.at(),
            payment: payment.map(str::to_owned),
            payment_type: event.text(PAYMENT_TYPE).map(str::to_owned),
            is_test: event.is_test(),
        };
        order.first_payment.get_or_insert_with(paid);
        Effect::purchase(order.purchase_by(event, name))
    }
}

impl Order {
    fn place(&mut self, event: &Event, name: &str) -> Effect {
        let placed = Said::placed(event);
        match &self.placed {
            None => self.placed = Some(placed),
            Some(before) if before.properties == placed.properties => {}
            Some(_) => drop(self.flags.insert(Flag::OutOfSequence)),
        }
        Effect::purchase(self.purchase_by(event, name))
    }

    /// Until the purchase every edit is kept, so that the order is known as it was at any time; afterwards what would have
    /// changed the purchase changes nothing.
    fn edit(&mut self, event: &Event) -> Result<Effect, Refusal> {
        let edit = Said::of(event);
        match &self.purchase {
            None if self.edits.len() >= ORDER_EDITS_MAX => return Err(Refusal::TooManyEdits),
            None => {
                let place = self.edits.partition_point(|other| other.at <= edit.at);
                self.edits.insert(place, edit);
            }
            Some(purchase) => {
                let last = self.edits.pop();
                let since = last.as_ref().map_or(purchase.at, |last| last.at.max(purchase.at));
                if edit.at <= purchase.at || edit.at < since {
                    self.flags.insert(Flag::OutOfSequence);
                    self.edits.extend(last);
                } else {
                    self.edits.push(match last {
                        Some(last) => last.and(edit),
                        None => edit,
                    });
                }
            }
        }
        Ok(Effect::default())
    }

    /// A purchase that was sent as such, by those who keep their orders elsewhere (R21).
    fn purchase_as_sent(&mut self, event: &Event) -> Effect {
        if self.purchase.is_some() {
            self.flags.insert(Flag::OutOfSequence);
            return Effect::void();
        }
        self.placed.get_or_insert_with(|| Said::placed(event));
        self.decide(event, None);
        Effect::default()
    }

    fn give_back(&mut self, event: &Event, name: &str) -> Effect {
        self.back.add(event);
        let total = self.purchase.as_ref().map_or_else(|| self.total(), |purchase| purchase.total);
        if total.is_some_and(|total| self.back.amounts().any(|amount| amount.currency != total.currency)) {
            self.flags.insert(Flag::OtherCurrency);
        }
        Effect { returned: Some(name.to_owned()), ..Effect::default() }
    }
}
