//! Whether the database takes writes.

use super::statement::execute;
use super::{Result, Store, workspace};

/// Writes over the head of a workspace's feed what stands there, durably; `false` if there is no such workspace. It is the row that every exit writes last, so that it is held by nobody for long.
pub async fn write(store: &Store, workspace: &str) -> Result<bool> {
    let Some(workspace) = workspace::find_by_name(store, workspace).await? else { return Ok(false) };
    let tx = store.begin().await?;
    let text = "UPDATE feed_head SET position = position WHERE workspace_id = $1";
    let written = execute(&tx, text, vec![workspace.id.into()], &[]).await?;
    tx.commit().await?;
    Ok(written == 1)
}
