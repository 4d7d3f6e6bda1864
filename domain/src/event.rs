//! What happened to a contact: immutable, with the time that counts (R0) and properties that conditions read.

mod accept;
mod shape;

pub use accept::{AcceptedEvent, EventDraft, accept};

use crate::ids::EventId;
use crate::money::Money;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A contact entered an automation; told to the others, and never sent.
pub const AUTOMATION_ENTERED: &str = "offramp.automation_entered";
/// A contact left an automation.
pub const AUTOMATION_EXITED: &str = "offramp.automation_exited";
/// A contact met a goal of an automation.
pub const AUTOMATION_CONVERTED: &str = "offramp.automation_converted";
/// An order was placed; it may be paid later.
pub const ORDER_PLACED: &str = "order.placed";
/// An order was edited.
pub const ORDER_UPDATED: &str = "order.updated";
/// A purchase, with its order in the properties: derived of an order and its first payment, or sent as such (R21).
pub const ORDER_PURCHASED: &str = "order.purchased";
/// Money of an order goes back, whole or in part.
pub const ORDER_REFUNDED: &str = "order.refunded";
/// An order is cancelled.
pub const ORDER_CANCELLED: &str = "order.cancelled";
/// A payment came in.
pub const PAYMENT_SUCCEEDED: &str = "payment.succeeded";
/// A payment was tried, and did not come in.
pub const PAYMENT_FAILED: &str = "payment.failed";
/// Of which order an event speaks, by the customer's own id.
pub const ORDER_ID: &str = "orderId";
/// Of which payment.
pub const PAYMENT_ID: &str = "paymentId";
/// An order's total, or what is paid or goes back.
pub const AMOUNT: &str = "amount";
/// How it is paid (R23).
pub const PAYMENT_TYPE: &str = "paymentType";
/// Where an order comes from (R20).
pub const SOURCE: &str = "source";

/// Whether an event was sent for a test.
pub const IS_TEST: &str = "isTest";

/// The lines of an order or a cart, and what a line says.
const ITEMS: &str = "items";
const PRODUCT_ID: &str = "productId";
const CATEGORY_IDS: &str = "categoryIds";

/// Something that happened to a contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its own id, in order of receipt within a node.
    pub id: EventId,
    /// What happened, such as `order.purchased`.
    pub event_type: String,
    /// When the sender says that it happened.
    pub occurred_at: Timestamp,
    /// When we got it.
    pub received_at: Timestamp,
    /// What it is worth, where the sender says so.
    pub value: Option<Money>,
    /// Where it came from.
    pub source: Option<String>,
    /// The rest, as accepted: amounts are objects with their currency.
    pub properties: Map<String, Value>,
}

impl Event {
    /// The time that says whether the event lies inside a stay or a window (R0).
    pub fn at(&self) -> Timestamp {
        self.occurred_at.min(self.received_at)
    }

    /// What a conversion by this event is worth (R50): the order's total of a purchase, else the event's own value.
    pub fn worth(&self) -> Option<Money> {
        if self.event_type == ORDER_PURCHASED { self.money("amount") } else { self.value }
    }

    /// A property that is an amount.
    pub fn money(&self, name: &str) -> Option<Money> {
        serde_json::from_value(self.properties.get(name)?.clone()).ok()
    }

    /// A property that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.properties.get(name)?.as_str()
    }

    /// A property that is yes or no.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.properties.get(name)?.as_bool()
    }

    /// A property that is a list of objects; an absent one has none.
    pub fn items(&self, name: &str) -> impl Iterator<Item = &Map<String, Value>> {
        self.properties.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    }

    /// Whether it was sent for a test.
    pub fn is_test(&self) -> bool {
        self.flag(IS_TEST) == Some(true)
    }

    /// The ids in it that filters may be asked for, each with what of the workspace has it, such as `tags`.
    pub fn mentions(&self) -> Vec<(&'static str, String)> {
        shape::mentions(&self.event_type, &self.properties)
    }

    /// The products of those of its lines that do not say to which categories they belong.
    pub fn products_to_place(&self) -> impl Iterator<Item = &str> {
        let open = self.items(ITEMS).filter(|line| line.get(CATEGORY_IDS).is_none_or(Value::is_null));
        open.filter_map(|line| line.get(PRODUCT_ID).and_then(Value::as_str))
    }

    /// Notes the categories to which the products of such lines belong now (R22).
    pub fn place_products(&mut self, categories: &BTreeMap<String, BTreeSet<String>>) {
        let lines = self.properties.get_mut(ITEMS).and_then(Value::as_array_mut).into_iter().flatten();
        for line in lines.filter_map(Value::as_object_mut) {
            let found = line.get(PRODUCT_ID).and_then(Value::as_str).and_then(|product| categories.get(product));
            if let (Some(found), None | Some(Value::Null)) = (found, line.get(CATEGORY_IDS)) {
                line.insert(CATEGORY_IDS.to_owned(), found.iter().map(String::as_str).collect());
            }
        }
    }

    /// The categories that its lines name.
    pub fn categories_named(&self) -> impl Iterator<Item = &str> {
        let named = self.items(ITEMS).filter_map(|line| line.get(CATEGORY_IDS).and_then(Value::as_array));
        named.flatten().filter_map(Value::as_str)
    }

    /// Notes in its lines also the categories within which those lie that they name.
    pub fn widen_categories(&mut self, above: &BTreeMap<String, BTreeSet<String>>) {
        let lines = self.properties.get_mut(ITEMS).and_then(Value::as_array_mut).into_iter().flatten();
        for named in lines.filter_map(|line| line.get_mut(CATEGORY_IDS)?.as_array_mut()) {
            let within = named.iter().filter_map(Value::as_str).filter_map(|name| above.get(name)).flatten();
            let wider: BTreeSet<_> = within.filter(|name| !named.iter().any(|one| one == *name)).cloned().collect();
            named.extend(wider.into_iter().map(Value::String));
        }
    }

    /// The value at a dotted path into the properties, such as `cart.id`.
    pub fn at_path(&self, path: &str) -> Option<&Value> {
        let mut steps = path.split('.');
        let first = self.properties.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }
}

/// A JSON number or numeric text as the exact decimal that was written.
pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
        }
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_is_of_the_categories_above_those_that_it_names() {
        let lines = json!([{"productId": "p", "categoryIds": ["live", "events"]}, {"productId": "q"}]);
        let properties = Map::from_iter([(ITEMS.to_owned(), lines)]);
        let at = Timestamp::from_micros(0);
        let id = EventId(uuid::Uuid::nil());
        let mut event = Event {
            id,
            event_type: String::new(),
            occurred_at: at,
            received_at: at,
            value: None,
            source: None,
            properties,
        };
        let above = BTreeSet::from(["events", "all"].map(str::to_owned));
        for _ in 0..2 {
            event.widen_categories(&BTreeMap::from([("live".to_owned(), above.clone())]));
            assert_eq!(event.properties[ITEMS][0]["categoryIds"], json!(["live", "events", "all"]));
            assert_eq!(event.properties[ITEMS][1], json!({"productId": "q"}));
        }
    }

    #[test]
    fn numbers_are_read_as_the_decimals_that_were_written() {
        for (value, expected) in [
            (json!(0.1), Some("0.1")),
            (json!(12), Some("12")),
            (json!("12.50"), Some("12.50")),
            (json!(1e3), Some("1000.0")),
            (json!("many"), None),
            (json!(true), None),
        ] {
            assert_eq!(decimal(&value).map(|number| number.to_string()).as_deref(), expected, "{value}");
        }
    }
}
