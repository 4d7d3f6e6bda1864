//! Products, their categories, and order forms, all named alike.

use super::{caller, loaded};
use crate::graphql::id::Kind;
use crate::graphql::limits::LIST_COST;
use crate::graphql::loaders::{CategoriesOf, CategoryKey};
use crate::graphql::scalars::DateTime;
use crate::store::named::Named;
use async_graphql::{Context, ID, MergedObject, Object, Result};
use offramp_entity::{category, order_form, product};
use uuid::Uuid;

/// What each of them has.
pub struct NamedFields {
    kind: Kind,
    id: Uuid,
    external_id: String,
    name: String,
    created_at: i64,
    updated_at: i64,
    archived_at: Option<i64>,
}

impl NamedFields {
    fn of(kind: Kind, row: &impl Named) -> Self {
        Self {
            kind,
            id: row.id(),
            external_id: row.external_id().to_owned(),
            name: row.name().to_owned(),
            created_at: row.created_at(),
            updated_at: row.updated_at(),
            archived_at: row.archived_at(),
        }
    }
}

#[Object]
impl NamedFields {
    /// Globally unique, opaque, stable id.
    async fn id(&self) -> ID {
        self.kind.id(self.id)
    }

    /// Your own id, unique in the workspace.
    async fn external_id(&self) -> &str {
        &self.external_id
    }

    /// The name shown to people; the external id, where nobody gave one.
    async fn name(&self) -> &str {
        &self.name
    }

    /// When it left the lists; null while it is in them. It is still found by its ids.
    async fn archived_at(&self) -> Option<DateTime> {
        self.archived_at.map(DateTime::of_micros)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime::of_micros(self.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime::of_micros(self.updated_at)
    }
}

/// What only products have.
pub struct ProductFields(Uuid);

#[Object]
impl ProductFields {
    /// The categories that it belongs to, archived ones too, in the order in which they were made; at most 50.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn categories(&self, ctx: &Context<'_>) -> Result<Vec<Category>> {
        let rows = loaded(ctx, CategoriesOf(caller(ctx)?.workspace, self.0)).await?.unwrap_or_default();
        Ok(rows.iter().map(Category::of).collect())
    }
}

/// Something that is sold. Events and conditions name it by its external id.
#[derive(MergedObject)]
pub struct Product(NamedFields, ProductFields);

/// What only categories have: within which other one it lies.
pub struct CategoryFields(Option<Uuid>);

#[Object]
impl CategoryFields {
    /// The category within which it lies; null if in none. What belongs to this one belongs to that one too.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn parent(&self, ctx: &Context<'_>) -> Option<Result<Category>> {
        let workspace = match caller(ctx) {
            Ok(caller) => caller.workspace,
            Err(error) => return Some(Err(error)),
        };
        loaded(ctx, CategoryKey(workspace, self.0?)).await.transpose().map(|row| row.map(|row| Category::of(&row)))
    }
}

/// A group of products, of which one may belong to several.
#[derive(MergedObject)]
pub struct Category(NamedFields, CategoryFields);

/// A form by which orders are placed; in edition `MAX_CLASSIC` only.
#[derive(MergedObject)]
pub struct OrderForm(NamedFields);

impl Product {
    /// Its global id, for [`Node`](super::node::Node).
    pub async fn id(&self, _ctx: &Context<'_>) -> Result<ID> {
        Ok(self.0.kind.id(self.0.id))
    }

    /// The product that a row holds.
    pub(in crate::graphql) fn of(row: &product::Model) -> Self {
        Self(NamedFields::of(Kind::Product, row), ProductFields(row.id))
    }
}

impl Category {
    /// Its global id, for [`Node`](super::node::Node).
    pub async fn id(&self, _ctx: &Context<'_>) -> Result<ID> {
        Ok(self.0.kind.id(self.0.id))
    }

    /// The category that a row holds.
    pub(in crate::graphql) fn of(row: &category::Model) -> Self {
        Self(NamedFields::of(Kind::Category, row), CategoryFields(row.parent_id))
    }
}

impl OrderForm {
    /// Its global id, for [`Node`](super::node::Node).
    pub async fn id(&self, _ctx: &Context<'_>) -> Result<ID> {
        Ok(self.0.kind.id(self.0.id))
    }

    /// The order form that a row holds.
    pub(in crate::graphql) fn of(row: &order_form::Model) -> Self {
        Self(NamedFields::of(Kind::OrderForm, row))
    }
}
