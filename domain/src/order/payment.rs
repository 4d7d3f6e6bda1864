//! Payments, each by the customer's own id.

use super::{Flag, Order};
use crate::event::{AMOUNT, Event, ORDER_ID, PAYMENT_SUCCEEDED, PAYMENT_TYPE};
use crate::ids::{EventId, PaymentId};
use crate::money::Money;
use crate::time::Timestamp;

/// A payment, as far as events have told.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// Its id: of the first event that named it.
    pub id: PaymentId,
    /// Of which order, by the customer's own id.
    pub order: Option<String>,
    /// Whether it came in.
    pub status: PaymentStatus,
    /// How much.
    pub amount: Option<Money>,
    /// How.
    pub payment_type: Option<String>,
    /// The event by which it stands as it does.
    pub event: EventId,
    /// Its `at`.
    pub at: Timestamp,
    /// How often it failed.
    pub failures: i64,
}

/// Whether a payment came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentStatus {
    /// It came in, for good: what fails afterwards is another attempt at what is paid.
    Succeeded,
    /// It was tried, and did not come in yet.
    Failed,
}

impl PaymentStatus {
    /// Every status.
    pub const ALL: [Self; 2] = [Self::Succeeded, Self::Failed];

    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }

    /// Reads a stored name.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

impl Payment {
    /// What an event says of a payment of which that is known.
    pub(super) fn told(known: Option<&Self>, id: PaymentId, event: &Event) -> Self {
        let has_succeeded = event.event_type == PAYMENT_SUCCEEDED;
        let failures = known.map_or(0, |known| known.failures).saturating_add(i64::from(!has_succeeded));
        if let Some(paid) = known.filter(|known| known.status == PaymentStatus::Succeeded) {
            let order = paid.order.clone().or_else(|| event.text(ORDER_ID).map(str::to_owned));
            return Self { failures, order, ..paid.clone() };
        }
        Self {
            id: known.map_or(id, |known| known.id),
            order: event.text(ORDER_ID).map(str::to_owned).or_else(|| known?.order.clone()),
            status: if has_succeeded { PaymentStatus::Succeeded } else { PaymentStatus::Failed },
            amount: event.money(AMOUNT).or_else(|| known?.amount),
            payment_type: event.text(PAYMENT_TYPE).map(str::to_owned).or_else(|| known?.payment_type.clone()),
            event: event.id,
            at: event.at(),
            failures,
        }
    }

    /// What is odd about it beside its order, as that is now.
    pub fn flags(&self, order: &Order) -> Vec<Flag> {
        if self.status == PaymentStatus::Failed {
            return Vec::new();
        }
        let is_early = order.purchase.as_ref().is_some_and(|purchase| self.at < purchase.at);
        let amounts = self.amount.zip(order.total());
        let is_other = amounts.is_some_and(|(paid, total)| paid.currency != total.currency);
        let exceeds = amounts.is_some_and(|(paid, total)| !is_other && paid.minor > total.minor);
        let flags = [(is_early, Flag::OutOfSequence), (is_other, Flag::OtherCurrency), (exceeds, Flag::ExceedsOrder)];
        flags.into_iter().filter(|(is_so, _)| *is_so).map(|(_, flag)| flag).collect()
    }
}
