//! What of an order is given back (R19).

use crate::event::{AMOUNT, Event, ORDER_CANCELLED};
use crate::fault::{Code, Faults, Path};
use crate::ids::EventId;
use crate::money::{Currency, Money};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How much of an order a refund says to be.
const ITEMS: &str = "items";
const EXTENT: &str = "extent";
const PARTIAL: &str = "PARTIAL";
const FULL: &str = "FULL";

/// The refunds of an order and its cancellation, added up; each currency by itself (R25).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyBack {
    /// Minor units that were given back.
    sums: BTreeMap<Currency, i64>,
    /// How many of them there were.
    count: usize,
    /// Whether a refund said to be of all.
    is_full: bool,
    is_cancelled: bool,
    /// The last of them, as received.
    last: Option<(EventId, Timestamp)>,
}

/// Checks what a refund says besides the shape of its properties: of a part, or of some items, it has to say how much.
pub(crate) fn check_refund(properties: &Map<String, Value>, path: &Path<'_>, faults: &mut Faults) {
    let has_amount = properties.get(AMOUNT).is_some_and(|amount| !amount.is_null());
    let is_part = match properties.get(EXTENT).and_then(Value::as_str) {
        Some(PARTIAL) => true,
        Some(FULL) => false,
        _ => properties.get(ITEMS).and_then(Value::as_array).is_some_and(|items| !items.is_empty()),
    };
    if is_part && !has_amount {
        let message = "How much goes back? A refund of a part or of some items has an `amount`; one of all needs none.";
        faults.add::<()>(&path.field(AMOUNT), Code::Required, message);
    }
}

impl MoneyBack {
    /// Takes a refund or a cancellation.
    pub(super) fn add(&mut self, event: &Event) {
        let is_cancelled = event.event_type == ORDER_CANCELLED;
        let amount = event.money(AMOUNT).filter(|_| !is_cancelled);
        self.count = self.count.saturating_add(1);
        self.is_cancelled |= is_cancelled;
        self.is_full |= match event.text(EXTENT) {
            Some(FULL) => true,
            Some(PARTIAL) => false,
            _ => amount.is_none(),
        };
        if let Some(Money { minor, currency }) = amount {
            let sum = self.sums.entry(currency).or_default();
            *sum = sum.saturating_add(minor);
        }
        self.last = Some((event.id, event.at()));
    }

    /// The event by which something was given back last, and its `at`; none, if nothing was.
    pub const fn last(&self) -> Option<(EventId, Timestamp)> {
        self.last
    }

    /// How many refunds and cancellations there were.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether the order was cancelled.
    pub const fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    /// Whether that is all of an order of this total.
    pub fn is_whole_of(&self, total: Option<Money>) -> bool {
        let is_reached = |total: Money| total.minor > 0 && self.sum(total.currency) >= total.minor;
        self.is_cancelled || self.is_full || total.is_some_and(is_reached)
    }

    /// Minor units given back in a currency.
    pub fn sum(&self, currency: Currency) -> i64 {
        self.sums.get(&currency).copied().unwrap_or_default()
    }

    /// What was given back, a sum for each currency.
    pub fn amounts(&self) -> impl Iterator<Item = Money> {
        self.sums.iter().map(|(currency, minor)| Money { minor: *minor, currency: *currency })
    }
}
