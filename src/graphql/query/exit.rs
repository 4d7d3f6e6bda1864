//! Reads of exits.

use super::total;
use crate::engine::cursor::Cursor;
use crate::graphql::error::{cursor_refused, internal};
use crate::graphql::inputs::filter::ContactExitFilterInput;
use crate::graphql::limits::page_cost;
use crate::graphql::page::{Arguments, Opaque, Paged, connection};
use crate::graphql::types::exit::ContactExit;
use crate::graphql::types::{caller, services};
use crate::store::{self, exit};
use async_graphql::{Context, Object, Result};

/// Reads of exits.
#[derive(Clone, Copy, Default)]
pub struct ExitQuery;

#[Object]
impl ExitQuery {
    /// Exits in the order of the feed. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
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
    let head = store::feed::head(&services.store, workspace).await.map_err(|error| internal(&error))?;
    let head = head.ok_or_else(|| internal(&"a workspace has no feed"))?;
    let place = |name: &str, text: &str| {
        let position = Cursor::decode(text).and_then(|cursor| cursor.position_in(workspace, head));
        position.map_err(|error| cursor_refused(name, error))
    };
    let slice = exit::page(&services.store, workspace, &filter, &arguments.page_by(place)?).await;
    let slice = slice.map_err(|error| internal(&error))?;
    let show = |row| ContactExit { row, epoch: head.epoch };
    let cursor = |row: &offramp_entity::exit::Model| {
        Opaque::encoded(Cursor { epoch: head.epoch, workspace, position: row.position }.encode())
    };
    Ok(connection(slice, ExitTotal(filter), cursor, show))
}

total!(ExitTotal(exit::Filter), |store, workspace, filter| exit::count_all(store, workspace, filter));
