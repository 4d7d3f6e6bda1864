//! Automations.

use super::rule::{AlternateExitRule, EntryRule, Goal};
use super::stats::AutomationStats;
use super::{caller, loaded};
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::limits::LIST_COST;
use crate::graphql::loaders::RulesOf;
use crate::graphql::scalars::{DateTime, Duration};
use crate::store;
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use offramp_domain::automation as domain;
use offramp_domain::automation::RuleKind;
use offramp_entity::{automation::Model, rule};

/// An automation: pulls contacts in by entry rules, and out by goals and alternate exit rules.
pub struct Automation(pub(in crate::graphql) Model);

/// Where an automation is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::AutomationStatus")]
pub enum AutomationStatus {
    /// Never published: nothing is judged.
    Draft,
    /// Contacts enter and leave.
    Running,
    /// Nobody enters; goals and exits go on.
    Paused,
    /// Ended for good: nothing is judged, and nothing can be changed.
    Archived,
}

/// Whether contacts who left may come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ReEntryPolicy")]
pub enum ReEntryPolicy {
    /// Never.
    Once,
    /// At once.
    AfterExit,
    /// Some time after the exit.
    After,
}

/// Whether and when contacts who left may come back.
#[derive(Clone, Debug, SimpleObject)]
pub struct ReEntry {
    /// Whether.
    pub policy: ReEntryPolicy,
    /// How long after the exit, for the policy `AFTER`.
    pub after: Option<Duration>,
}

impl Automation {
    async fn rules(&self, ctx: &Context<'_>, kind: RuleKind) -> Result<Vec<rule::Model>> {
        let rows = loaded(ctx, RulesOf(caller(ctx)?.workspace, self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().filter(|row| row.kind == kind.as_str()).collect())
    }
}

/// An automation: pulls contacts in by entry rules, and out by goals and alternate exit rules.
#[Object]
impl Automation {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::Automation.id(self.0.id)
    }

    /// The name shown to people.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is in its life.
    async fn status(&self) -> Result<AutomationStatus> {
        store::automation::status(&self.0).map(Into::into).map_err(|error| internal(&error))
    }

    /// Whether contacts who left may come back.
    async fn re_entry(&self) -> Result<ReEntry> {
        let policy = store::automation::re_entry(&self.0).map_err(|error| internal(&error))?;
        Ok(match policy {
            domain::ReEntry::Once => ReEntry { policy: ReEntryPolicy::Once, after: None },
            domain::ReEntry::AfterExit => ReEntry { policy: ReEntryPolicy::AfterExit, after: None },
            domain::ReEntry::After(pause) => ReEntry { policy: ReEntryPolicy::After, after: Some(pause.into()) },
        })
    }

    /// The number of the version that contacts enter now; null before the first publication.
    async fn published_version(&self) -> Option<i32> {
        self.0.published_number
    }

    /// Goes up with each change of the draft, its name or status; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whether the draft was changed since the last publication; what runs is without these changes.
    async fn has_unpublished_changes(&self) -> bool {
        self.0.draft_changed
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime::of_micros(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime::of_micros(self.0.updated_at)
    }

    /// Pull contacts in; any one is enough. As they are in the draft, in order of rank.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn entry_rules(&self, ctx: &Context<'_>) -> Result<Vec<EntryRule>> {
        self.rules(ctx, RuleKind::Entry).await?.into_iter().map(EntryRule::read).collect()
    }

    /// Pull contacts out as a conversion; any one is enough. As they are in the draft, in order of rank.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn goals(&self, ctx: &Context<'_>) -> Result<Vec<Goal>> {
        self.rules(ctx, RuleKind::Goal).await?.into_iter().map(Goal::read).collect()
    }

    /// Pull contacts out without a conversion; any one is enough. As they are in the draft, in order of rank.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn alternate_exit_rules(&self, ctx: &Context<'_>) -> Result<Vec<AlternateExitRule>> {
        self.rules(ctx, RuleKind::AlternateExit).await?.into_iter().map(AlternateExitRule::read).collect()
    }

    /// The figures over its whole life; equal to a recount at any moment.
    async fn stats(&self, ctx: &Context<'_>) -> Option<Result<AutomationStats>> {
        Some(AutomationStats::load(ctx, self.0.id).await)
    }
}
