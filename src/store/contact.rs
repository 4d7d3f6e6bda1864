//! Contacts: made when first heard of, and locked while something is decided about them.

use super::dialect::Kind;
use super::statement::{Rows, all, id, insert, row};
use super::{Result, Session, Tx};
use offramp_domain::contact::CheckedContact;
use offramp_domain::ids::{ContactId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::contact::{ActiveModel, COLUMN, Entity, Model};
use sea_orm::{ActiveModelTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Known {
    id: Uuid,
    external_id: String,
}

/// Contacts that nobody else decides about until the commit.
#[derive(Debug, Default)]
pub struct LockedContacts {
    /// Who is who.
    pub ids: BTreeMap<String, ContactId>,
    /// Those that were made just now: there is nothing about them yet.
    pub new: BTreeSet<ContactId>,
}

/// Locks the contacts that are known, in order of id, then makes those that are not, in order of external id. None if
/// somebody else made one meanwhile: it would have to be locked out of order.
pub async fn lock(
    tx: &Tx,
    workspace: WorkspaceId,
    contacts: &BTreeMap<String, ContactId>,
    now: Timestamp,
) -> Result<Option<LockedContacts>> {
    let names = Rows::new(&[("external_id", Kind::Text)], contacts.keys().map(|external_id| row![external_id]));
    let known: Vec<Known> = all(
        tx,
        "SELECT id, external_id FROM contact \
         WHERE workspace_id = $1 AND external_id IN (SELECT r.external_id FROM {rows}) ORDER BY id{lock_rows}",
        vec![workspace.0.into()],
        &[&names],
    )
    .await?;
    let mut ids: BTreeMap<_, _> = known.into_iter().map(|row| (row.external_id, row.id.into())).collect();
    let fresh: Vec<_> = contacts.iter().filter(|(external_id, _)| !ids.contains_key(*external_id)).collect();
    let columns = &[("id", Kind::Id), ("external_id", Kind::Text), ("created_at", Kind::Int)];
    let rows = Rows::new(columns, fresh.iter().map(|(external_id, id_of)| row![id(id_of.0), external_id, now]));
    let order = "ORDER BY r.external_id ON CONFLICT (workspace_id, external_id) DO NOTHING";
    let made = insert(tx, "contact", workspace, &rows, order).await?;
    if usize::try_from(made).is_ok_and(|made| made == rows.len()) {
        let new = fresh.iter().map(|(_, id)| **id).collect();
        ids.extend(fresh.into_iter().map(|(external_id, id)| (external_id.clone(), *id)));
        return Ok(Some(LockedContacts { ids, new }));
    }
    Ok(None)
}

/// Stores what a draft says of a contact that the caller has locked; what it does not say stays.
pub async fn update(tx: &Tx, row: Model, checked: CheckedContact) -> Result<Model> {
    let attributes = checked.attributes.apply(row.attributes.as_object().cloned()).unwrap_or_default();
    let changed = Model {
        email: checked.email.apply(row.email.clone()),
        phone: checked.phone.apply(row.phone.clone()),
        first_name: checked.first_name.apply(row.first_name.clone()),
        last_name: checked.last_name.apply(row.last_name.clone()),
        attributes: Json::Object(attributes),
        ..row.clone()
    };
    if changed == row {
        return Ok(row);
    }
    let row = ActiveModel {
        email: Set(changed.email),
        phone: Set(changed.phone),
        first_name: Set(changed.first_name),
        last_name: Set(changed.last_name),
        attributes: Set(changed.attributes),
        ..row.into()
    };
    Ok(row.update(tx.connection()).await?)
}

/// The contact of that external id.
pub async fn find_by_external_id(
    session: &impl Session,
    workspace: WorkspaceId,
    external_id: &str,
) -> Result<Option<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.external_id.eq(external_id));
    Ok(query.one(session.connection()).await?)
}

/// The contacts of those ids.
pub async fn find(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}
