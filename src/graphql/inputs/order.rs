//! Orders and payments as callers tell of them. What is wrong with one is said by the core, as of any event.

use super::condition::MoneyInput;
use crate::graphql::scalars::DateTime;
use crate::graphql::types::order::{OrderSource, SalesChannel, name_of};
use crate::graphql::types::payment::{PaymentFailure, PaymentStatus, PaymentType};
use async_graphql::{InputObject, Json, MaybeUndefined};
use offramp_domain::event::{
    AMOUNT, EventDraft, ORDER_CANCELLED, ORDER_ID, ORDER_PLACED, ORDER_REFUNDED, ORDER_UPDATED, PAYMENT_FAILED,
    PAYMENT_ID, PAYMENT_SUCCEEDED, PAYMENT_TYPE, SOURCE,
};
use offramp_domain::money::MoneyDraft;
use serde_json::{Map, Value, json};

/// A line of an order.
#[derive(InputObject)]
pub struct OrderItemInput {
    /// The product, by your own id.
    product_id: String,
    /// The categories to which it belongs, by your own ids; those that the workspace has for it, if left out.
    category_ids: Option<Vec<String>>,
    /// How many; one, if left out.
    quantity: Option<i32>,
    /// Whatever else conditions are to ask for; an object.
    attributes: Option<Json<Value>>,
}

/// An order that was placed.
#[derive(InputObject)]
pub struct OrderPlaceInput {
    /// Your key for this: sending the same again has no effect.
    message_id: Option<String>,
    /// Whose order it is, by your own id; a contact that is new is made.
    contact_external_id: String,
    /// The order, by your own id.
    pub order_id: String,
    /// When it was placed; now, if left out.
    occurred_at: Option<DateTime>,
    /// Its total. An order of 0 is free, and purchases when it is placed.
    amount: MoneyInput,
    /// What is on it; at most 500 lines.
    items: Option<Vec<OrderItemInput>>,
    /// Where it comes from; `API`, if left out.
    source: Option<OrderSource>,
    /// The order form by which it was placed, by your own id.
    order_form_id: Option<String>,
    /// The coupons on it, by your own ids.
    coupon_ids: Option<Vec<String>>,
    /// By which door it came.
    sales_channel: Option<SalesChannel>,
    /// Whether it is a test, of which conditions know nothing unless they ask for it.
    is_test: Option<bool>,
}

/// An order that was edited; what is left out stays, null clears, but for the total, which an order always has.
#[derive(InputObject)]
pub struct OrderUpdateInput {
    /// Your key for this: sending the same again has no effect.
    message_id: Option<String>,
    /// Whose order it is, by your own id.
    contact_external_id: String,
    /// The order, by your own id.
    pub order_id: String,
    /// When it was edited; now, if left out.
    occurred_at: Option<DateTime>,
    /// Its new total; null leaves it as it is.
    amount: Option<MoneyInput>,
    /// What is on it now, as a whole; at most 500 lines.
    items: MaybeUndefined<Vec<OrderItemInput>>,
    /// The order form by which it was placed, by your own id.
    order_form_id: MaybeUndefined<String>,
    /// The coupons on it, by your own ids.
    coupon_ids: MaybeUndefined<Vec<String>>,
    /// By which door it came.
    sales_channel: MaybeUndefined<SalesChannel>,
}

/// A payment that came in, or failed.
#[derive(InputObject)]
pub struct PaymentRecordInput {
    /// Your key for this: sending the same again has no effect.
    message_id: Option<String>,
    /// Who paid, by your own id; a contact that is new is made.
    contact_external_id: String,
    /// The payment, by your own id: told again, it is the same, and counts once. Refused of another order.
    pub payment_id: String,
    /// The order that it pays, by your own id, which need not be known yet; none, if left out.
    order_id: Option<String>,
    /// When it came in, or failed; now, if left out.
    occurred_at: Option<DateTime>,
    /// Whether it came in; it did, if left out.
    status: Option<PaymentStatus>,
    /// How much.
    amount: MoneyInput,
    /// How.
    payment_type: Option<PaymentType>,
    /// Why it failed.
    reason: Option<PaymentFailure>,
    /// The subscription that it renews, by your own id.
    subscription_id: Option<String>,
    /// The invoice that it pays, by your own id.
    invoice_id: Option<String>,
    /// Which payment it is of its order or subscription, from 1.
    sequence: Option<i32>,
    /// Whether it is a test, of which conditions know nothing unless they ask for it.
    is_test: Option<bool>,
}

/// Money of an order that goes back.
#[derive(InputObject)]
pub struct OrderRefundInput {
    /// Your key for this: sending the same again has no effect. Without one, each is a refund of its own.
    message_id: Option<String>,
    /// Whose order it is, by your own id.
    contact_external_id: String,
    /// The order, by your own id.
    pub order_id: String,
    /// When; now, if left out.
    occurred_at: Option<DateTime>,
    /// How much; all of the order, if left out. Required where `items` are named.
    amount: Option<MoneyInput>,
    /// What goes back of what is on the order.
    items: Option<Vec<OrderItemInput>>,
}

/// An order that is cancelled.
#[derive(InputObject)]
pub struct OrderCancelInput {
    /// Your key for this: sending the same again has no effect.
    message_id: Option<String>,
    /// Whose order it is, by your own id.
    contact_external_id: String,
    /// The order, by your own id.
    pub order_id: String,
    /// When; now, if left out.
    occurred_at: Option<DateTime>,
}

/// Properties of an event, as far as they were given.
#[derive(Default)]
struct Properties(Map<String, Value>);

impl Properties {
    fn with(mut self, name: &str, value: Option<Value>) -> Self {
        self.0.extend(value.map(|value| (name.to_owned(), value)));
        self
    }

    fn event(
        self,
        event_type: &str,
        message_id: Option<String>,
        contact_external_id: String,
        occurred_at: Option<DateTime>,
    ) -> EventDraft {
        EventDraft {
            message_id,
            event_type: event_type.to_owned(),
            contact_external_id,
            occurred_at: occurred_at.map(|instant| instant.0),
            value: None,
            properties: Some(Value::Object(self.0)),
            source: None,
        }
    }
}

fn money(amount: MoneyInput) -> Value {
    json!(MoneyDraft::from(amount))
}

fn items(items: Vec<OrderItemInput>) -> Value {
    let lines = items.into_iter().map(|line| {
        let own = Properties::default()
            .with("productId", Some(json!(line.product_id)))
            .with("categoryIds", line.category_ids.map(|ids| json!(ids)))
            .with("quantity", line.quantity.map(|quantity| json!(quantity)))
            .with("attributes", line.attributes.map(|attributes| attributes.0));
        Value::Object(own.0)
    });
    lines.collect()
}

/// What is said of a property; null, if it is to be cleared.
fn patched<T>(given: MaybeUndefined<T>, write: impl FnOnce(T) -> Value) -> Option<Value> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(Value::Null),
        MaybeUndefined::Value(value) => Some(write(value)),
    }
}

impl From<OrderPlaceInput> for EventDraft {
    fn from(input: OrderPlaceInput) -> Self {
        Properties::default()
            .with(ORDER_ID, Some(json!(input.order_id)))
            .with(AMOUNT, Some(money(input.amount)))
            .with("items", input.items.map(items))
            .with(SOURCE, input.source.map(|source| json!(name_of(source))))
            .with("orderFormId", input.order_form_id.map(|id| json!(id)))
            .with("couponIds", input.coupon_ids.map(|ids| json!(ids)))
            .with("salesChannel", input.sales_channel.map(|channel| json!(name_of(channel))))
            .with("isTest", input.is_test.map(|is_test| json!(is_test)))
            .event(ORDER_PLACED, input.message_id, input.contact_external_id, input.occurred_at)
    }
}

impl From<OrderUpdateInput> for EventDraft {
    fn from(input: OrderUpdateInput) -> Self {
        Properties::default()
            .with(ORDER_ID, Some(json!(input.order_id)))
            .with(AMOUNT, input.amount.map(money))
            .with("items", patched(input.items, items))
            .with("orderFormId", patched(input.order_form_id, |id| json!(id)))
            .with("couponIds", patched(input.coupon_ids, |ids| json!(ids)))
            .with("salesChannel", patched(input.sales_channel, |channel| json!(name_of(channel))))
            .event(ORDER_UPDATED, input.message_id, input.contact_external_id, input.occurred_at)
    }
}

impl From<PaymentRecordInput> for EventDraft {
    fn from(input: PaymentRecordInput) -> Self {
        let has_failed = input.status == Some(PaymentStatus::Failed);
        let event_type = if has_failed { PAYMENT_FAILED } else { PAYMENT_SUCCEEDED };
        Properties::default()
            .with(PAYMENT_ID, Some(json!(input.payment_id)))
            .with(ORDER_ID, input.order_id.map(|id| json!(id)))
            .with(AMOUNT, Some(money(input.amount)))
            .with(PAYMENT_TYPE, input.payment_type.map(|way| json!(name_of(way))))
            .with("reason", input.reason.map(|reason| json!(name_of(reason))))
            .with("subscriptionId", input.subscription_id.map(|id| json!(id)))
            .with("invoiceId", input.invoice_id.map(|id| json!(id)))
            .with("sequence", input.sequence.map(|number| json!(number)))
            .with("isTest", input.is_test.map(|is_test| json!(is_test)))
            .event(event_type, input.message_id, input.contact_external_id, input.occurred_at)
    }
}

impl From<OrderRefundInput> for EventDraft {
    fn from(input: OrderRefundInput) -> Self {
        Properties::default()
            .with(ORDER_ID, Some(json!(input.order_id)))
            .with(AMOUNT, input.amount.map(money))
            .with("items", input.items.map(items))
            .event(ORDER_REFUNDED, input.message_id, input.contact_external_id, input.occurred_at)
    }
}

impl From<OrderCancelInput> for EventDraft {
    fn from(input: OrderCancelInput) -> Self {
        Properties::default().with(ORDER_ID, Some(json!(input.order_id))).event(
            ORDER_CANCELLED,
            input.message_id,
            input.contact_external_id,
            input.occurred_at,
        )
    }
}
