//! Reads of automations.

use super::total;
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::inputs::automation::AutomationFilterInput;
use crate::graphql::limits::page_cost;
use crate::graphql::page::{Arguments, Opaque, Paged, connection};
use crate::graphql::types::automation::Automation;
use crate::graphql::types::{caller, services};
use crate::store::automation;
use async_graphql::{Context, ID, Object, Result};
use uuid::Uuid;

/// Reads of automations.
#[derive(Clone, Copy, Default)]
pub struct AutomationQuery;

#[Object]
impl AutomationQuery {
    /// One automation; null when there is none of that id.
    async fn automation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The automation.")] id: ID,
    ) -> Option<Result<Automation>> {
        one(ctx, &id).await.transpose()
    }

    /// Automations, newest first. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn automations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones; all but the archived ones, if left out.")] filter: Option<AutomationFilterInput>,
    ) -> Option<Result<Paged<Automation, AutomationTotal>>> {
        Some(page(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }
}

async fn one(ctx: &Context<'_>, id: &ID) -> Result<Option<Automation>> {
    let Some(key) = Kind::Automation.key(id) else { return Ok(None) };
    let row = automation::find(&services(ctx)?.store, caller(ctx)?.workspace, key).await;
    Ok(row.map_err(|error| internal(&error))?.map(Automation))
}

async fn page(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: AutomationFilterInput,
) -> Result<Paged<Automation, AutomationTotal>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let (page, filter) = (arguments.page::<Uuid>()?, filter.check()?);
    let slice = automation::page(&services.store, workspace, &filter, &page).await;
    let slice = slice.map_err(|error| internal(&error))?;
    Ok(connection(slice, AutomationTotal(filter), |row| Opaque::of(row.id), Automation))
}

total!(AutomationTotal(automation::Filter), automation::count_all);
