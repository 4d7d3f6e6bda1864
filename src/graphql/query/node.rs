//! Reads by global id.

use crate::graphql::error::bad_input;
use crate::graphql::limits::NODES_MAX;
use crate::graphql::types::node::Node;
use async_graphql::{Context, ID, Object, Result};
use futures_util::future::try_join_all;

/// Reads by global id.
#[derive(Clone, Copy, Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// What has that id; null when nothing has.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Its global id.")] id: ID) -> Option<Result<Node>> {
        Node::find(ctx, &id).await.transpose()
    }

    /// What has those ids, in their order; null in the place of an id that nothing has. At most 100.
    #[graphql(complexity = "ids.len().saturating_mul(child_complexity)")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids.")] ids: Vec<ID>,
    ) -> Option<Result<Vec<Option<Node>>>> {
        Some(all(ctx, &ids).await)
    }
}

async fn all(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    if ids.len() > NODES_MAX {
        return Err(bad_input(format!("`ids` has {} ids; at most {NODES_MAX} are found at once.", ids.len())));
    }
    // All at once, so that those of one type are loaded together.
    try_join_all(ids.iter().map(|id| Node::find(ctx, id))).await
}
