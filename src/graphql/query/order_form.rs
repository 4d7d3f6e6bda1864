//! Reads of order forms.

use super::{named as common, total};
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::OrderFormKey;
use crate::graphql::page::{Arguments, Paged};
use crate::graphql::types::product::OrderForm;
use crate::graphql::types::{caller, loaded, services};
use crate::store::named;
use async_graphql::{Context, ID, Object, Result};
use offramp_entity::order_form::Model;

/// Reads of order forms.
#[derive(Clone, Copy, Default)]
pub struct OrderFormQuery;

#[Object]
impl OrderFormQuery {
    /// One order form, archived or not; null when there is none of that id.
    async fn order_form(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order form.")] id: ID,
    ) -> Option<Result<OrderForm>> {
        one(ctx, &id).await.transpose()
    }

    /// One order form by your own id, archived or not; null when there is none.
    async fn order_form_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your own id of the order form.")] external_id: String,
    ) -> Option<Result<OrderForm>> {
        let found = common::by_external_id(ctx, &external_id).await.transpose();
        found.map(|row| row.map(|row| OrderForm::of(&row)))
    }

    /// Order forms, in the order in which they were made. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn order_forms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "Only those with this in their name or external id, in whatever letters; all, if left out or empty."
        )]
        search: Option<String>,
        #[graphql(desc = "The archived ones too; not, if left out.")] include_archived: Option<bool>,
    ) -> Option<Result<Paged<OrderForm, OrderFormTotal>>> {
        let arguments = Arguments { after, before, first, last };
        Some(common::page(ctx, &arguments, search, include_archived, OrderFormTotal, OrderForm::of).await)
    }
}

async fn one(ctx: &Context<'_>, id: &ID) -> Result<Option<OrderForm>> {
    let Some(key) = Kind::OrderForm.key(id) else { return Ok(None) };
    Ok(loaded(ctx, OrderFormKey(caller(ctx)?.workspace, key)).await?.map(|row| OrderForm::of(&row)))
}

total!(OrderFormTotal(named::Filter), named::count_all::<Model>);
