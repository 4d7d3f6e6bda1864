//! Writes. Each has one input and a payload of its own; what the caller did wrong is in `userErrors`.
//!
//! One file a noun: a noun that is written to gets a room here, and a place in [`Mutation`].

mod alternate_exit_rule;
mod automation;
mod category;
mod contact;
mod enrollment;
mod entry_rule;
mod event;
mod goal;
mod order;
mod order_form;
mod payload;
mod product;
mod rule;
mod workspace;

use async_graphql::MergedObject;

/// Writes.
#[derive(Clone, Copy, Default, MergedObject)]
pub struct Mutation(
    automation::AutomationMutation,
    entry_rule::EntryRuleMutation,
    goal::GoalMutation,
    alternate_exit_rule::AlternateExitRuleMutation,
    contact::ContactMutation,
    product::ProductMutation,
    category::CategoryMutation,
    order_form::OrderFormMutation,
    workspace::WorkspaceMutation,
    event::EventMutation,
    order::OrderMutation,
    enrollment::EnrollmentMutation,
);
