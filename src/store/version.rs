//! The versions of automations that were published: immutable.

use super::{Error, Result, Session, Tx, convert, workspace};
use offramp_domain::automation::{AutomationStatus, AutomationVersion};
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_domain::index::Definitions;
use offramp_domain::time::Timestamp;
use offramp_entity::{automation, automation_version};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set};

/// Stores a version.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, version: &AutomationVersion, now: Timestamp) -> Result<()> {
    let row = automation_version::ActiveModel {
        workspace_id: Set(workspace.0),
        automation_id: Set(version.automation.0),
        number: Set(version.number),
        definition: Set(convert::write("version", version)?),
        published_at: Set(now.as_micros()),
    };
    row.insert(tx.connection()).await?;
    Ok(())
}

/// The version of that number.
pub async fn find(tx: &Tx, workspace: WorkspaceId, id: AutomationId, number: i32) -> Result<Option<AutomationVersion>> {
    let row = automation_version::Entity::find_by_id((workspace.0, id.0, number)).one(tx.connection()).await?;
    row.as_ref().map(convert::version).transpose()
}

/// Every version of a workspace's automations.
pub async fn all(session: &impl Session, workspace: WorkspaceId) -> Result<Vec<AutomationVersion>> {
    let versions = automation_version::Entity::find().filter(automation_version::COLUMN.workspace_id.eq(workspace.0));
    versions.all(session.connection()).await?.iter().map(convert::version).collect()
}

/// Everything that runs in a workspace, as of a revision that the caller holds: what is archived does not.
pub async fn load(tx: &Tx, id: WorkspaceId, revision: i64) -> Result<Definitions> {
    let running = || {
        automation::Entity::find()
            .filter(automation::COLUMN.workspace_id.eq(id.0))
            .filter(automation::COLUMN.published_number.is_not_null())
            .filter(automation::COLUMN.status.ne(AutomationStatus::Archived.as_str()))
    };
    let ids = running().select_only().column(automation::Column::Id).into_query();
    let versions = automation_version::Entity::find()
        .filter(automation_version::COLUMN.workspace_id.eq(id.0))
        .filter(automation_version::Column::AutomationId.in_subquery(ids));
    let versions = versions.all(tx.connection()).await?;
    let versions: Vec<_> = versions.iter().map(convert::version).collect::<Result<_>>()?;
    let live = running().all(tx.connection()).await?;
    let live: Vec<_> = live
        .iter()
        .map(|row| Ok((row.id.into(), row.published_number.unwrap_or_default(), convert::status(&row.status)?)))
        .collect::<Result<_>>()?;
    let row = workspace::find(tx, id).await?.ok_or(Error::Lost("a workspace"))?;
    Ok(Definitions::new(revision, workspace::zone(&row)?, versions, live))
}
