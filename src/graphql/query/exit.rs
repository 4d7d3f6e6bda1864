//! Reads of exits.

use super::total;
use crate::engine::cursor::Cursor;
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::inputs::filter::ContactExitFilterInput;
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::ExitKey;
use crate::graphql::page::{Arguments, Opaque, Paged, connection};
use crate::graphql::types::exit::ContactExit;
use crate::graphql::types::{caller, loaded, services};
use crate::store::exit;
use crate::store::feed::{self, Head};
use async_graphql::{Context, ID, Object, Result, SimpleObject};

/// Where the feed of exits and conversions ends.
#[derive(SimpleObject)]
pub struct FeedHead {
    /// The place after everything that has happened; give it as `after` to see all that happens from now on.
    cursor: String,
}

/// Reads of exits.
#[derive(Clone, Copy, Default)]
pub struct ExitQuery;

#[Object]
impl ExitQuery {
    /// One exit; null when there is none of that id.
    async fn exit(&self, ctx: &Context<'_>, #[graphql(desc = "The exit.")] id: ID) -> Option<Result<ContactExit>> {
        one(ctx, &id).await.transpose()
    }

    /// Where the feed ends now, so that one can subscribe from here before anything has happened.
    async fn feed_head(&self, ctx: &Context<'_>) -> Option<Result<FeedHead>> {
        Some(head_cursor(ctx).await)
    }

    /// Exits in the order of the feed. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn exits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones; all, if left out.")] filter: Option<ContactExitFilterInput>,
    ) -> Option<Result<Paged<ContactExit, ExitTotal>>> {
        Some(page(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }
}

async fn page(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: ContactExitFilterInput,
) -> Result<Paged<ContactExit, ExitTotal>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let filter = filter.check()?;
    let head = feed_head(ctx).await?;
    let page = arguments.feed_page(workspace, head)?;
    let slice = exit::page(&services.store, workspace, &filter, &page).await;
    let slice = slice.map_err(|error| internal(&error))?;
    let show = |row| ContactExit { row, epoch: Some(head.epoch) };
    let cursor = |row: &offramp_entity::exit::Model| {
        Opaque::encoded(Cursor { epoch: head.epoch, workspace, position: row.position }.encode())
    };
    Ok(connection(slice, ExitTotal(filter), cursor, show))
}

/// Where the caller's feed ends.
pub(super) async fn feed_head(ctx: &Context<'_>) -> Result<Head> {
    let head = feed::head(&services(ctx)?.store, caller(ctx)?.workspace).await;
    head.map_err(|error| internal(&error))?.ok_or_else(|| internal(&"a workspace has no feed"))
}

async fn one(ctx: &Context<'_>, id: &ID) -> Result<Option<ContactExit>> {
    let Some(key) = Kind::ContactExit.key(id) else { return Ok(None) };
    let row = loaded(ctx, ExitKey(caller(ctx)?.workspace, key)).await?;
    Ok(row.map(|row| ContactExit { row, epoch: None }))
}

async fn head_cursor(ctx: &Context<'_>) -> Result<FeedHead> {
    let (workspace, Head { epoch, position }) = (caller(ctx)?.workspace, feed_head(ctx).await?);
    Ok(FeedHead { cursor: Cursor { epoch, workspace, position }.encode() })
}

total!(ExitTotal(exit::Filter), exit::count_all);
