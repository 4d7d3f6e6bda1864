//! Reads of stays.

use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::inputs::filter::EnrollmentFilterInput;
use crate::graphql::limits::page_cost;
use crate::graphql::page::{Arguments, Opaque, Paged, connection};
use crate::graphql::types::enrollment::{Enrollment, EnrollmentTotal};
use crate::graphql::types::{caller, enrollment as one, services};
use crate::store::enrollment;
use async_graphql::{Context, ID, Object, Result};
use uuid::Uuid;

/// Reads of stays.
#[derive(Clone, Copy, Default)]
pub struct EnrollmentQuery;

#[Object]
impl EnrollmentQuery {
    /// One stay; null when there is none of that id.
    async fn enrollment(&self, ctx: &Context<'_>, #[graphql(desc = "The stay.")] id: ID) -> Option<Result<Enrollment>> {
        one(ctx, Kind::Enrollment.key(&id)?).await.transpose()
    }

    /// Stays of contacts in automations, in the order in which they were recorded, which need not be that of
    /// `enteredAt`. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones; all, if left out.")] filter: Option<EnrollmentFilterInput>,
    ) -> Option<Result<Paged<Enrollment, EnrollmentTotal>>> {
        Some(page(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }
}

async fn page(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: EnrollmentFilterInput,
) -> Result<Paged<Enrollment, EnrollmentTotal>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let filter = filter.check()?;
    let slice = enrollment::page(&services.store, workspace, &filter, &arguments.page::<Uuid>()?).await;
    let slice = slice.map_err(|error| internal(&error))?;
    Ok(connection(slice, EnrollmentTotal::Listed(filter), |row| Opaque::of(row.id), Enrollment))
}
