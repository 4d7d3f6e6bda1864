//! What is told of orders and payments, one by one.

use super::payload::{Written, moved, payload};
use crate::graphql::inputs::order::{
    OrderCancelInput, OrderPlaceInput, OrderRefundInput, OrderUpdateInput, PaymentRecordInput,
};
use crate::graphql::types::order::Order;
use crate::graphql::types::payment::Payment;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Object, Result};
use offramp_domain::event::EventDraft;

payload!(
    /// Result of `orderPlace`.
    OrderPlacePayload {
        /// The order as it is now; null when there are errors.
        order: Order
    }
);
payload!(
    /// Result of `orderUpdate`.
    OrderUpdatePayload {
        /// The order as it is now; null when there are errors.
        order: Order
    }
);
payload!(
    /// Result of `orderRefund`.
    OrderRefundPayload {
        /// The order as it is now; null when there are errors.
        order: Order
    }
);
payload!(
    /// Result of `orderCancel`.
    OrderCancelPayload {
        /// The order as it is now; null when there are errors.
        order: Order
    }
);
payload!(
    /// Result of `paymentRecord`.
    PaymentRecordPayload {
        /// The payment as it is now; null when there are errors.
        payment: Payment
    }
);

/// What is told of orders and payments.
#[derive(Clone, Copy, Default)]
pub struct OrderMutation;

#[Object]
impl OrderMutation {
    /// Tells of an order that was placed: an `order.placed`. It purchases when its first payment comes in, or at once if
    /// it is free or was paid already.
    async fn order_place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order.")] input: OrderPlaceInput,
    ) -> Option<Result<OrderPlacePayload>> {
        let name = input.order_id.clone();
        Some(told(ctx, input.into(), &name).await.and_then(OrderPlacePayload::of))
    }

    /// Tells of an order that was edited: an `order.updated`. What is added after the first payment purchases nothing.
    async fn order_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order, and what changes.")] input: OrderUpdateInput,
    ) -> Option<Result<OrderUpdatePayload>> {
        let name = input.order_id.clone();
        Some(told(ctx, input.into(), &name).await.and_then(OrderUpdatePayload::of))
    }

    /// Tells of money that goes back: an `order.refunded`. Conversions by the order are reversed, in full if all of it
    /// goes back, else in part.
    async fn order_refund(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order, and how much.")] input: OrderRefundInput,
    ) -> Option<Result<OrderRefundPayload>> {
        let name = input.order_id.clone();
        Some(told(ctx, input.into(), &name).await.and_then(OrderRefundPayload::of))
    }

    /// Tells of an order that is cancelled: an `order.cancelled`. Conversions by the order are reversed in full.
    async fn order_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order.")] input: OrderCancelInput,
    ) -> Option<Result<OrderCancelPayload>> {
        let name = input.order_id.clone();
        Some(told(ctx, input.into(), &name).await.and_then(OrderCancelPayload::of))
    }

    /// Tells of a payment that came in, or failed: a `payment.succeeded` or a `payment.failed`. The first that comes in
    /// for an order makes the purchase; one of an order that nobody knows waits for it.
    async fn payment_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment.")] input: PaymentRecordInput,
    ) -> Option<Result<PaymentRecordPayload>> {
        Some(paid(ctx, input).await.and_then(PaymentRecordPayload::of))
    }
}

async fn told(ctx: &Context<'_>, draft: EventDraft, name: &str) -> Result<Written<Order>> {
    let caller = caller(ctx)?;
    let row = services(ctx)?.engine.tell_of_order(caller.workspace, caller.currency, draft, name).await;
    moved(ctx, row)?.map(Order::read).transpose_written()
}

async fn paid(ctx: &Context<'_>, input: PaymentRecordInput) -> Result<Written<Payment>> {
    let (caller, name) = (caller(ctx)?, input.payment_id.clone());
    let row = services(ctx)?.engine.tell_of_payment(caller.workspace, caller.currency, input.into(), &name).await;
    moved(ctx, row)?.map(Payment::read).transpose_written()
}

/// What was written may turn out to be unreadable, which is a failure of ours.
trait TransposeWritten<T> {
    fn transpose_written(self) -> Result<Written<T>>;
}

impl<T> TransposeWritten<T> for Written<Result<T>> {
    fn transpose_written(self) -> Result<Written<T>> {
        match self {
            Ok(read) => read.map(Ok),
            Err(refused) => Ok(Err(refused)),
        }
    }
}
