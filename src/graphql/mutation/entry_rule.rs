//! Writes of entry rules.

use super::payload::payload;
use super::rule::{Change, Rules};
use crate::graphql::id::Kind;
use crate::graphql::inputs::rule::{
    EntryRuleArchiveInput, EntryRuleCreateInput, EntryRuleRankInput, EntryRuleUpdateInput,
};
use crate::graphql::types::rule::EntryRule;
use async_graphql::{Context, Object, Result};
use offramp_domain::automation::RuleKind;

const RULES: Rules<EntryRule> = Rules { kind: RuleKind::Entry, id: Kind::EntryRule, read: EntryRule::read };

payload!(
    /// Result of `entryRuleCreate`.
    EntryRuleCreatePayload {
        /// The new rule; null when there are errors.
        entry_rule: EntryRule
    }
);
payload!(
    /// Result of `entryRuleUpdate`.
    EntryRuleUpdatePayload {
        /// The entry rule as it is now; null when there are errors.
        entry_rule: EntryRule
    }
);
payload!(
    /// Result of `entryRuleRank`.
    EntryRuleRankPayload {
        /// The entry rule as it is now; null when there are errors.
        entry_rule: EntryRule
    }
);
payload!(
    /// Result of `entryRuleArchive`.
    EntryRuleArchivePayload {
        /// The entry rule as it is now; null when there are errors.
        entry_rule: EntryRule
    }
);

/// Writes of entry rules.
#[derive(Clone, Copy, Default)]
pub struct EntryRuleMutation;

#[Object]
impl EntryRuleMutation {
    /// Adds a rule that pulls contacts in; it runs after the next publication.
    async fn entry_rule_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] input: EntryRuleCreateInput,
    ) -> Option<Result<EntryRuleCreatePayload>> {
        let automation = input.automation_id.clone();
        Some(RULES.create(ctx, &automation, &input.into()).await.and_then(EntryRuleCreatePayload::of))
    }

    /// Changes an entry rule of the draft; what is left out stays. It runs after the next publication.
    async fn entry_rule_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is new.")] input: EntryRuleUpdateInput,
    ) -> Option<Result<EntryRuleUpdatePayload>> {
        let (id, expected) = (input.id.clone(), input.expected_version);
        let change = Change::Update(expected, input.into());
        Some(RULES.change(ctx, &id, change).await.and_then(EntryRuleUpdatePayload::of))
    }

    /// Moves an entry rule of the draft to another place among the entry rules; the first that matches decides.
    async fn entry_rule_rank(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and where to.")] input: EntryRuleRankInput,
    ) -> Option<Result<EntryRuleRankPayload>> {
        Some(RULES.change(ctx, &input.id, Change::Rank(input.rank)).await.and_then(EntryRuleRankPayload::of))
    }

    /// Takes an entry rule out of the draft for good; it can still be read, and what it caused stays countable. What runs
    /// has it until the next publication.
    async fn entry_rule_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: EntryRuleArchiveInput,
    ) -> Option<Result<EntryRuleArchivePayload>> {
        Some(RULES.change(ctx, &input.id, Change::Archive).await.and_then(EntryRuleArchivePayload::of))
    }
}
