//! Purchases (R20–R25): the conditions that an order meets, with the filters that can be read from the order itself.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, custom, items as of_items, money,
    one_of,
};
use super::found::Found;
use super::operand::ItemRef;
use crate::event::{Event, ORDER_PURCHASED};
use rust_decimal::Decimal;
use serde_json::Value;

/// How orders are paid (R23).
pub(super) const PAYMENT_TYPES: &[&str] =
    &["CARD", "CASH", "CHEQUE", "BANK_TRANSFER", "WALLET", "GIFT_CARD", "CREDIT_BALANCE", "OTHER"];
/// Where orders come from (R20).
pub(super) const ORDER_SOURCES: &[&str] = &["MANUAL", "ORDER_FORM", "CART", "API", "POS", "IMPORT"];

pub(super) const FAMILY: Family = Family {
    category: "Commerce",
    conditions: &[ConditionDefinition {
        key: "purchase.made",
        name: "Makes a purchase",
        synonyms: &["product purchased", "follow-up purchase", "buys", "orders", "bought again"],
        description: "The contact buys something: an order is paid for the first time.",
        kind: Kind::Event(|_| EventTypes::These(&[ORDER_PURCHASED])),
        filters: &[
            of_items("items", "item"),
            one_of("paymentType", "payment type", "paymentType", PAYMENT_TYPES),
            custom("source", "source", FilterKind::Enum(ORDER_SOURCES), |scene, _| {
                Found::text(scene.event.text("source").or(scene.event.source.as_deref()))
            }),
            money("amount", "amount", "amount"),
            custom("quantity", "number of items", FilterKind::Number, |scene, _| Found::Number(quantity(scene.event))),
        ],
    }],
    events: &[EventDefinition {
        event_type: ORDER_PURCHASED,
        required: &["orderId", "amount"],
        more: &[
            ("orderId", FilterKind::Ids("orders")),
            ("items", FilterKind::Items),
            ("source", FilterKind::Enum(ORDER_SOURCES)),
            ("orderFormId", FilterKind::Ids("order_forms")),
        ],
    }],
    facts: &[],
};

/// Every product of the order, every category that one of them belongs to, and the form by which it was ordered.
pub(super) fn items(event: &Event) -> Found<'_> {
    let mut found = Vec::new();
    for line in event.items("items") {
        found.extend(line.get("productId").and_then(Value::as_str).map(|id| ItemRef::Product(id.to_owned())));
        let categories = line.get("categoryIds").and_then(Value::as_array).into_iter().flatten();
        found.extend(categories.filter_map(Value::as_str).map(|id| ItemRef::Category(id.to_owned())));
    }
    found.extend(event.text("orderFormId").map(|id| ItemRef::OrderForm(id.to_owned())));
    Found::Items(found)
}

/// How many pieces were bought; a line that does not say is one piece.
fn quantity(event: &Event) -> Decimal {
    event
        .items("items")
        .map(|line| line.get("quantity").and_then(Value::as_u64).map_or(Decimal::ONE, Decimal::from))
        .sum()
}
