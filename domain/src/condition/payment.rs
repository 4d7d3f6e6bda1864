//! Payments, one by one: those that came, those that failed, and money that goes back.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, custom, flag, ids, items, money,
    number, one_of,
};
use super::found::Found;
use super::purchase::PAYMENT_TYPES;
use crate::event::{
    Event, ORDER_CANCELLED as CANCELLED, ORDER_REFUNDED as REFUNDED, PAYMENT_FAILED as FAILED,
    PAYMENT_SUCCEEDED as SUCCEEDED,
};

/// Why a payment fails.
const FAILURES: &[&str] = &[
    "CARD_DECLINED",
    "INSUFFICIENT_FUNDS",
    "CARD_EXPIRED",
    "AUTHENTICATION_REQUIRED",
    "LIMIT_EXCEEDED",
    "PROCESSING_ERROR",
    "FRAUD_SUSPECTED",
    "OTHER",
];
/// How much of an order goes back.
const EXTENTS: &[&str] = &["FULL", "PARTIAL"];
/// What becomes of an order that does not stand.
const ENDS: &[&str] = &["REFUNDED", "CANCELLED"];

pub(super) const FAMILY: Family = Family {
    category: "Commerce",
    conditions: &[
        ConditionDefinition {
            key: "payment.received",
            name: "Makes a payment",
            synonyms: &["any payment", "pays", "instalment", "renewal payment", "payment received", "is charged"],
            description: "A payment of the contact comes in: the first of an order, an instalment or a renewal.",
            kind: Kind::Event(|_| EventTypes::These(&[SUCCEEDED])),
            filters: &[
                one_of("paymentType", "payment type", "paymentType", PAYMENT_TYPES),
                money("amount", "amount", "amount"),
                number("sequence", "number of the payment", "sequence")
                    .never_adds_up()
                    .help("Which payment it is of its order or subscription, counted by the sender from 1."),
                ids("subscription", "subscription", "subscriptionId", "subscriptions"),
                ids("invoice", "invoice", "invoiceId", "invoices"),
            ],
        },
        ConditionDefinition {
            key: "payment.failed",
            name: "Payment fails",
            synonyms: &["failed payment", "card declined", "purchase failed", "dunning", "autopay failed", "unpaid"],
            description: "A payment of the contact is tried and does not come in.",
            kind: Kind::Event(|_| EventTypes::These(&[FAILED])),
            filters: &[
                number("attempt", "number of the attempt", "attempt")
                    .never_adds_up()
                    .help("Which attempt at the same payment it is, counted by the sender from 1."),
                one_of("reason", "reason", "reason", FAILURES),
                items("items", "item"),
                money("amount", "amount", "amount"),
                flag("autopay", "autopay", "autopay"),
            ],
        },
        ConditionDefinition {
            key: "order.refunded",
            name: "Gets a refund or cancels an order",
            synonyms: &["refund", "money back", "order cancelled", "returns an item", "chargeback", "cancellation"],
            description: "An order of the contact is refunded, whole or in part, or cancelled.",
            kind: Kind::Event(|_| EventTypes::These(&[REFUNDED, CANCELLED])),
            filters: &[
                custom("outcome", "what becomes of it", FilterKind::Enum(ENDS), |scene, _| {
                    Found::Text(if scene.event.event_type == CANCELLED { "CANCELLED" } else { "REFUNDED" })
                }),
                custom("extent", "how much goes back", FilterKind::Enum(EXTENTS), |scene, _| extent(scene.event))
                    .help("A cancelled order goes back in full."),
                money("amount", "amount", "amount"),
                items("items", "item"),
            ],
        },
    ],
    events: &[
        EventDefinition {
            event_type: SUCCEEDED,
            required: &["paymentId", "amount"],
            more: &[("orderId", FilterKind::Ids("orders"))],
        },
        EventDefinition {
            event_type: FAILED,
            required: &["paymentId"],
            more: &[
                ("orderId", FilterKind::Ids("orders")),
                ("items", FilterKind::Items),
                ("orderFormId", FilterKind::Ids("order_forms")),
            ],
        },
        EventDefinition {
            event_type: REFUNDED,
            required: &["orderId"],
            more: &[
                ("extent", FilterKind::Enum(EXTENTS)),
                ("items", FilterKind::Items),
                ("orderFormId", FilterKind::Ids("order_forms")),
            ],
        },
        EventDefinition {
            event_type: CANCELLED,
            required: &["orderId"],
            more: &[("items", FilterKind::Items), ("orderFormId", FilterKind::Ids("order_forms"))],
        },
    ],
    facts: &[],
};

fn extent(event: &Event) -> Found<'_> {
    if event.event_type == CANCELLED { Found::Text("FULL") } else { Found::text(event.text("extent")) }
}
