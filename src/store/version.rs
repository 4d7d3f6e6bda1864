//! The versions of automations that were published: immutable.

use super::{Result, Session, Tx, convert};
use offramp_domain::automation::AutomationVersion;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::index::Definitions;
use offramp_domain::time::Timestamp;
use offramp_entity::{automation, automation_version};
use sea_orm::{ActiveModelTrait, EntityTrait, QueryFilter, Set};

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

/// Every version of a workspace's automations.
pub async fn all(session: &impl Session, workspace: WorkspaceId) -> Result<Vec<AutomationVersion>> {
    let versions = automation_version::Entity::find().filter(automation_version::COLUMN.workspace_id.eq(workspace.0));
    versions.all(session.connection()).await?.iter().map(convert::version).collect()
}

/// Everything that runs in a workspace, as of a revision that the caller holds.
pub async fn load(tx: &Tx, workspace: WorkspaceId, revision: i64) -> Result<Definitions> {
    let versions = all(tx, workspace).await?;
    let live = automation::Entity::find()
        .filter(automation::COLUMN.workspace_id.eq(workspace.0))
        .filter(automation::COLUMN.published_number.is_not_null());
    let live = live.all(tx.connection()).await?;
    let live: Vec<_> = live
        .iter()
        .map(|row| Ok((row.id.into(), row.published_number.unwrap_or_default(), convert::status(&row.status)?)))
        .collect::<Result<_>>()?;
    Ok(Definitions::new(revision, versions, live))
}
