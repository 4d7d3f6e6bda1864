//! Reads of products.

use super::{named as common, total};
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::ProductKey;
use crate::graphql::page::{Arguments, Paged};
use crate::graphql::types::product::Product;
use crate::graphql::types::{caller, loaded, services};
use crate::store::named;
use async_graphql::{Context, ID, Object, Result};
use offramp_entity::product::Model;

/// Reads of products.
#[derive(Clone, Copy, Default)]
pub struct ProductQuery;

#[Object]
impl ProductQuery {
    /// One product, archived or not; null when there is none of that id.
    async fn product(&self, ctx: &Context<'_>, #[graphql(desc = "The product.")] id: ID) -> Option<Result<Product>> {
        one(ctx, &id).await.transpose()
    }

    /// One product by your own id, archived or not; null when there is none.
    async fn product_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your own id of the product.")] external_id: String,
    ) -> Option<Result<Product>> {
        let found = common::by_external_id(ctx, &external_id).await.transpose();
        found.map(|row| row.map(|row| Product::of(&row)))
    }

    /// Products, in the order in which they were made. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn products(
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
    ) -> Option<Result<Paged<Product, ProductTotal>>> {
        let arguments = Arguments { after, before, first, last };
        Some(common::page(ctx, &arguments, search, include_archived, ProductTotal, Product::of).await)
    }
}

async fn one(ctx: &Context<'_>, id: &ID) -> Result<Option<Product>> {
    let Some(key) = Kind::Product.key(id) else { return Ok(None) };
    Ok(loaded(ctx, ProductKey(caller(ctx)?.workspace, key)).await?.map(|row| Product::of(&row)))
}

total!(ProductTotal(named::Filter), named::count_all::<Model>);
