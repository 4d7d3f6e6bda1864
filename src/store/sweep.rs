//! The statements that look across workspaces; there are no others.

use super::statement::{Rows, all};
use super::{Result, Session};
use offramp_domain::ids::WorkspaceId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct HeadRow {
    workspace_id: Uuid,
    position: i64,
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
