//! Writes of categories.

use super::payload::{Written, payload};
use crate::authoring::AuthoringError;
use crate::graphql::id::Kind;
use crate::graphql::inputs::product::{CategoryArchiveInput, CategoryUpsertInput};
use crate::graphql::types::product::Category;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Object, Result};
use offramp_entity::category::Model;

payload!(
    /// Result of `categoryUpsert`.
    CategoryUpsertPayload {
        /// The category as it is now; null when there are errors.
        category: Category
    }
);
payload!(
    /// Result of `categoryArchive`.
    CategoryArchivePayload {
        /// The category as it is now; null when there are errors.
        category: Category
    }
);

/// Writes of categories.
#[derive(Clone, Copy, Default)]
pub struct CategoryMutation;

#[Object]
impl CategoryMutation {
    /// Notes what is known of a category, which is made if none has the external id; what is left out stays.
    async fn category_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is known.")] input: CategoryUpsertInput,
    ) -> Option<Result<CategoryUpsertPayload>> {
        Some(upsert(ctx, input).await.and_then(CategoryUpsertPayload::of))
    }

    /// Takes a category out of the lists; it is still found by its ids. An upsert brings it back.
    async fn category_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: CategoryArchiveInput,
    ) -> Option<Result<CategoryArchivePayload>> {
        Some(archive(ctx, &input).await.and_then(CategoryArchivePayload::of))
    }
}

async fn upsert(ctx: &Context<'_>, input: CategoryUpsertInput) -> Result<Written<Category>> {
    let row = services(ctx)?.authoring.upsert_category(caller(ctx)?.workspace, &input.into()).await;
    Ok(row.map(|row| Category::of(&row)))
}

async fn archive(ctx: &Context<'_>, input: &CategoryArchiveInput) -> Result<Written<Category>> {
    let Some(key) = Kind::Category.key(&input.id) else { return Ok(Err(AuthoringError::none_named::<Model>())) };
    let row = services(ctx)?.authoring.archive_named::<Model>(caller(ctx)?.workspace, key).await;
    Ok(row.map(|row| Category::of(&row)))
}
