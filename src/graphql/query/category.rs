//! Reads of categories.

use super::{named as common, total};
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::CategoryKey;
use crate::graphql::page::{Arguments, Paged};
use crate::graphql::types::product::Category;
use crate::graphql::types::{caller, loaded, services};
use crate::store::named;
use async_graphql::{Context, ID, Object, Result};
use offramp_entity::category::Model;

/// Reads of categories.
#[derive(Clone, Copy, Default)]
pub struct CategoryQuery;

#[Object]
impl CategoryQuery {
    /// One category, archived or not; null when there is none of that id.
    async fn category(&self, ctx: &Context<'_>, #[graphql(desc = "The category.")] id: ID) -> Option<Result<Category>> {
        one(ctx, &id).await.transpose()
    }

    /// One category by your own id, archived or not; null when there is none.
    async fn category_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your own id of the category.")] external_id: String,
    ) -> Option<Result<Category>> {
        let found = common::by_external_id(ctx, &external_id).await.transpose();
        found.map(|row| row.map(|row| Category::of(&row)))
    }

    /// Categories, in the order in which they were made. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn categories(
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
    ) -> Option<Result<Paged<Category, CategoryTotal>>> {
        let arguments = Arguments { after, before, first, last };
        Some(common::page(ctx, &arguments, search, include_archived, CategoryTotal, Category::of).await)
    }
}

async fn one(ctx: &Context<'_>, id: &ID) -> Result<Option<Category>> {
    let Some(key) = Kind::Category.key(id) else { return Ok(None) };
    Ok(loaded(ctx, CategoryKey(caller(ctx)?.workspace, key)).await?.map(|row| Category::of(&row)))
}

total!(CategoryTotal(named::Filter), named::count_all::<Model>);
