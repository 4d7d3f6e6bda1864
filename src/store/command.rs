//! What the control plane asks the data plane to carry out: left in the transaction that asks for it, so that it is
//! neither lost nor done for nothing.

use super::statement::execute;
use super::{Result, Session, Tx};
use offramp_domain::ids::{AutomationId, CommandId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::command::ActiveModel;
use sea_orm::{ActiveModelTrait, Set};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKind {
    /// End the stays of an automation that was archived.
    EndArchived,
}

impl CommandKind {
    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndArchived => "end_archived",
        }
    }

    /// Reads a stored name; none, if a newer version gave it.
    pub fn read(name: &str) -> Option<Self> {
        (name == Self::EndArchived.as_str()).then_some(Self::EndArchived)
    }
}

/// Leaves a command.
pub async fn insert(
    tx: &Tx,
    workspace: WorkspaceId,
    id: CommandId,
    kind: CommandKind,
    automation: AutomationId,
    now: Timestamp,
) -> Result<()> {
    let row = ActiveModel {
        workspace_id: Set(workspace.0),
        id: Set(id.0),
        kind: Set(kind.as_str().to_owned()),
        automation_id: Set(automation.0),
        created_at: Set(now.as_micros()),
        done_at: Set(None),
    };
    row.insert(tx.connection()).await?;
    Ok(())
}

/// A command that was not carried out yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub id: CommandId,
    /// What is to be done; none, if only a newer version knows.
    pub kind: Option<CommandKind>,
    /// When it was left, µs UTC.
    pub created_at: i64,
    /// Whose.
    pub workspace: WorkspaceId,
    /// About which automation.
    pub automation: AutomationId,
}

/// Says that a command was carried out.
pub async fn finish(tx: &Tx, command: &Open, now: Timestamp) -> Result<()> {
    let values = vec![command.workspace.0.into(), command.id.0.into(), now.as_micros().into()];
    execute(tx, "UPDATE command SET done_at = $3 WHERE workspace_id = $1 AND id = $2", values, &[]).await?;
    Ok(())
}
