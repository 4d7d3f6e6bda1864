//! Purchases (R20–R25): the conditions that an order meets, with the filters that can be read from the order itself and
//! from the orders before it.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterDefinition, FilterKind, Kind, custom, ids,
    items as of_items, money, one_of,
};
use super::found::Found;
use super::operand::ItemRef;
use super::scene::Scene;
use crate::event::{Event, ORDER_PLACED, ORDER_PURCHASED, ORDER_UPDATED};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// How orders are paid (R23).
pub(super) const PAYMENT_TYPES: &[&str] =
    &["CARD", "CASH", "CHEQUE", "BANK_TRANSFER", "WALLET", "GIFT_CARD", "CREDIT_BALANCE", "OTHER"];
/// Where orders come from (R20).
pub(super) const ORDER_SOURCES: &[&str] = &["MANUAL", "ORDER_FORM", "CART", "API", "POS", "IMPORT"];
/// By which door orders come.
const SALES_CHANNELS: &[&str] = &["WEB", "APP", "IN_PERSON", "PHONE", "SOCIAL", "MARKETPLACE", "OTHER"];

const ITEMS: FilterDefinition = of_items("items", "item");
const SOURCE: FilterDefinition = custom("source", "source", FilterKind::Enum(ORDER_SOURCES), |scene, _| {
    Found::text(scene.event.text("source").or(scene.event.source.as_deref()))
});

pub(super) const FAMILY: Family = Family {
    category: "Commerce",
    conditions: &[
        ConditionDefinition {
            key: "purchase.made",
            name: "Makes a purchase",
            synonyms: &["product purchased", "follow-up purchase", "buys", "order placed", "bought again"],
            description: "The contact buys something: an order is paid for the first time.",
            kind: Kind::Event(|_| EventTypes::These(&[ORDER_PURCHASED])),
            filters: &[
                ITEMS,
                one_of("paymentType", "payment type", "paymentType", PAYMENT_TYPES),
                SOURCE,
                money("amount", "amount", "amount"),
                custom("quantity", "number of items", FilterKind::Number, |scene, _| {
                    Found::Number(quantity(scene.event))
                }),
                ids("coupon", "coupon", "couponIds", "coupons"),
                one_of("salesChannel", "sales channel", "salesChannel", SALES_CHANNELS),
                custom("productAttribute", "product attribute", FilterKind::Property, product_attribute)
                    .never_adds_up()
                    .help("One product of the order that has it is enough; the path leads into its `attributes`."),
                custom("firstOrder", "first order ever", FilterKind::Flag, |scene, _| {
                    Found::Flag(earlier_orders(scene) == 0)
                })
                .from_history(),
                custom("orderNumber", "number of the order", FilterKind::Number, |scene, _| {
                    Found::Number(Decimal::from(earlier_orders(scene)) + Decimal::ONE)
                })
                .from_history()
                .never_adds_up()
                .help("Of all orders of the contact, before entry as well: 2 for the second."),
            ],
        },
        ConditionDefinition {
            key: "purchase.nth",
            name: "Makes a repeat purchase",
            synonyms: &[
                "nth purchase",
                "second purchase",
                "repeat customer",
                "buys again",
                "loyal customer",
                "reorder",
            ],
            description: "The contact buys for the time, or as many times, as `occurrence` asks for.",
            kind: Kind::Event(|_| EventTypes::These(&[ORDER_PURCHASED])),
            filters: &[ITEMS, SOURCE, money("total", "order total", "amount")],
        },
    ],
    events: &[
        EventDefinition { event_type: ORDER_PLACED, required: &["orderId", "amount"], more: OF_ORDERS },
        EventDefinition { event_type: ORDER_UPDATED, required: &["orderId"], more: OF_ORDERS },
        EventDefinition {
            event_type: ORDER_PURCHASED,
            required: &["orderId", "amount"],
            more: &[
                ("orderId", FilterKind::Ids("orders")),
                ("items", FilterKind::Items),
                ("source", FilterKind::Enum(ORDER_SOURCES)),
                ("orderFormId", FilterKind::Ids("order_forms")),
            ],
        },
    ],
    facts: &[],
};

/// What orders say of themselves before they are paid.
const OF_ORDERS: &[(&str, FilterKind)] = &[
    ("orderId", FilterKind::Ids("orders")),
    ("amount", FilterKind::Money),
    ("items", FilterKind::Items),
    ("source", FilterKind::Enum(ORDER_SOURCES)),
    ("orderFormId", FilterKind::Ids("order_forms")),
    ("couponIds", FilterKind::Ids("coupons")),
    ("salesChannel", FilterKind::Enum(SALES_CHANNELS)),
];

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

/// The purchases among events, each order once, as it was received first (R21); those sent for a test only if asked for.
pub(super) fn orders(events: &[Event], with_tests: bool) -> impl Iterator<Item = &Event> {
    let mut by_order: BTreeMap<&str, &Event> = BTreeMap::new();
    let is_order = |event: &&Event| event.event_type == ORDER_PURCHASED && (with_tests || !event.is_test());
    for event in events.iter().filter(is_order) {
        let received = |event: &Event| (event.received_at, event.id);
        let kept = by_order.entry(event.text("orderId").unwrap_or_default()).or_insert(event);
        if received(event) < received(kept) {
            *kept = event;
        }
    }
    by_order.into_values()
}

/// How many other orders of the contact were before this one. Of two at the same instant, the one received first was.
fn earlier_orders(scene: &Scene<'_>) -> usize {
    let event = scene.event;
    let place = |event: &Event| (event.at(), event.received_at, event.id);
    let is_earlier = |other: &&Event| other.text("orderId") != event.text("orderId") && place(other) < place(event);
    orders(scene.history, event.is_test()).filter(is_earlier).count()
}

/// How many pieces were bought; a line that does not say is one piece.
fn quantity(event: &Event) -> Decimal {
    event
        .items("items")
        .map(|line| line.get("quantity").and_then(Value::as_u64).map_or(Decimal::ONE, Decimal::from))
        .sum()
}

/// What is at a path of the attributes of each product.
fn product_attribute<'a>(scene: &Scene<'a>, path: Option<&'a str>) -> Found<'a> {
    let at_path = |attributes| path?.split('.').try_fold(attributes, |value: &Value, step| value.get(step));
    Found::Each(scene.event.items("items").filter_map(|line| at_path(line.get("attributes")?)).collect())
}
