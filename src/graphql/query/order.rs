//! Reads of orders, payments, and what was taken back of conversions.

use super::exit::feed_head;
use super::total;
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::inputs::filter::{OrderFilterInput, PaymentFilterInput, ReversalFilterInput};
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::{OrderKey, PaymentKey};
use crate::graphql::page::{Arguments, Opaque, Paged, try_connection};
use crate::graphql::types::order::{Order, OrderTotal};
use crate::graphql::types::payment::{Payment, PaymentTotal};
use crate::graphql::types::reversal::{Reversal, connection};
use crate::graphql::types::{caller, loaded, services};
use crate::store::{customer_order, payment, reversal};
use async_graphql::{Context, ID, Object, Result};

/// Reads of orders, payments and reversals.
#[derive(Clone, Copy, Default)]
pub struct OrderQuery;

#[Object]
impl OrderQuery {
    /// One order; null when there is none of that id.
    async fn order(&self, ctx: &Context<'_>, #[graphql(desc = "The order.")] id: ID) -> Option<Result<Order>> {
        order(ctx, &id).await.transpose()
    }

    /// One order by your own ids; null when there is none.
    async fn order_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your own id of the contact.")] contact_external_id: String,
        #[graphql(desc = "Your own id of the order.")] external_id: String,
    ) -> Option<Result<Order>> {
        order_named(ctx, &contact_external_id, &external_id).await.transpose()
    }

    /// Orders, in the order in which they were heard of. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones; all, if left out.")] filter: Option<OrderFilterInput>,
    ) -> Option<Result<Paged<Order, OrderTotal>>> {
        Some(orders(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }

    /// One payment; null when there is none of that id.
    async fn payment(&self, ctx: &Context<'_>, #[graphql(desc = "The payment.")] id: ID) -> Option<Result<Payment>> {
        payment_of(ctx, &id).await.transpose()
    }

    /// One payment by your own ids; null when there is none.
    async fn payment_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your own id of the contact.")] contact_external_id: String,
        #[graphql(desc = "Your own id of the payment.")] external_id: String,
    ) -> Option<Result<Payment>> {
        payment_named(ctx, &contact_external_id, &external_id).await.transpose()
    }

    /// Payments, in the order in which they were heard of; with `awaitsOrder: true` those whose order nobody has placed
    /// yet. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones; all, if left out.")] filter: Option<PaymentFilterInput>,
    ) -> Option<Result<Paged<Payment, PaymentTotal>>> {
        Some(payments(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }

    /// What was taken back of conversions, in the order of the feed. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn reversals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones; all, if left out.")] filter: Option<ReversalFilterInput>,
    ) -> Option<Result<Paged<Reversal, ReversalTotal>>> {
        Some(reversals(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }
}

async fn order(ctx: &Context<'_>, id: &ID) -> Result<Option<Order>> {
    let Some(key) = Kind::Order.key(id) else { return Ok(None) };
    loaded(ctx, OrderKey(caller(ctx)?.workspace, key)).await?.map(Order::read).transpose()
}

/// Whether somebody may have that id: PostgreSQL's texts cannot hold U+0000.
fn can_be(ids: [&str; 2]) -> bool {
    !ids.iter().any(|id| id.contains('\0'))
}

async fn order_named(ctx: &Context<'_>, contact: &str, name: &str) -> Result<Option<Order>> {
    if !can_be([contact, name]) {
        return Ok(None);
    }
    let row = customer_order::find_named(&services(ctx)?.store, caller(ctx)?.workspace, contact, name).await;
    row.map_err(|error| internal(&error))?.map(Order::read).transpose()
}

async fn orders(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: OrderFilterInput,
) -> Result<Paged<Order, OrderTotal>> {
    let (page, filter) = (arguments.page()?, filter.check()?);
    let slice = customer_order::page(&services(ctx)?.store, caller(ctx)?.workspace, &filter, &page).await;
    let slice = slice.map_err(|error| internal(&error))?;
    try_connection(slice, OrderTotal::Listed(filter), |row| Opaque::of(row.id), Order::read)
}

async fn payment_of(ctx: &Context<'_>, id: &ID) -> Result<Option<Payment>> {
    let Some(key) = Kind::Payment.key(id) else { return Ok(None) };
    loaded(ctx, PaymentKey(caller(ctx)?.workspace, key)).await?.map(Payment::read).transpose()
}

async fn payment_named(ctx: &Context<'_>, contact: &str, name: &str) -> Result<Option<Payment>> {
    if !can_be([contact, name]) {
        return Ok(None);
    }
    let row = payment::find_named(&services(ctx)?.store, caller(ctx)?.workspace, contact, name).await;
    row.map_err(|error| internal(&error))?.map(Payment::read).transpose()
}

async fn payments(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: PaymentFilterInput,
) -> Result<Paged<Payment, PaymentTotal>> {
    let (page, filter) = (arguments.page()?, filter.check()?);
    let slice = payment::page(&services(ctx)?.store, caller(ctx)?.workspace, &filter, &page).await;
    let slice = slice.map_err(|error| internal(&error))?;
    try_connection(slice, PaymentTotal::Listed(filter), |row| Opaque::of(row.id), Payment::read)
}

async fn reversals(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: ReversalFilterInput,
) -> Result<Paged<Reversal, ReversalTotal>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let (filter, head) = (filter.check()?, feed_head(ctx).await?);
    let page = arguments.feed_page(workspace, head)?;
    let slice = reversal::page(&services.store, workspace, &filter, &page).await;
    let slice = slice.map_err(|error| internal(&error))?;
    Ok(connection(slice, ReversalTotal(filter), workspace, head))
}

total!(ReversalTotal(reversal::Filter), reversal::count_all);
