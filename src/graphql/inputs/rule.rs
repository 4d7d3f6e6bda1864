//! Inputs about rules.

use super::condition::ConditionInput;
use crate::graphql::scalars::Duration;
use crate::graphql::types::rule::ConditionJoin;
use async_graphql::{ID, InputObject};
use offramp_domain::automation::{Join, RuleDraft};

macro_rules! rule_input {
    ($(#[$doc:meta])* $name:ident { $($(#[$extra_doc:meta])* $extra:ident: $extra_type:ty)? }) => {
        $(#[$doc])*
        #[derive(InputObject)]
        pub struct $name {
            /// The automation that it is added to, last among those of its kind.
            pub automation_id: ID,
            /// The name shown to people; its conditions in English, if left out.
            name: Option<String>,
            /// How the conditions are joined; `ALL`, if left out.
            join: Option<ConditionJoin>,
            /// What has to happen; at least one.
            conditions: Vec<ConditionInput>,
            $($(#[$extra_doc])* $extra: $extra_type,)?
        }

        impl From<$name> for RuleDraft {
            fn from(input: $name) -> Self {
                Self {
                    name: input.name,
                    join: input.join.map_or_else(Join::default, Into::into),
                    conditions: input.conditions.into_iter().map(Into::into).collect(),
                    conversion_window: None$(.or(input.$extra.map(|value| value.0)))?,
                }
            }
        }
    };
}

rule_input!(
    /// A new rule that pulls contacts in.
    EntryRuleCreateInput {}
);
rule_input!(
    /// A new goal.
    GoalCreateInput {
        /// How long after entry meeting it counts as a conversion, from one minute to 730 days; without end, if left out.
        conversion_window: Option<Duration>
    }
);
rule_input!(
    /// A new rule that pulls contacts out without a conversion.
    AlternateExitRuleCreateInput {}
);
