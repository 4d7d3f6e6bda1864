//! Writes of order forms.

use super::payload::{Written, payload};
use crate::authoring::AuthoringError;
use crate::graphql::id::Kind;
use crate::graphql::inputs::product::{OrderFormArchiveInput, OrderFormUpsertInput};
use crate::graphql::types::product::OrderForm;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Object, Result};
use offramp_entity::order_form::Model;

payload!(
    /// Result of `orderFormUpsert`.
    OrderFormUpsertPayload {
        /// The order form as it is now; null when there are errors.
        order_form: OrderForm
    }
);
payload!(
    /// Result of `orderFormArchive`.
    OrderFormArchivePayload {
        /// The order form as it is now; null when there are errors.
        order_form: OrderForm
    }
);

/// Writes of order forms.
#[derive(Clone, Copy, Default)]
pub struct OrderFormMutation;

#[Object]
impl OrderFormMutation {
    /// Notes what is known of an order form, which is made if none has the external id; what is left out stays.
    /// In edition `MAX_CLASSIC` only.
    async fn order_form_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is known.")] input: OrderFormUpsertInput,
    ) -> Option<Result<OrderFormUpsertPayload>> {
        Some(upsert(ctx, input).await.and_then(OrderFormUpsertPayload::of))
    }

    /// Takes an order form out of the lists; it is still found by its ids. An upsert brings it back.
    async fn order_form_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: OrderFormArchiveInput,
    ) -> Option<Result<OrderFormArchivePayload>> {
        Some(archive(ctx, &input).await.and_then(OrderFormArchivePayload::of))
    }
}

async fn upsert(ctx: &Context<'_>, input: OrderFormUpsertInput) -> Result<Written<OrderForm>> {
    let row = services(ctx)?.authoring.upsert_order_form(caller(ctx)?.workspace, &input.into()).await;
    Ok(row.map(|row| OrderForm::of(&row)))
}

async fn archive(ctx: &Context<'_>, input: &OrderFormArchiveInput) -> Result<Written<OrderForm>> {
    let Some(key) = Kind::OrderForm.key(&input.id) else { return Ok(Err(AuthoringError::none_named::<Model>())) };
    let row = services(ctx)?.authoring.archive_named::<Model>(caller(ctx)?.workspace, key).await;
    Ok(row.map(|row| OrderForm::of(&row)))
}
