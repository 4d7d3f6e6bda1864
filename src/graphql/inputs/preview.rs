//! Inputs about previews.

use super::condition::ConditionInput;
use async_graphql::InputObject;

/// A condition that somebody is writing.
#[derive(InputObject)]
pub struct ConditionPreviewInput {
    /// The condition, as a rule would have it.
    pub condition: ConditionInput,
}
