//! The statements that look across workspaces; there are no others.

use super::command::Open;
use super::page::count;
use super::statement::{Rows, all};
use super::{Result, Session};
use offramp_domain::ids::WorkspaceId;
use offramp_entity::workspace;
use sea_orm::{EntityTrait, FromQueryResult, QueryOrder};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct HeadRow {
    workspace_id: Uuid,
    position: i64,
}

/// Every workspace, in order of their names; there are at most
/// [`WORKSPACES_MAX`](offramp_domain::limits::WORKSPACES_MAX).
pub async fn workspaces(session: &impl Session) -> Result<Vec<workspace::Model>> {
    Ok(workspace::Entity::find().order_by_asc(workspace::Column::Name).all(session.connection()).await?)
}

/// How many workspaces there are, counted up to a limit.
pub async fn workspace_count(session: &impl Session) -> Result<u64> {
    count(session, workspace::Entity::find()).await
}

/// The last positions of those workspaces' feeds.
pub async fn heads(
    session: &impl Session,
    workspaces: impl IntoIterator<Item = WorkspaceId>,
) -> Result<Vec<(WorkspaceId, i64)>> {
    let rows = Rows::ids(workspaces);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT h.workspace_id, h.position FROM {rows} JOIN feed_head h ON h.workspace_id = r.id";
    let heads: Vec<HeadRow> = all(session, text, vec![], &[&rows]).await?;
    Ok(heads.into_iter().map(|row| (row.workspace_id.into(), row.position)).collect())
}

/// Commands that are carried out in one sweep; the others wait for the next.
const SWEPT_COMMANDS_MAX: i64 = 100;

#[derive(FromQueryResult)]
struct CommandRow {
    workspace_id: Uuid,
    id: Uuid,
    automation_id: Uuid,
}

/// The oldest commands that were not carried out yet.
pub async fn open_commands(session: &impl Session) -> Result<Vec<Open>> {
    let text = "SELECT workspace_id, id, automation_id FROM command WHERE done_at IS NULL ORDER BY created_at LIMIT $1";
    let rows: Vec<CommandRow> = all(session, text, vec![SWEPT_COMMANDS_MAX.into()], &[]).await?;
    let open = |row: CommandRow| Open {
        id: row.id.into(),
        workspace: row.workspace_id.into(),
        automation: row.automation_id.into(),
    };
    Ok(rows.into_iter().map(open).collect())
}
