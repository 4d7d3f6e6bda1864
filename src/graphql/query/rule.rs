//! Reads of rules.

use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::types::rule::Goal;
use crate::graphql::types::{caller, services};
use crate::store::rule;
use async_graphql::{Context, ID, Object, Result};
use offramp_domain::automation::RuleKind;

/// Reads of rules.
#[derive(Clone, Copy, Default)]
pub struct RuleQuery;

#[Object]
impl RuleQuery {
    /// One goal; null when there is none of that id.
    async fn goal(&self, ctx: &Context<'_>, #[graphql(desc = "The goal.")] id: ID) -> Option<Result<Goal>> {
        one_goal(ctx, &id).await.transpose()
    }
}

async fn one_goal(ctx: &Context<'_>, id: &ID) -> Result<Option<Goal>> {
    let Some(key) = Kind::Goal.key(id) else { return Ok(None) };
    let row = rule::find(&services(ctx)?.store, caller(ctx)?.workspace, key, RuleKind::Goal).await;
    row.map_err(|error| internal(&error))?.map(Goal::read).transpose()
}
