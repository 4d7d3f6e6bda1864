//! Reads. One file a noun, and a place in [`Query`].

mod automation;
mod enrollment;
mod exit;
mod rule;

use async_graphql::MergedObject;

/// Reads.
#[derive(Clone, Copy, Default, MergedObject)]
pub struct Query(automation::AutomationQuery, rule::RuleQuery, enrollment::EnrollmentQuery, exit::ExitQuery);

/// A list's total, counted only where it is asked for.
macro_rules! total {
    ($name:ident($filter:ty), $count:expr) => {
        /// How many there are.
        pub struct $name($filter);

        #[Object]
        impl $name {
            /// How many there are in all, counted up to 10,001.
            async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
                let count: fn(_, offramp_domain::ids::WorkspaceId, _) -> _ = $count;
                let counted = count(&services(ctx)?.store, caller(ctx)?.workspace, &self.0).await;
                counted.map_err(|error| internal(&error))
            }
        }
    };
}
use total;
