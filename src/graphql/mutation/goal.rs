//! Writes of goals.

use super::payload::payload;
use super::rule::{Change, Rules};
use crate::graphql::id::Kind;
use crate::graphql::inputs::rule::{GoalArchiveInput, GoalCreateInput, GoalRankInput, GoalUpdateInput};
use crate::graphql::types::rule::Goal;
use async_graphql::{Context, Object, Result};
use offramp_domain::automation::RuleKind;

const RULES: Rules<Goal> = Rules { kind: RuleKind::Goal, id: Kind::Goal, read: Goal::read };

payload!(
    /// Result of `goalCreate`.
    GoalCreatePayload {
        /// The new goal; null when there are errors.
        goal: Goal
    }
);
payload!(
    /// Result of `goalUpdate`.
    GoalUpdatePayload {
        /// The goal as it is now; null when there are errors.
        goal: Goal
    }
);
payload!(
    /// Result of `goalRank`.
    GoalRankPayload {
        /// The goal as it is now; null when there are errors.
        goal: Goal
    }
);
payload!(
    /// Result of `goalArchive`.
    GoalArchivePayload {
        /// The goal as it is now; null when there are errors.
        goal: Goal
    }
);

/// Writes of goals.
#[derive(Clone, Copy, Default)]
pub struct GoalMutation;

#[Object]
impl GoalMutation {
    /// Adds a goal; it runs after the next publication.
    async fn goal_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The goal.")] input: GoalCreateInput,
    ) -> Option<Result<GoalCreatePayload>> {
        let automation = input.automation_id.clone();
        Some(RULES.create(ctx, &automation, &input.into()).await.and_then(GoalCreatePayload::of))
    }

    /// Changes a goal of the draft; what is left out stays. It runs after the next publication.
    async fn goal_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is new.")] input: GoalUpdateInput,
    ) -> Option<Result<GoalUpdatePayload>> {
        let (id, expected) = (input.id.clone(), input.expected_version);
        let change = Change::Update(expected, input.into());
        Some(RULES.change(ctx, &id, change).await.and_then(GoalUpdatePayload::of))
    }

    /// Moves a goal of the draft to another place among the goals; the first that matches decides.
    async fn goal_rank(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and where to.")] input: GoalRankInput,
    ) -> Option<Result<GoalRankPayload>> {
        Some(RULES.change(ctx, &input.id, Change::Rank(input.rank)).await.and_then(GoalRankPayload::of))
    }

    /// Takes a goal out of the draft for good; it can still be read, and what it caused stays countable. What runs
    /// has it until the next publication.
    async fn goal_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: GoalArchiveInput,
    ) -> Option<Result<GoalArchivePayload>> {
        Some(RULES.change(ctx, &input.id, Change::Archive).await.and_then(GoalArchivePayload::of))
    }
}
