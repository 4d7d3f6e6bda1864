//! Writes of products.

use super::payload::{Written, payload};
use crate::authoring::AuthoringError;
use crate::authoring::product::{Imported, RefusedRow};
use crate::graphql::error::UserErrorCode;
use crate::graphql::id::Kind;
use crate::graphql::inputs::product::{ProductArchiveInput, ProductUpsertInput, ProductsImportInput};
use crate::graphql::types::product::Product;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Object, Result, SimpleObject};
use offramp_entity::product::Model;

payload!(
    /// Result of `productUpsert`.
    ProductUpsertPayload {
        /// The product as it is now; null when there are errors.
        product: Product
    }
);
payload!(
    /// Result of `productArchive`.
    ProductArchivePayload {
        /// The product as it is now; null when there are errors.
        product: Product
    }
);
payload!(
    /// Result of `productsImport`.
    ProductsImportPayload {
        /// What became of the rows; null when there are errors, and then nothing was written.
        import: ProductsImport
    }
);

/// What became of the rows of an import.
#[derive(SimpleObject)]
pub struct ProductsImport {
    /// How many products were made.
    made_count: usize,
    /// How many products were changed.
    changed_count: usize,
    /// How many products were as their rows say.
    unchanged_count: usize,
    /// How many categories were made.
    categories_made_count: usize,
    /// How many rows were refused; the others went through.
    refused_count: usize,
    /// The rows that were refused, in their order.
    refused: Vec<ProductRowError>,
}

/// Why a row of an import was refused.
#[derive(SimpleObject)]
pub struct ProductRowError {
    /// The line on which the row begins; the header is on line 1.
    line: usize,
    /// The column at fault; null, if it is the row.
    column: Option<&'static str>,
    /// What kind of failure; stable.
    code: UserErrorCode,
    /// A sentence for a person, with the way out.
    message: String,
}

/// Writes of products.
#[derive(Clone, Copy, Default)]
pub struct ProductMutation;

#[Object]
impl ProductMutation {
    /// Notes what is known of a product, which is made if none has the external id; what is left out stays.
    async fn product_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is known.")] input: ProductUpsertInput,
    ) -> Option<Result<ProductUpsertPayload>> {
        Some(upsert(ctx, input).await.and_then(ProductUpsertPayload::of))
    }

    /// Takes a product out of the lists; it is still found by its ids. An upsert brings it back.
    async fn product_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ProductArchiveInput,
    ) -> Option<Result<ProductArchivePayload>> {
        Some(archive(ctx, &input).await.and_then(ProductArchivePayload::of))
    }

    /// Makes and changes products as a CSV text says; categories that do not exist are made. A bad row is refused alone,
    /// and the others go through.
    async fn products_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text.")] input: ProductsImportInput,
    ) -> Option<Result<ProductsImportPayload>> {
        Some(import(ctx, &input).await.and_then(ProductsImportPayload::of))
    }
}

async fn upsert(ctx: &Context<'_>, input: ProductUpsertInput) -> Result<Written<Product>> {
    let row = services(ctx)?.authoring.upsert_product(caller(ctx)?.workspace, &input.into()).await;
    Ok(row.map(|row| Product::of(&row)))
}

async fn archive(ctx: &Context<'_>, input: &ProductArchiveInput) -> Result<Written<Product>> {
    let Some(key) = Kind::Product.key(&input.id) else { return Ok(Err(AuthoringError::none_named::<Model>())) };
    let row = services(ctx)?.authoring.archive_named::<Model>(caller(ctx)?.workspace, key).await;
    Ok(row.map(|row| Product::of(&row)))
}

async fn import(ctx: &Context<'_>, input: &ProductsImportInput) -> Result<Written<ProductsImport>> {
    let imported = services(ctx)?.authoring.import_products(caller(ctx)?.workspace, &input.csv).await;
    Ok(imported.map(Into::into))
}

impl From<Imported> for ProductsImport {
    fn from(imported: Imported) -> Self {
        Self {
            made_count: imported.made,
            changed_count: imported.changed,
            unchanged_count: imported.unchanged,
            categories_made_count: imported.categories_made,
            refused_count: imported.refused.len(),
            refused: imported.refused.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<RefusedRow> for ProductRowError {
    fn from(RefusedRow { line, fault }: RefusedRow) -> Self {
        Self { line, column: fault.column, code: fault.code.into(), message: fault.message }
    }
}
