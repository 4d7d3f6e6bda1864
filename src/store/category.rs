//! Categories within categories. What else there is of categories is in `named`.

use super::dialect::Kind;
use super::statement::{Rows, all, execute, one, row};
use super::{Result, Session, Tx};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::limits::CATEGORIES_DEPTH_MAX;
use offramp_domain::time::Timestamp;
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How far a chain of categories is followed; none is longer.
pub(super) fn depth_max() -> i64 {
    i64::try_from(CATEGORIES_DEPTH_MAX).unwrap_or(i64::MAX)
}

#[derive(FromQueryResult)]
struct Above {
    name: String,
    above: String,
}

/// The customer's own ids of the categories within which those lie, by theirs; one that lies in none is not among them.
pub async fn above(
    tx: &Tx,
    workspace: WorkspaceId,
    names: &BTreeSet<String>,
) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let rows = Rows::new(&[("external_id", Kind::Text)], names.iter().map(|name| row![name]));
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = "WITH RECURSIVE up (name, id, depth) AS (SELECT c.external_id, c.parent_id, 1 FROM {rows} \
                JOIN category c ON c.workspace_id = $1 AND c.external_id = r.external_id \
                UNION ALL SELECT u.name, c.parent_id, u.depth + 1 FROM up u \
                JOIN category c ON c.workspace_id = $1 AND c.id = u.id WHERE u.depth < $2) \
                SELECT u.name, c.external_id AS above FROM up u JOIN category c ON c.workspace_id = $1 AND c.id = u.id";
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let values = vec![workspace.0.into(), depth_max().into()];
    for row in all::<Above>(tx, text, values, &[&rows]).await? {
        found.entry(row.name).or_default().insert(row.above);
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Chained {
    id: Uuid,
}

/// A category and those within which it lies, from the inside out.
pub async fn chain(session: &impl Session, workspace: WorkspaceId, category: Uuid) -> Result<Vec<Uuid>> {
    let text = "WITH RECURSIVE up (id, depth) AS (SELECT id, 1 FROM category WHERE workspace_id = $1 AND id = $2 \
                UNION ALL SELECT c.parent_id, u.depth + 1 FROM up u \
                JOIN category c ON c.workspace_id = $1 AND c.id = u.id WHERE c.parent_id IS NOT NULL AND u.depth <= $3) \
                SELECT id FROM up ORDER BY depth";
    let values = vec![workspace.0.into(), category.into(), depth_max().into()];
    let rows: Vec<Chained> = all(session, text, values, &[]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(FromQueryResult)]
struct Height {
    height: i64,
}

/// How many levels a category and those within it have; at least one.
pub async fn height(session: &impl Session, workspace: WorkspaceId, category: Uuid) -> Result<usize> {
    let text = "WITH RECURSIVE down (id, depth) AS (SELECT id, 1 FROM category WHERE workspace_id = $1 AND id = $2 \
                UNION ALL SELECT c.id, d.depth + 1 FROM down d \
                JOIN category c ON c.workspace_id = $1 AND c.parent_id = d.id WHERE d.depth <= $3) \
                SELECT CAST(MAX(depth) AS BIGINT) AS height FROM down";
    let values = vec![workspace.0.into(), category.into(), depth_max().into()];
    let found = one::<Height>(session, text, values, &[]).await?;
    Ok(found.and_then(|row| usize::try_from(row.height).ok()).unwrap_or(1))
}

/// Has a category lie within another, or within none.
pub async fn set_parent(
    tx: &Tx,
    workspace: WorkspaceId,
    category: Uuid,
    parent: Option<Uuid>,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE category SET parent_id = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2";
    let values = vec![workspace.0.into(), category.into(), parent.into(), now.as_micros().into()];
    execute(tx, text, values, &[]).await?;
    Ok(())
}
