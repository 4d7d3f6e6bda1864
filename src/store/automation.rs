//! Automations as they are edited.

use super::page::{Page, Slice, count, keyset};
use super::{Result, Session, Tx, convert};
use offramp_domain::automation::{AutomationStatus, ReEntry};
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_domain::limits::AUTOMATIONS_PER_WORKSPACE_MAX;
use offramp_domain::time::Timestamp;
use offramp_entity::automation::{ActiveModel, COLUMN, Column, Entity, Model};
use sea_orm::{ActiveModelTrait, EntityTrait, QueryFilter, Select, Set};
use uuid::Uuid;

fn of(workspace: WorkspaceId) -> Select<Entity> {
    Entity::find().filter(COLUMN.workspace_id.eq(workspace.0))
}

/// The automation of that id.
pub async fn find(session: &impl Session, workspace: WorkspaceId, id: AutomationId) -> Result<Option<Model>> {
    Ok(of(workspace).filter(COLUMN.id.eq(id.0)).one(session.connection()).await?)
}

/// The automations of those ids.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    Ok(of(workspace).filter(COLUMN.id.is_in(ids.iter().copied())).all(session.connection()).await?)
}

fn named(workspace: WorkspaceId, name: Option<&str>) -> Select<Entity> {
    name.map_or_else(|| of(workspace), |name| of(workspace).filter(COLUMN.name.eq(name)))
}

/// A page of automations, newest first; only those of a name, if one is given.
pub async fn page(
    session: &impl Session,
    workspace: WorkspaceId,
    name: Option<&str>,
    page: &Page<Uuid>,
) -> Result<Slice<Model>> {
    let rows = keyset(named(workspace, name), Column::Id, page, true).all(session.connection()).await?;
    Ok(page.slice(rows))
}

/// How many there are, counted up to a limit.
pub async fn count_all(session: &impl Session, workspace: WorkspaceId, name: Option<&str>) -> Result<u64> {
    count(session, named(workspace, name)).await
}

/// Whether the workspace has as many automations as it may have.
pub async fn is_full(tx: &Tx, workspace: WorkspaceId) -> Result<bool> {
    Ok(count(tx, of(workspace)).await? >= AUTOMATIONS_PER_WORKSPACE_MAX)
}

/// Stores a new automation, as a draft.
pub async fn insert(
    tx: &Tx,
    workspace: WorkspaceId,
    id: AutomationId,
    name: &str,
    re_entry: ReEntry,
    now: Timestamp,
) -> Result<Model> {
    let row = ActiveModel {
        workspace_id: Set(workspace.0),
        id: Set(id.0),
        name: Set(name.to_owned()),
        status: Set(AutomationStatus::Draft.as_str().to_owned()),
        re_entry: Set(convert::write("re-entry policy", &re_entry)?),
        published_number: Set(None),
        created_at: Set(now.as_micros()),
        updated_at: Set(now.as_micros()),
    };
    Ok(row.insert(tx.connection()).await?)
}

/// Stores a new status, and the version that contacts enter.
pub async fn update_status(
    tx: &Tx,
    row: Model,
    status: AutomationStatus,
    number: Option<i32>,
    now: Timestamp,
) -> Result<Model> {
    let mut row: ActiveModel = row.into();
    row.status = Set(status.as_str().to_owned());
    row.published_number = Set(number);
    row.updated_at = Set(now.as_micros());
    Ok(row.update(tx.connection()).await?)
}

/// The status of a stored automation.
///
/// # Errors
/// [`super::Error::Unreadable`], if it is none that this version knows.
pub fn status(row: &Model) -> Result<AutomationStatus> {
    convert::status(&row.status)
}

/// The re-entry policy of a stored automation.
///
/// # Errors
/// [`super::Error::Unreadable`], if it is none that this version knows.
pub fn re_entry(row: &Model) -> Result<ReEntry> {
    convert::read("re-entry policy", &row.re_entry)
}
