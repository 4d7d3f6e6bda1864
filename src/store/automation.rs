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

/// Which automations.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of exactly this name.
    pub name: Option<String>,
    /// Only those of these statuses; all but the archived ones, if empty.
    pub statuses: Vec<AutomationStatus>,
}

fn listed(workspace: WorkspaceId, filter: &Filter) -> Select<Entity> {
    let mut query = of(workspace);
    if let Some(name) = &filter.name {
        query = query.filter(COLUMN.name.eq(name));
    }
    if filter.statuses.is_empty() {
        query.filter(COLUMN.status.ne(AutomationStatus::Archived.as_str()))
    } else {
        query.filter(COLUMN.status.is_in(filter.statuses.iter().map(|status| status.as_str())))
    }
}

/// A page of automations, newest first.
pub async fn page(
    session: &impl Session,
    workspace: WorkspaceId,
    filter: &Filter,
    page: &Page<Uuid>,
) -> Result<Slice<Model>> {
    let rows = keyset(listed(workspace, filter), Column::Id, page, true).all(session.connection()).await?;
    Ok(page.slice(rows))
}

/// How many there are, counted up to a limit.
pub async fn count_all(session: &impl Session, workspace: WorkspaceId, filter: &Filter) -> Result<u64> {
    count(session, listed(workspace, filter)).await
}

/// Whether the workspace has as many automations as it may have, archived ones aside.
pub async fn is_full(tx: &Tx, workspace: WorkspaceId) -> Result<bool> {
    Ok(count(tx, listed(workspace, &Filter::default())).await? >= AUTOMATIONS_PER_WORKSPACE_MAX)
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
        version: Set(1),
        draft_changed: Set(true),
    };
    Ok(row.insert(tx.connection()).await?)
}

/// The row as it is to be changed: of the next version, at this time.
fn changed(row: Model, now: Timestamp) -> ActiveModel {
    let version = row.version.saturating_add(1);
    ActiveModel { version: Set(version), updated_at: Set(now.as_micros()), ..row.into() }
}

/// Stores a new status.
pub async fn update_status(tx: &Tx, row: Model, status: AutomationStatus, now: Timestamp) -> Result<Model> {
    let row = ActiveModel { status: Set(status.as_str().to_owned()), ..changed(row, now) };
    Ok(row.update(tx.connection()).await?)
}

/// Stores a new status, and that contacts enter this version, which is the draft as it is.
pub async fn update_published(
    tx: &Tx,
    row: Model,
    status: AutomationStatus,
    number: i32,
    now: Timestamp,
) -> Result<Model> {
    let row = ActiveModel {
        status: Set(status.as_str().to_owned()),
        published_number: Set(Some(number)),
        draft_changed: Set(false),
        ..changed(row, now)
    };
    Ok(row.update(tx.connection()).await?)
}

/// Stores a new name and re-entry policy in the draft.
pub async fn update_draft(tx: &Tx, row: Model, name: &str, re_entry: ReEntry, now: Timestamp) -> Result<Model> {
    let row = ActiveModel {
        name: Set(name.to_owned()),
        re_entry: Set(convert::write("re-entry policy", &re_entry)?),
        draft_changed: Set(true),
        ..changed(row, now)
    };
    Ok(row.update(tx.connection()).await?)
}

/// Notes that a rule of the draft was added, changed, moved or archived.
pub async fn touch_draft(tx: &Tx, row: Model, now: Timestamp) -> Result<Model> {
    let row = ActiveModel { draft_changed: Set(true), ..changed(row, now) };
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
