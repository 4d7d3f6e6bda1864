//! Reads. One file a noun, and a place in [`Query`].

mod automation;
mod category;
mod condition;
mod contact;
mod conversion;
mod enrollment;
mod exit;
mod named;
mod node;
mod order;
mod order_form;
mod product;
mod rule;
mod workspace;

use async_graphql::MergedObject;

/// Reads.
#[derive(Clone, Copy, Default, MergedObject)]
pub struct Query(
    automation::AutomationQuery,
    rule::RuleQuery,
    contact::ContactQuery,
    enrollment::EnrollmentQuery,
    exit::ExitQuery,
    conversion::ConversionQuery,
    workspace::WorkspaceQuery,
    product::ProductQuery,
    category::CategoryQuery,
    order_form::OrderFormQuery,
    order::OrderQuery,
    condition::ConditionQuery,
    node::NodeQuery,
);

/// A list's total, counted only where it is asked for.
macro_rules! total {
    ($name:ident($filter:ty), $count:path) => {
        /// How many there are.
        pub struct $name($filter);

        #[Object]
        impl $name {
            /// How many there are in all, counted up to 10,001.
            async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
                let counted = $count(&services(ctx)?.store, caller(ctx)?.workspace, &self.0).await;
                counted.map_err(|error| internal(&error))
            }
        }
    };
}
use total;
