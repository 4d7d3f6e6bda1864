//! Orders and their payments, as events tell of them (R20–R25): what makes a purchase, once, and what is given back
//! (R19). Whatever the order in which events come, each order purchases at most once.

mod back;
mod flag;
mod follow;
mod payment;

pub use back::MoneyBack;
pub(crate) use back::check_refund;
pub use flag::Flag;
pub use follow::{Effect, Kept, Orders, kept, speaks_of_orders};
pub use payment::{Payment, PaymentStatus};

use crate::event::{AMOUNT, Event, IS_TEST, ORDER_ID, ORDER_PURCHASED, PAYMENT_ID, PAYMENT_TYPE, SOURCE};
use crate::ids::{EventId, OrderId};
use crate::money::Money;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The shape in which an order is stored.
pub const ORDER_SCHEMA: i32 = 1;
/// Where orders come from that do not say it (R20): whoever sends them uses the API.
const SOURCE_UNSAID: &str = "API";

/// An order, as far as events have told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its id: of the first event that named it.
    pub id: OrderId,
    /// What it was placed with; none while it is only named by others.
    pub placed: Option<Said>,
    /// Its edits, in the order of their times; of too many after the purchase, the first as one.
    pub edits: Vec<Said>,
    /// The first successful payment that was received, tests aside.
    pub first_payment: Option<Paid>,
    /// The same among tests, which only pay for orders that are tests.
    pub first_test_payment: Option<Paid>,
    /// Its one purchase.
    pub purchase: Option<Purchase>,
    /// What was given back.
    pub back: MoneyBack,
    /// What was odd about it.
    pub flags: BTreeSet<Flag>,
}

/// What an event says of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Which event.
    pub event: EventId,
    /// Its `at`.
    pub at: Timestamp,
    /// The order's properties; of an edit those that change.
    pub properties: Map<String, Value>,
}

/// A payment that may make the purchase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paid {
    /// Which event.
    pub event: EventId,
    /// Its `at`.
    pub at: Timestamp,
    /// The customer's own id of the payment.
    pub payment: Option<String>,
    /// How it was paid.
    pub payment_type: Option<String>,
}

/// The purchase of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Purchase {
    /// The `order.purchased` of it.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// The order's total then.
    pub total: Option<Money>,
    /// The payment that made it; none of a free order, and of a purchase that was sent as such.
    pub payment: Option<EventId>,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderStatus {
    /// Something names it, such as a payment, and nobody has placed it yet.
    Awaited,
    /// Placed, and not paid.
    Placed,
    /// Purchased: it was paid for the first time, or is free.
    Purchased,
    /// All of it was given back.
    Refunded,
    /// Cancelled.
    Cancelled,
}

impl OrderStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Awaited, Self::Placed, Self::Purchased, Self::Refunded, Self::Cancelled];

    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Awaited => "awaited",
            Self::Placed => "placed",
            Self::Purchased => "purchased",
            Self::Refunded => "refunded",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a stored name.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

impl Order {
    /// Of which nothing is known but that there is one.
    fn named(id: OrderId) -> Self {
        Self {
            id,
            placed: None,
            edits: Vec::new(),
            first_payment: None,
            first_test_payment: None,
            purchase: None,
            back: MoneyBack::default(),
            flags: BTreeSet::new(),
        }
    }

    /// How it stands.
    pub fn status(&self) -> OrderStatus {
        match (&self.placed, &self.purchase) {
            (None, _) => OrderStatus::Awaited,
            (Some(_), _) if self.back.is_cancelled() => OrderStatus::Cancelled,
            (Some(_), None) => OrderStatus::Placed,
            (Some(_), Some(_)) if self.is_all_back() => OrderStatus::Refunded,
            (Some(_), Some(_)) => OrderStatus::Purchased,
        }
    }

    /// What it is made of now.
    pub fn contents(&self) -> Map<String, Value> {
        self.contents_until(None)
    }

    /// Its total now; none while nobody has placed it.
    pub fn total(&self) -> Option<Money> {
        self.total_until(None)
    }

    fn total_until(&self, at: Option<Timestamp>) -> Option<Money> {
        let placed = self.placed.as_ref()?;
        let edits = self.edits.iter().rev().filter(|edit| at.is_none_or(|at| edit.at <= at));
        edits.chain([placed]).find_map(|said| money(&said.properties))
    }

    /// Its total when it was purchased; until then the one that it has now.
    fn total_bought(&self) -> Option<Money> {
        self.purchase.as_ref().map_or_else(|| self.total(), |purchase| purchase.total)
    }

    /// What was given back, a sum for each currency; where all of it was, its total.
    pub fn given_back(&self) -> Vec<Money> {
        let all = self
            .total_bought()
            .filter(|total| self.back.is_whole_of(Some(*total)) && self.back.sum(total.currency) < total.minor);
        let sums = self.back.amounts().filter(|sum| all.is_none_or(|all| all.currency != sum.currency));
        sums.chain(all).collect()
    }

    /// Whether it was placed for a test.
    pub fn is_test(&self) -> bool {
        self.contents().get(IS_TEST).and_then(Value::as_bool) == Some(true)
    }

    /// Whether all that it came to was given back (R19).
    pub fn is_all_back(&self) -> bool {
        let total = self.purchase.as_ref().and_then(|purchase| purchase.total);
        self.back.is_whole_of(total)
    }

    /// What it was made of at an instant (R21). It was placed with what it was placed with, even where clocks say that it
    /// was paid before.
    fn contents_until(&self, at: Option<Timestamp>) -> Map<String, Value> {
        let mut contents = self.placed.as_ref().map(|placed| placed.properties.clone()).unwrap_or_default();
        for edit in self.edits.iter().filter(|edit| at.is_none_or(|at| edit.at <= at)) {
            merge(&mut contents, &edit.properties);
        }
        contents
    }

    /// The purchase that is made by an event, if there is one: of the first payment, or of a free order.
    fn purchase_by(&mut self, cause: &Event, order: &str) -> Option<Event> {
        let placed = self.placed.as_ref().filter(|_| self.purchase.is_none())?;
        // Free is what cost nothing when it was placed.
        let is_free = self.total_until(Some(placed.at)).is_some_and(|total| total.minor == 0);
        let is_test = placed.properties.get(IS_TEST).and_then(Value::as_bool) == Some(true);
        let tests = self.first_test_payment.iter().filter(|_| is_test);
        let payments = self.first_payment.iter().chain(tests).filter(|_| !is_free);
        let paid = payments.min_by_key(|paid| paid.event).cloned();
        let at = match &paid {
            Some(paid) => paid.at,
            None if is_free => placed.at,
            None => return None,
        };
        let mut properties = self.contents_until(Some(at));
        properties.insert(ORDER_ID.to_owned(), json!(order));
        if let Some(paid) = &paid {
            properties.extend(paid.payment.as_ref().map(|id| (PAYMENT_ID.to_owned(), json!(id))));
            properties.extend(paid.payment_type.as_ref().map(|way| (PAYMENT_TYPE.to_owned(), json!(way))));
        }
        let event = Event {
            id: cause.id.following(),
            event_type: ORDER_PURCHASED.to_owned(),
            occurred_at: at,
            received_at: cause.received_at,
            value: None,
            source: None,
            properties,
        };
        self.settle(&event, paid.map(|paid| paid.event));
        Some(event)
    }

    /// This event is its purchase.
    fn settle(&mut self, event: &Event, payment: Option<EventId>) {
        self.purchase = Some(Purchase { event: event.id, at: event.at(), total: event.money(AMOUNT), payment });
    }
}

impl Said {
    fn of(event: &Event) -> Self {
        let mut properties = event.properties.clone();
        properties.remove(ORDER_ID);
        Self { event: event.id, at: event.at(), properties }
    }

    /// The same of an order that is placed, which comes from somewhere (R20).
    fn placed(event: &Event) -> Self {
        let mut placed = Self::of(event);
        let source = event.text(SOURCE).or(event.source.as_deref()).unwrap_or(SOURCE_UNSAID);
        placed.properties.insert(SOURCE.to_owned(), json!(source));
        placed
    }

    /// The same of an edit; an order always has a total.
    fn edited(event: &Event) -> Self {
        let mut edited = Self::of(event);
        edited.properties.retain(|name, value| name != AMOUNT || !value.is_null());
        edited
    }

    /// Both, the later one last.
    fn and(mut self, later: &Self) -> Self {
        merge(&mut self.properties, &later.properties);
        Self { properties: self.properties, ..later.clone() }
    }
}

/// What is left out stays.
fn merge(contents: &mut Map<String, Value>, changed: &Map<String, Value>) {
    contents.extend(changed.iter().map(|(name, value)| (name.clone(), value.clone())));
}

fn money(properties: &Map<String, Value>) -> Option<Money> {
    serde_json::from_value(properties.get(AMOUNT)?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrollment::Refusal;
    use crate::limits::{EVENT_PROPERTIES_BYTES_MAX, ORDER_EDITS_BYTES_MAX, ORDER_EDITS_MAX, ORDER_REFUNDS_MAX};
    use uuid::Uuid;

    fn event(number: u128, event_type: &str, mut properties: Value) -> Event {
        properties["orderId"] = json!("o");
        let at = Timestamp::from_micros(i64::try_from(number).expect("in range"));
        let properties = properties.as_object().cloned().unwrap_or_default();
        let (id, event_type) = (EventId(Uuid::from_u128(number << 64)), event_type.to_owned());
        Event { id, event_type, occurred_at: at, received_at: at, value: None, source: None, properties }
    }

    fn usd(amount: &str) -> Value {
        json!({"amount": amount, "currencyCode": "USD"})
    }

    /// An order of 10.00, of which these events tell from the third instant on.
    fn told(events: &[(&str, Value)]) -> (Orders, Vec<Result<Effect, Refusal>>) {
        let mut orders = Orders::none();
        let placed = event(1, "order.placed", json!({"amount": usd("10.00")}));
        orders.apply(&placed).expect("it is placed");
        let events = (3..).zip(events).map(|(number, (event_type, said))| event(number, event_type, said.clone()));
        let effects = events.map(|event| orders.apply(&event)).collect();
        (orders, effects)
    }

    fn paid() -> (&'static str, Value) {
        ("payment.succeeded", json!({"paymentId": "p", "amount": usd("10.00")}))
    }

    fn refusals(effects: &[Result<Effect, Refusal>]) -> Vec<Refusal> {
        effects.iter().filter_map(|effect| effect.clone().err()).collect()
    }

    #[test]
    fn an_unpaid_order_takes_so_many_edits_of_so_many_bytes() {
        let edit = |bytes: usize| ("order.updated", json!({"note": "x".repeat(bytes)}));
        let (_, effects) = told(&vec![edit(1); ORDER_EDITS_MAX]);
        assert_eq!(refusals(&effects), []);
        let (orders, effects) = told(&vec![edit(1); ORDER_EDITS_MAX + 1]);
        assert_eq!(refusals(&effects), [Refusal::TooManyEdits]);
        assert_eq!(orders.orders["o"].edits.len(), ORDER_EDITS_MAX, "nothing of it is taken");
        let large = EVENT_PROPERTIES_BYTES_MAX - 200;
        let (_, effects) = told(&vec![edit(large); ORDER_EDITS_BYTES_MAX / large + 1]);
        assert_eq!(refusals(&effects), [Refusal::TooManyEdits]);
        let other = ("order.updated", json!({"other": "x".repeat(large)}));
        let (orders, effects) = told(&[edit(large), other]);
        assert_eq!(refusals(&effects), [Refusal::TooManyEdits], "together they say too much");
        assert!(!orders.orders["o"].contents().contains_key("other"));
    }

    #[test]
    fn a_paid_order_takes_any_number_and_forgets_how_it_was() {
        let edits =
            (0..ORDER_EDITS_MAX + 5).map(|number| ("order.updated", json!({"couponIds": [number.to_string()]})));
        let (orders, effects) = told(&std::iter::once(paid()).chain(edits).collect::<Vec<_>>());
        assert_eq!(refusals(&effects), []);
        let order = &orders.orders["o"];
        assert_eq!(order.edits.len(), ORDER_EDITS_MAX);
        assert_eq!(order.contents()["couponIds"], json!([(ORDER_EDITS_MAX + 4).to_string()]));
    }

    #[test]
    fn an_edit_of_before_the_purchase_that_is_heard_of_after_it_is_not_taken() {
        let (mut orders, _) = told(&[paid()]);
        let edit = event(2, "order.updated", json!({"amount": usd("99.00")}));
        orders.apply(&edit).expect("it is told");
        let order = &orders.orders["o"];
        assert_eq!(order.contents()["amount"], usd("10.00"));
        assert!(order.edits.is_empty() && order.flags.contains(&Flag::OutOfSequence));
    }

    #[test]
    fn an_order_is_refunded_in_so_many_parts() {
        let (_, effects) = told(&vec![("order.refunded", json!({"amount": usd("0.01")})); ORDER_REFUNDS_MAX + 1]);
        assert_eq!(refusals(&effects), [Refusal::TooManyRefunds]);
    }

    #[test]
    fn what_was_given_back_shows_in_each_currency_and_all_of_it_as_the_total() {
        let back = |amount: Value| ("order.refunded", json!({"amount": amount}));
        let euros = json!({"amount": "3.00", "currencyCode": "EUR"});
        for (told_of, expected, status) in [
            (vec![back(usd("4.00")), back(usd("5.00"))], "9.00 USD", OrderStatus::Purchased),
            (vec![back(usd("4.00")), back(usd("6.00"))], "10.00 USD", OrderStatus::Refunded),
            (vec![back(euros.clone()), back(usd("4.00"))], "3.00 EUR, 4.00 USD", OrderStatus::Purchased),
            (vec![back(euros), ("order.refunded", json!({}))], "3.00 EUR, 10.00 USD", OrderStatus::Refunded),
            (vec![("order.cancelled", json!({"amount": usd("99.00")}))], "10.00 USD", OrderStatus::Cancelled),
        ] {
            let (orders, _) = told(&std::iter::once(paid()).chain(told_of.clone()).collect::<Vec<_>>());
            let order = &orders.orders["o"];
            let shown: Vec<_> = order.given_back().iter().map(ToString::to_string).collect();
            assert_eq!((shown.join(", ").as_str(), order.status()), (expected, status), "{told_of:?}");
        }
    }

    #[test]
    fn what_is_odd_about_a_payment_follows_from_its_order() {
        let pay = |payment: &str, amount: Value| ("payment.succeeded", json!({"paymentId": payment, "amount": amount}));
        let (mut orders, _) = told(&[
            paid(),
            pay("large", usd("10.01")),
            pay("other", json!({"amount": "99.00", "currencyCode": "EUR"})),
        ]);
        orders
            .apply(&event(2, "payment.succeeded", json!({"paymentId": "early", "amount": usd("1.00")})))
            .expect("told");
        let flags = |payment: &str| orders.payments[payment].flags(&orders.orders["o"]);
        assert_eq!(flags("p"), []);
        assert_eq!(flags("large"), [Flag::ExceedsOrder]);
        assert_eq!(flags("other"), [Flag::OtherCurrency]);
        assert_eq!(flags("early"), [Flag::OutOfSequence]);
    }
}
