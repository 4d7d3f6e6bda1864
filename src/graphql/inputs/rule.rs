//! Inputs about rules.

use super::condition::ConditionInput;
use crate::graphql::scalars::Duration;
use crate::graphql::types::rule::ConditionJoin;
use async_graphql::{ID, InputObject};
use offramp_domain::automation::{Join, RuleDraft};

/// A new rule that pulls contacts in.
#[derive(InputObject)]
pub struct EntryRuleCreateInput {
    /// The automation that it is added to, last among its entry rules.
    pub automation_id: ID,
    /// The name shown to people; its conditions in English, if left out.
    name: Option<String>,
    /// How the conditions are joined; `ALL`, if left out.
    join: Option<ConditionJoin>,
    /// What has to happen; at least one.
    conditions: Vec<ConditionInput>,
}

/// A new goal.
#[derive(InputObject)]
pub struct GoalCreateInput {
    /// The automation that it is added to, last among its goals.
    pub automation_id: ID,
    /// The name shown to people; its conditions in English, if left out.
    name: Option<String>,
    /// How the conditions are joined; `ALL`, if left out.
    join: Option<ConditionJoin>,
    /// What has to happen; at least one.
    conditions: Vec<ConditionInput>,
    /// How long after entry meeting it counts as a conversion, from one minute to 730 days; without end, if left out.
    conversion_window: Option<Duration>,
}

/// A new rule that pulls contacts out without a conversion.
#[derive(InputObject)]
pub struct AlternateExitRuleCreateInput {
    /// The automation that it is added to, last among its alternate exit rules.
    pub automation_id: ID,
    /// The name shown to people; its conditions in English, if left out.
    name: Option<String>,
    /// How the conditions are joined; `ALL`, if left out.
    join: Option<ConditionJoin>,
    /// What has to happen; at least one.
    conditions: Vec<ConditionInput>,
}

fn draft(name: Option<String>, join: Option<ConditionJoin>, conditions: Vec<ConditionInput>) -> RuleDraft {
    let conditions = conditions.into_iter().map(Into::into).collect();
    RuleDraft { name, join: join.map_or_else(Join::default, Into::into), conditions, conversion_window: None }
}

impl From<EntryRuleCreateInput> for RuleDraft {
    fn from(input: EntryRuleCreateInput) -> Self {
        draft(input.name, input.join, input.conditions)
    }
}

impl From<GoalCreateInput> for RuleDraft {
    fn from(input: GoalCreateInput) -> Self {
        let conversion_window = input.conversion_window.map(|window| window.0);
        Self { conversion_window, ..draft(input.name, input.join, input.conditions) }
    }
}

impl From<AlternateExitRuleCreateInput> for RuleDraft {
    fn from(input: AlternateExitRuleCreateInput) -> Self {
        draft(input.name, input.join, input.conditions)
    }
}
