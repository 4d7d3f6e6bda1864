//! What reads of products, categories and order forms have in common.

use crate::graphql::error::internal;
use crate::graphql::inputs::searched;
use crate::graphql::page::{Arguments, Opaque, Paged, connection};
use crate::graphql::types::{caller, services};
use crate::store::named::{self, Filter, Named};
use async_graphql::{Context, ObjectType, OutputType, Result};
use uuid::Uuid;

/// The one of the caller's own id.
pub(super) async fn by_external_id<M: Named>(ctx: &Context<'_>, external_id: &str) -> Result<Option<M>> {
    let found = named::find_by_external_ids(&services(ctx)?.store, caller(ctx)?.workspace, [external_id]).await;
    Ok(found.map_err(|error| internal(&error))?.remove(external_id))
}

/// A page of those that a search finds.
pub(super) async fn page<M: Named, Node: OutputType, Total: ObjectType>(
    ctx: &Context<'_>,
    arguments: &Arguments,
    search: Option<String>,
    include_archived: Option<bool>,
    total: fn(Filter) -> Total,
    node: fn(&M) -> Node,
) -> Result<Paged<Node, Total>> {
    let (services, workspace, page) = (services(ctx)?, caller(ctx)?.workspace, arguments.page::<Uuid>()?);
    let filter = Filter { search: searched(search)?, with_archived: include_archived.unwrap_or_default() };
    let slice = named::page::<M>(&services.store, workspace, &filter, &page).await;
    let slice = slice.map_err(|error| internal(&error))?;
    Ok(connection(slice, total(filter), |row| Opaque::of(row.id()), |row| node(&row)))
}
