//! Workspaces: the tenants.

use super::{Authoring, AuthoringError, Made};
use crate::store::{Error, Tx, sweep, workspace};
use offramp_domain::fault::{Code, Path};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::limits::WORKSPACES_MAX;
use offramp_domain::workspace::{CheckedWorkspace, WorkspaceDraft};
use offramp_entity::workspace::Model;

impl Authoring {
    /// Makes a workspace.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::Taken`], if there is one of that name.
    pub async fn create_workspace(&self, draft: &WorkspaceDraft) -> Result<Model, AuthoringError> {
        let checked = draft.check(&Path::root("input")).map_err(AuthoringError::Refused)?;
        let id = WorkspaceId(self.clock.fresh_id());
        self.in_transaction(|tx| self.insert_workspace(tx, id, &checked)).await
    }

    async fn insert_workspace(&self, tx: Tx, id: WorkspaceId, checked: &CheckedWorkspace) -> Made<Model> {
        let input = Path::root("input");
        // Two at once may both find the last room: there is no row to lock, and one too many harms nobody.
        if sweep::workspace_count(&tx).await? >= WORKSPACES_MAX {
            let message = format!("A database has at most {WORKSPACES_MAX} workspaces.");
            return Err(AuthoringError::one(&input, Code::TooMany, message));
        }
        if !workspace::insert_if_new(&tx, id, checked, self.clock.now()).await? {
            let message = format!("There is a workspace `{}` already; choose another name.", checked.name);
            return Err(AuthoringError::one(&input.field("name"), Code::Taken, message));
        }
        let row = workspace::find(&tx, id).await?.ok_or(Error::Lost("a workspace"))?;
        Ok((tx, row))
    }
}
