//! The statements that look across workspaces; there are no others.

use super::command::{CommandKind, Open};
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

/// Commands that are read at once.
const SWEPT_COMMANDS: i64 = 100;

#[derive(FromQueryResult)]
struct CommandRow {
    workspace_id: Uuid,
    id: Uuid,
    kind: String,
    automation_id: Uuid,
    created_at: i64,
}

/// Commands that were not carried out yet, the oldest first: the first page, or the one after a command.
pub async fn open_commands(session: &impl Session, after: Option<&Open>) -> Result<Vec<Open>> {
    let text = "SELECT workspace_id, id, kind, automation_id, created_at FROM command \
                WHERE done_at IS NULL AND (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3";
    let (created_at, id) = after.map_or((i64::MIN, Uuid::nil()), |after| (after.created_at, after.id.0));
    let rows: Vec<CommandRow> =
        all(session, text, vec![created_at.into(), id.into(), SWEPT_COMMANDS.into()], &[]).await?;
    let open = |row: CommandRow| Open {
        id: row.id.into(),
        kind: CommandKind::read(&row.kind),
        created_at: row.created_at,
        workspace: row.workspace_id.into(),
        automation: row.automation_id.into(),
    };
    Ok(rows.into_iter().map(open).collect())
}
