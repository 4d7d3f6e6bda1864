//! Writes of rules: entry rules, goals and alternate exit rules, all built alike.

use super::payload::{Written, payload};
use crate::authoring::AuthoringError;
use crate::graphql::id::Kind;
use crate::graphql::inputs::rule::{AlternateExitRuleCreateInput, EntryRuleCreateInput, GoalCreateInput};
use crate::graphql::types::rule::{AlternateExitRule, EntryRule, Goal};
use crate::graphql::types::{caller, services};
use async_graphql::{Context, ID, Object, Result};
use offramp_domain::automation::{RuleDraft, RuleKind};
use offramp_entity::rule;

payload!(
    /// Result of `entryRuleCreate`.
    EntryRuleCreatePayload {
        /// The new rule; null when there are errors.
        entry_rule: EntryRule
    }
);
payload!(
    /// Result of `goalCreate`.
    GoalCreatePayload {
        /// The new goal; null when there are errors.
        goal: Goal
    }
);
payload!(
    /// Result of `alternateExitRuleCreate`.
    AlternateExitRuleCreatePayload {
        /// The new rule; null when there are errors.
        alternate_exit_rule: AlternateExitRule
    }
);

/// Writes of rules.
#[derive(Clone, Copy, Default)]
pub struct RuleMutation;

#[Object]
impl RuleMutation {
    /// Adds a rule that pulls contacts in; it runs after the next publication.
    async fn entry_rule_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] input: EntryRuleCreateInput,
    ) -> Option<Result<EntryRuleCreatePayload>> {
        let id = input.automation_id.clone();
        Some(
            create(ctx, &id, RuleKind::Entry, &input.into(), EntryRule::read)
                .await
                .and_then(EntryRuleCreatePayload::of),
        )
    }

    /// Adds a goal; it runs after the next publication.
    async fn goal_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The goal.")] input: GoalCreateInput,
    ) -> Option<Result<GoalCreatePayload>> {
        let id = input.automation_id.clone();
        Some(create(ctx, &id, RuleKind::Goal, &input.into(), Goal::read).await.and_then(GoalCreatePayload::of))
    }

    /// Adds a rule that pulls contacts out without a conversion; it runs after the next publication.
    async fn alternate_exit_rule_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] input: AlternateExitRuleCreateInput,
    ) -> Option<Result<AlternateExitRuleCreatePayload>> {
        let id = input.automation_id.clone();
        Some(
            create(ctx, &id, RuleKind::AlternateExit, &input.into(), AlternateExitRule::read)
                .await
                .and_then(AlternateExitRuleCreatePayload::of),
        )
    }
}

async fn create<T>(
    ctx: &Context<'_>,
    automation: &ID,
    kind: RuleKind,
    draft: &RuleDraft,
    read: fn(rule::Model) -> Result<T>,
) -> Result<Written<T>> {
    let Some(key) = Kind::Automation.key(automation) else {
        return Ok(Err(AuthoringError::no_automation("automationId")));
    };
    match services(ctx)?.authoring.create_rule(caller(ctx)?.workspace, key, kind, draft).await {
        Ok(row) => Ok(Ok(read(row)?)),
        Err(error) => Ok(Err(error)),
    }
}
