//! Purchases (R20–R25): the conditions that an order meets, with the filters that can be read from the order itself.

use super::catalogue::{ConditionDefinition, EventTypes, FilterDefinition, FilterKind};
use super::filter::{Found, ItemRef};
use crate::event::{Event, ORDER_PURCHASED, ORDER_SOURCES, PAYMENT_TYPES};
use rust_decimal::Decimal;
use serde_json::Value;

pub(super) const DEFINITIONS: &[ConditionDefinition] = &[ConditionDefinition {
    key: "purchase.made",
    name: "Makes a purchase",
    synonyms: &["product purchased", "follow-up purchase", "buys", "orders", "bought again"],
    description: "The contact buys something: an order is paid for the first time.",
    category: "Commerce",
    event_types: |_| EventTypes::One(ORDER_PURCHASED),
    filters: &[
        FilterDefinition {
            key: "items",
            label: "item",
            kind: FilterKind::Items,
            required: false,
            reads: |event, _| items(event),
        },
        FilterDefinition {
            key: "paymentType",
            label: "payment type",
            kind: FilterKind::Enum(PAYMENT_TYPES),
            required: false,
            reads: |event, _| Found::text(event.text("paymentType")),
        },
        FilterDefinition {
            key: "source",
            label: "source",
            kind: FilterKind::Enum(ORDER_SOURCES),
            required: false,
            reads: |event, _| Found::text(event.text("source").or(event.source.as_deref())),
        },
        FilterDefinition {
            key: "amount",
            label: "amount",
            kind: FilterKind::Money,
            required: false,
            reads: |event, _| event.money("amount").map_or(Found::Nothing, Found::Money),
        },
        FilterDefinition {
            key: "quantity",
            label: "number of items",
            kind: FilterKind::Number,
            required: false,
            reads: |event, _| Found::Number(quantity(event)),
        },
    ],
}];

/// Every product of the order and every category that one of them belongs to.
fn items(event: &Event) -> Found<'_> {
    let mut found = Vec::new();
    for line in event.items("items") {
        found.extend(line.get("productId").and_then(Value::as_str).map(|id| ItemRef::Product(id.to_owned())));
        let categories = line.get("categoryIds").and_then(Value::as_array).into_iter().flatten();
        found.extend(categories.filter_map(Value::as_str).map(|id| ItemRef::Category(id.to_owned())));
    }
    Found::Items(found)
}

/// How many pieces were bought; a line that does not say is one piece.
fn quantity(event: &Event) -> Decimal {
    event
        .items("items")
        .map(|line| line.get("quantity").and_then(Value::as_u64).map_or(Decimal::ONE, Decimal::from))
        .sum()
}
