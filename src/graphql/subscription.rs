//! Live notifications.

use super::error::{cursor_refused, internal};
use super::inputs::filter::ContactExitFilterInput;
use super::types::exit::ContactExit;
use super::types::{caller, services};
use crate::engine::subscribe::{ExitFeed, SubscribeError};
use async_graphql::{Context, Error, Result, Subscription};
use futures_util::Stream;
use futures_util::stream::try_unfold;

/// Live notifications.
#[derive(Clone, Copy, Default)]
pub struct Subscription;

/// Live notifications.
#[Subscription]
impl Subscription {
    /// Contacts leaving automations, in order, each once. With `after` first what was missed since that cursor, then
    /// live; without it from now on.
    async fn contact_exits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor, which an exit or a list of exits gave you.")] after: Option<
            String,
        >,
        #[graphql(desc = "Which ones; all, if left out.")] filter: Option<ContactExitFilterInput>,
        #[graphql(desc = "Whether to go on as they happen; `false` ends at the head of the feed.", default = true)]
        follow: bool,
    ) -> Result<impl Stream<Item = Result<ContactExit>> + use<>> {
        let filter = filter.unwrap_or_default().check()?;
        let feed = services(ctx)?.engine.exits(caller(ctx)?.workspace, after.as_deref(), filter, follow).await;
        Ok(try_unfold(feed.map_err(not_subscribed)?, next))
    }
}

async fn next(mut feed: ExitFeed) -> Result<Option<(ContactExit, ExitFeed)>> {
    let row = feed.next().await.map_err(|error| internal(&error))?;
    let epoch = Some(feed.epoch());
    Ok(row.map(|row| (ContactExit { row, epoch }, feed)))
}

fn not_subscribed(error: SubscribeError) -> Error {
    match error {
        SubscribeError::Cursor(error) => cursor_refused("after", error),
        other => internal(&other),
    }
}
