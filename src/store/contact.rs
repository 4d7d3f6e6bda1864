//! Contacts: made when first heard of, and locked while something is decided about them.

use super::dialect::Kind;
use super::statement::{Rows, all, id, insert};
use super::{Result, Session, Tx};
use offramp_domain::ids::{ContactId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::contact::{COLUMN, Entity, Model};
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Known {
    id: Uuid,
    external_id: String,
}

/// Makes the contacts that are new, then locks all of them in order of id until the commit; gives back who is who.
pub async fn lock(
    tx: &Tx,
    workspace: WorkspaceId,
    contacts: &BTreeMap<String, ContactId>,
    now: Timestamp,
) -> Result<BTreeMap<String, ContactId>> {
    let rows = contacts.iter().map(|(external_id, fresh)| json!([id(fresh.0), external_id, now]));
    let columns = &[("id", Kind::Id), ("external_id", Kind::Text), ("created_at", Kind::Int)];
    let rows = Rows::new(columns, rows);
    let known = "ORDER BY r.external_id ON CONFLICT (workspace_id, external_id) DO NOTHING";
    insert(tx, "contact", workspace, &rows, known).await?;
    let known: Vec<Known> = all(
        tx,
        "SELECT id, external_id FROM contact \
         WHERE workspace_id = $1 AND external_id IN (SELECT r.external_id FROM {rows}) ORDER BY id{lock_rows}",
        vec![workspace.0.into()],
        &[&rows],
    )
    .await?;
    Ok(known.into_iter().map(|row| (row.external_id, row.id.into())).collect())
}

/// The contacts of those ids.
pub async fn find(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}
