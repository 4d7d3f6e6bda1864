//! Reads.

use super::error::{cursor_refused, internal};
use super::id::Kind;
use super::inputs::automation::AutomationFilterInput;
use super::inputs::filter::{ContactExitFilterInput, EnrollmentFilterInput};
use super::limits::page_cost;
use super::page::{Arguments, Opaque, Paged, connection};
use super::types::automation::Automation;
use super::types::enrollment::Enrollment;
use super::types::exit::ContactExit;
use super::types::rule::Goal;
use super::types::{caller, services};
use crate::engine::cursor::Cursor;
use crate::store::{self, automation, enrollment, exit, rule};
use async_graphql::{Context, ID, Object, Result};
use offramp_domain::automation::RuleKind;
use offramp_domain::ids::WorkspaceId;
use uuid::Uuid;

/// Reads.
#[derive(Clone, Copy, Default)]
pub struct Query;

/// Reads.
#[Object]
impl Query {
    /// One automation; null when there is none of that id.
    async fn automation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The automation.")] id: ID,
    ) -> Option<Result<Automation>> {
        one_automation(ctx, &id).await.transpose()
    }

    /// Automations, newest first. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn automations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones; all, if left out.")] filter: Option<AutomationFilterInput>,
    ) -> Option<Result<Paged<Automation, AutomationTotal>>> {
        Some(automations(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }

    /// One goal; null when there is none of that id.
    async fn goal(&self, ctx: &Context<'_>, #[graphql(desc = "The goal.")] id: ID) -> Option<Result<Goal>> {
        one_goal(ctx, &id).await.transpose()
    }

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
        Some(exits(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }

    /// Stays of contacts in automations, in the order in which they were recorded, which need not be that of
    /// `enteredAt`. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
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
        Some(enrollments(ctx, &Arguments { after, before, first, last }, filter.unwrap_or_default()).await)
    }
}

async fn one_automation(ctx: &Context<'_>, id: &ID) -> Result<Option<Automation>> {
    let Some(key) = Kind::Automation.key(id) else { return Ok(None) };
    let row = automation::find(&services(ctx)?.store, caller(ctx)?.workspace, key).await;
    Ok(row.map_err(|error| internal(&error))?.map(Automation))
}

async fn one_goal(ctx: &Context<'_>, id: &ID) -> Result<Option<Goal>> {
    let Some(key) = Kind::Goal.key(id) else { return Ok(None) };
    let row = rule::find(&services(ctx)?.store, caller(ctx)?.workspace, key, RuleKind::Goal).await;
    row.map_err(|error| internal(&error))?.map(Goal::read).transpose()
}

async fn automations(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: AutomationFilterInput,
) -> Result<Paged<Automation, AutomationTotal>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let (page, name) = (arguments.page::<Uuid>()?, filter.check()?);
    let slice = automation::page(&services.store, workspace, name.as_deref(), &page).await;
    let slice = slice.map_err(|error| internal(&error))?;
    Ok(connection(slice, AutomationTotal(name), |row| Opaque::of(row.id), Automation))
}

async fn exits(
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

async fn enrollments(
    ctx: &Context<'_>,
    arguments: &Arguments,
    filter: EnrollmentFilterInput,
) -> Result<Paged<Enrollment, EnrollmentTotal>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let filter = filter.check()?;
    let slice = enrollment::page(&services.store, workspace, &filter, &arguments.page::<Uuid>()?).await;
    let slice = slice.map_err(|error| internal(&error))?;
    Ok(connection(slice, EnrollmentTotal(filter), |row| Opaque::of(row.id), Enrollment))
}

macro_rules! total {
    ($name:ident($filter:ty), $count:expr) => {
        /// How many there are.
        pub struct $name($filter);

        #[Object]
        impl $name {
            /// How many there are in all, counted up to 10,001.
            async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
                let count: fn(_, WorkspaceId, _) -> _ = $count;
                count(&services(ctx)?.store, caller(ctx)?.workspace, &self.0).await.map_err(|error| internal(&error))
            }
        }
    };
}

total!(AutomationTotal(Option<String>), |store, workspace, name: &Option<String>| {
    automation::count_all(store, workspace, name.as_deref())
});
total!(ExitTotal(exit::Filter), |store, workspace, filter| exit::count_all(store, workspace, filter));
total!(EnrollmentTotal(enrollment::Filter), |store, workspace, filter| enrollment::count_all(store, workspace, filter));
