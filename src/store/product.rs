//! The categories that products belong to. What else there is of products is in `named`.

use super::category::depth_max;
use super::dialect::Kind;
use super::statement::{self, Rows, all, execute, id, row};
use super::{Result, Session, Tx};
use offramp_domain::ids::WorkspaceId;
use offramp_entity::category::Model as Category;
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A category, and a product that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The product.
    pub product_id: Uuid,
    /// The category.
    pub category: Category,
}

impl FromQueryResult for Placed {
    fn from_query_result(row: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        let product_id = row.try_get(prefix, "product_id")?;
        Ok(Self { product_id, category: Category::from_query_result(row, prefix)? })
    }
}

/// The categories of those products, archived ones too, in the order in which they were made.
pub async fn categories(session: &impl Session, workspace: WorkspaceId, products: &[Uuid]) -> Result<Vec<Placed>> {
    let text = "SELECT p.product_id, c.* FROM {rows} \
                JOIN product_category p ON p.workspace_id = $1 AND p.product_id = r.id \
                JOIN category c ON c.workspace_id = $1 AND c.id = p.category_id ORDER BY c.id";
    all(session, text, vec![workspace.0.into()], &[&Rows::ids(products.iter().copied())]).await
}

#[derive(FromQueryResult)]
struct Within {
    product: String,
    category: String,
}

/// The customer's own ids of the categories of products and of those within which these lie, by those of the products; a
/// product of none is not among them.
pub async fn categories_by_external_ids(
    session: &impl Session,
    workspace: WorkspaceId,
    products: &BTreeSet<String>,
) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let rows = Rows::new(&[("external_id", Kind::Text)], products.iter().map(|product| row![product]));
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = "WITH RECURSIVE within (product, id, depth) AS (SELECT p.external_id, m.category_id, 1 FROM {rows} \
                JOIN product p ON p.workspace_id = $1 AND p.external_id = r.external_id \
                JOIN product_category m ON m.workspace_id = $1 AND m.product_id = p.id \
                UNION ALL SELECT w.product, c.parent_id, w.depth + 1 FROM within w \
                JOIN category c ON c.workspace_id = $1 AND c.id = w.id WHERE c.parent_id IS NOT NULL AND w.depth < $2) \
                SELECT w.product, c.external_id AS category FROM within w \
                JOIN category c ON c.workspace_id = $1 AND c.id = w.id";
    let mut of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let values = vec![workspace.0.into(), depth_max().into()];
    for row in all::<Within>(session, text, values, &[&rows]).await? {
        of.entry(row.product).or_default().insert(row.category);
    }
    Ok(of)
}

#[derive(FromQueryResult)]
struct Membership {
    product_id: Uuid,
    category_id: Uuid,
}

/// The ids of the categories of those products, by product; a product of none is not among them.
pub async fn category_ids(
    session: &impl Session,
    workspace: WorkspaceId,
    products: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, BTreeSet<Uuid>>> {
    let rows = Rows::ids(products);
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = "SELECT p.product_id, p.category_id FROM {rows} \
                JOIN product_category p ON p.workspace_id = $1 AND p.product_id = r.id";
    let mut of: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for row in all::<Membership>(session, text, vec![workspace.0.into()], &[&rows]).await? {
        of.entry(row.product_id).or_default().insert(row.category_id);
    }
    Ok(of)
}

/// Has products belong to these categories and to no others.
pub async fn replace_categories(
    tx: &Tx,
    workspace: WorkspaceId,
    wanted: &BTreeMap<Uuid, BTreeSet<Uuid>>,
) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let products = Rows::ids(wanted.keys().copied());
    let before = "DELETE FROM product_category WHERE workspace_id = $1 AND product_id IN (SELECT r.id FROM {rows})";
    execute(tx, before, vec![workspace.0.into()], &[&products]).await?;
    let pairs = wanted.iter().flat_map(|(product, categories)| categories.iter().map(move |one| (*product, *one)));
    let pairs = pairs.map(|(product, category)| row![id(product), id(category)]);
    let rows = Rows::new(&[("product_id", Kind::Id), ("category_id", Kind::Id)], pairs);
    statement::insert(tx, "product_category", workspace, &rows, "").await
}
