//! Writes of alternate exit rules.

use super::payload::payload;
use super::rule::{Change, Rules};
use crate::graphql::id::Kind;
use crate::graphql::inputs::rule::{
    AlternateExitRuleArchiveInput, AlternateExitRuleCreateInput, AlternateExitRuleRankInput,
    AlternateExitRuleUpdateInput,
};
use crate::graphql::types::rule::AlternateExitRule;
use async_graphql::{Context, Object, Result};
use offramp_domain::automation::RuleKind;

const RULES: Rules<AlternateExitRule> =
    Rules { kind: RuleKind::AlternateExit, id: Kind::AlternateExitRule, read: AlternateExitRule::read };

payload!(
    /// Result of `alternateExitRuleCreate`.
    AlternateExitRuleCreatePayload {
        /// The new rule; null when there are errors.
        alternate_exit_rule: AlternateExitRule
    }
);
payload!(
    /// Result of `alternateExitRuleUpdate`.
    AlternateExitRuleUpdatePayload {
        /// The alternate exit rule as it is now; null when there are errors.
        alternate_exit_rule: AlternateExitRule
    }
);
payload!(
    /// Result of `alternateExitRuleRank`.
    AlternateExitRuleRankPayload {
        /// The alternate exit rule as it is now; null when there are errors.
        alternate_exit_rule: AlternateExitRule
    }
);
payload!(
    /// Result of `alternateExitRuleArchive`.
    AlternateExitRuleArchivePayload {
        /// The alternate exit rule as it is now; null when there are errors.
        alternate_exit_rule: AlternateExitRule
    }
);

/// Writes of alternate exit rules.
#[derive(Clone, Copy, Default)]
pub struct AlternateExitRuleMutation;

#[Object]
impl AlternateExitRuleMutation {
    /// Adds a rule that pulls contacts out without a conversion; it runs after the next publication.
    async fn alternate_exit_rule_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] input: AlternateExitRuleCreateInput,
    ) -> Option<Result<AlternateExitRuleCreatePayload>> {
        let automation = input.automation_id.clone();
        Some(RULES.create(ctx, &automation, &input.into()).await.and_then(AlternateExitRuleCreatePayload::of))
    }

    /// Changes an alternate exit rule of the draft; what is left out stays. It runs after the next publication.
    async fn alternate_exit_rule_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is new.")] input: AlternateExitRuleUpdateInput,
    ) -> Option<Result<AlternateExitRuleUpdatePayload>> {
        let (id, expected) = (input.id.clone(), input.expected_version);
        let change = Change::Update(expected, input.into());
        Some(RULES.change(ctx, &id, change).await.and_then(AlternateExitRuleUpdatePayload::of))
    }

    /// Moves an alternate exit rule of the draft to another place among the alternate exit rules; the first that matches decides.
    async fn alternate_exit_rule_rank(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and where to.")] input: AlternateExitRuleRankInput,
    ) -> Option<Result<AlternateExitRuleRankPayload>> {
        Some(RULES.change(ctx, &input.id, Change::Rank(input.rank)).await.and_then(AlternateExitRuleRankPayload::of))
    }

    /// Takes an alternate exit rule out of the draft for good; it can still be read, and what it caused stays countable. What runs
    /// has it until the next publication.
    async fn alternate_exit_rule_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AlternateExitRuleArchiveInput,
    ) -> Option<Result<AlternateExitRuleArchivePayload>> {
        Some(RULES.change(ctx, &input.id, Change::Archive).await.and_then(AlternateExitRuleArchivePayload::of))
    }
}
