//! Inputs about products, categories and order forms.

use super::patch;
use async_graphql::{ID, InputObject, MaybeUndefined};
use offramp_domain::product::{CategoryDraft, NamedDraft, ProductDraft};

/// What is to be known of a product; what is left out stays, null clears.
#[derive(InputObject)]
pub struct ProductUpsertInput {
    /// Your own id, as events name it; a product that is new is made, and one that was archived comes back.
    external_id: String,
    /// The name shown to people; null, or never given, it is the external id.
    name: MaybeUndefined<String>,
    /// The categories that it belongs to, by your own ids, at most 50, which must exist. Replaced as a whole; null empties
    /// it.
    category_external_ids: MaybeUndefined<Vec<String>>,
}

/// Which product.
#[derive(InputObject)]
pub struct ProductArchiveInput {
    /// The product.
    pub id: ID,
}

/// Products as a table.
#[derive(InputObject)]
pub struct ProductsImportInput {
    /// CSV whose first line is `external_id,name,categories`, then a row for each product, at most 10,000. Between the
    /// categories of one, by your own ids, stands `|`; where there are none it belongs to none.
    pub csv: String,
}

/// What is to be known of a category; what is left out stays, null clears.
#[derive(InputObject)]
pub struct CategoryUpsertInput {
    /// Your own id, as events name it; a category that is new is made, and one that was archived comes back.
    external_id: String,
    /// The name shown to people; null, or never given, it is the external id.
    name: MaybeUndefined<String>,
    /// The category within which it lies, by your own id, which must exist: what belongs to this one belongs to that one
    /// too. Null takes it out.
    parent_external_id: MaybeUndefined<String>,
}

/// Which category.
#[derive(InputObject)]
pub struct CategoryArchiveInput {
    /// The category.
    pub id: ID,
}

/// What is to be known of an order form; what is left out stays, null clears.
#[derive(InputObject)]
pub struct OrderFormUpsertInput {
    /// Your own id, as events name it; an order form that is new is made, and one that was archived comes back.
    external_id: String,
    /// The name shown to people; null, or never given, it is the external id.
    name: MaybeUndefined<String>,
}

/// Which order form.
#[derive(InputObject)]
pub struct OrderFormArchiveInput {
    /// The order form.
    pub id: ID,
}

impl From<ProductUpsertInput> for ProductDraft {
    fn from(input: ProductUpsertInput) -> Self {
        Self {
            external_id: input.external_id,
            name: patch(input.name, |name| name),
            categories: patch(input.category_external_ids, |ids| ids),
        }
    }
}

impl From<CategoryUpsertInput> for CategoryDraft {
    fn from(input: CategoryUpsertInput) -> Self {
        let named = NamedDraft { external_id: input.external_id, name: patch(input.name, |name| name) };
        Self { named, parent: patch(input.parent_external_id, |id| id) }
    }
}

impl From<OrderFormUpsertInput> for NamedDraft {
    fn from(input: OrderFormUpsertInput) -> Self {
        Self { external_id: input.external_id, name: patch(input.name, |name| name) }
    }
}
