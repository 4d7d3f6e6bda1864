//! Writes. Each has one input and a payload of its own; what the caller did wrong is in `userErrors`.
//!
//! One file a noun: a noun that is written to gets a room here, and a place in [`Mutation`].

mod automation;
mod enrollment;
mod event;
mod payload;
mod rule;

use async_graphql::MergedObject;

/// Writes.
#[derive(Clone, Copy, Default, MergedObject)]
pub struct Mutation(
    automation::AutomationMutation,
    rule::RuleMutation,
    event::EventMutation,
    enrollment::EnrollmentMutation,
);
