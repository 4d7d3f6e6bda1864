//! Writes of workspaces.

use super::payload::{Written, payload};
use crate::graphql::inputs::workspace::WorkspaceCreateInput;
use crate::graphql::types::services;
use crate::graphql::types::workspace::Workspace;
use async_graphql::{Context, Object, Result};

payload!(
    /// Result of `workspaceCreate`.
    WorkspaceCreatePayload {
        /// The new workspace; null when there are errors.
        workspace: Workspace
    }
);

/// Writes of workspaces.
#[derive(Clone, Copy, Default)]
pub struct WorkspaceMutation;

#[Object]
impl WorkspaceMutation {
    /// Makes a workspace. Whoever names it from then on asks in it.
    async fn workspace_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace.")] input: WorkspaceCreateInput,
    ) -> Option<Result<WorkspaceCreatePayload>> {
        Some(create(ctx, input).await.and_then(WorkspaceCreatePayload::of))
    }
}

async fn create(ctx: &Context<'_>, input: WorkspaceCreateInput) -> Result<Written<Workspace>> {
    Ok(services(ctx)?.authoring.create_workspace(&input.into()).await.map(Workspace))
}
