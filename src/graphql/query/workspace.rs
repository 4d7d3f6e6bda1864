//! Reads of workspaces.

use crate::graphql::loaders::WorkspaceKey;
use crate::graphql::types::workspace::Workspace;
use crate::graphql::types::{caller, loaded};
use async_graphql::{Context, Object, Result};

/// Reads of workspaces.
#[derive(Clone, Copy, Default)]
pub struct WorkspaceQuery;

#[Object]
impl WorkspaceQuery {
    /// The workspace that you ask in.
    async fn workspace(&self, ctx: &Context<'_>) -> Option<Result<Workspace>> {
        own(ctx).await.transpose()
    }
}

async fn own(ctx: &Context<'_>) -> Result<Option<Workspace>> {
    let workspace = caller(ctx)?.workspace;
    Ok(loaded(ctx, WorkspaceKey(workspace, workspace.0)).await?.map(Workspace))
}
