//! Reads of conversions.

use super::exit::feed_head;
use crate::graphql::error::internal;
use crate::graphql::inputs::filter::ConversionFilterInput;
use crate::graphql::limits::page_cost;
use crate::graphql::page::{Arguments, Paged};
use crate::graphql::types::conversion::{Conversion, ConversionTotal, connection};
use crate::graphql::types::{caller, services};
use crate::store::conversion;
use async_graphql::{Context, Object, Result};

/// Reads of conversions.
#[derive(Clone, Copy, Default)]
pub struct ConversionQuery;

#[Object]
impl ConversionQuery {
    /// Goals that were met, in the order of the feed, repeats among them. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn conversions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones; all, if left out.")] filter: Option<ConversionFilterInput>,
    ) -> Option<Result<Paged<Conversion, ConversionTotal>>> {
        Some(page(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }
}

async fn page(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: ConversionFilterInput,
) -> Result<Paged<Conversion, ConversionTotal>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let (filter, head) = (filter.check()?, feed_head(ctx).await?);
    let page = arguments.feed_page(workspace, head)?;
    let slice = conversion::page(&services.store, workspace, &filter, &page).await;
    let slice = slice.map_err(|error| internal(&error))?;
    Ok(connection(slice, ConversionTotal::Listed(filter), workspace, head))
}
