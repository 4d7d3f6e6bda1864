//! Commands: what the control plane leaves to the data plane to carry out.

use super::statement::execute;
use super::{Result, Tx};
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_domain::time::Timestamp;
use uuid::Uuid;

/// A command that was not carried out yet: everybody is to be taken out of an archived automation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which automation.
    pub automation: AutomationId,
}

/// Says that a command was carried out.
pub async fn finish(tx: &Tx, command: &Open, now: Timestamp) -> Result<()> {
    let values = vec![command.workspace.0.into(), command.id.into(), now.as_micros().into()];
    execute(tx, "UPDATE command SET done_at = $3 WHERE workspace_id = $1 AND id = $2", values, &[]).await?;
    Ok(())
}
