//! Rules: entry rules, goals and alternate exit rules, all built alike.

use super::automation;
use super::automation::Automation;
use super::condition::Condition;
use super::stats::GoalStats;
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::limits::{LIST_COST, WAY_BACK_COST};
use crate::graphql::scalars::{DateTime, Duration};
use crate::store;
use async_graphql::{Context, Enum, ID, MergedObject, Object, Result};
use offramp_domain::automation as domain;
use offramp_entity::rule::Model;
use uuid::Uuid;

/// How the conditions of one rule are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Join")]
pub enum ConditionJoin {
    /// All have to hold; different events may meet them, in any order.
    All,
    /// One is enough.
    Any,
    /// None may hold.
    None,
}

/// What becomes of a contact who would enter where a rule is met already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::MetBeforeEntry")]
pub enum MetBeforeEntry {
    /// Enters: what happened before does not count, and a state waits until it turns true anew. Usual where something has
    /// to happen.
    Ignore,
    /// Does not enter, which is counted as skipped. Usual where everything is a state.
    RefuseEntry,
    /// Enters and leaves at once, which is no conversion.
    ExitAtEntry,
}

/// What every rule has.
pub struct RuleFields {
    kind: Kind,
    row: Model,
    rule: domain::Rule,
}

impl RuleFields {
    fn read(kind: Kind, row: Model) -> Result<Self> {
        let rule = store::rule::definition(&row).map_err(|error| internal(&error))?;
        Ok(Self { kind, row, rule })
    }
}

#[Object]
impl RuleFields {
    /// Globally unique, opaque, stable id.
    async fn id(&self) -> ID {
        self.kind.id(self.row.id)
    }

    /// The automation that it belongs to.
    #[graphql(complexity = "child_complexity.saturating_mul(WAY_BACK_COST)")]
    async fn automation(&self, ctx: &Context<'_>) -> Option<Result<Automation>> {
        automation(ctx, self.row.automation_id).await.transpose()
    }

    /// The name shown to people: its own, or its conditions in English.
    async fn name(&self) -> &str {
        &self.rule.name
    }

    /// Whether somebody named it; otherwise the name follows the conditions.
    async fn is_named(&self) -> bool {
        self.row.own_name.is_some()
    }

    /// Its place among those of its kind, from 0; the first that matches decides.
    async fn rank(&self) -> i32 {
        self.row.rank
    }

    /// How the conditions are joined.
    async fn join(&self) -> ConditionJoin {
        self.rule.join.into()
    }

    /// What has to happen.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn conditions(&self) -> Vec<Condition> {
        let rule = self.row.id;
        self.rule.conditions.iter().cloned().map(|condition| Condition { rule, condition }).collect()
    }

    /// Goes up with each change; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// When it left the draft; null while it is in it. It can still be read then, and keeps its last place.
    async fn archived_at(&self) -> Option<DateTime> {
        self.row.archived_at.map(DateTime::of_micros)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime::of_micros(self.row.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime::of_micros(self.row.updated_at)
    }
}

/// What every rule has that takes contacts out.
pub struct LeavingFields(domain::MetBeforeEntry);

#[Object]
impl LeavingFields {
    /// What becomes of a contact who meets it already at entry.
    async fn met_before_entry(&self) -> MetBeforeEntry {
        self.0.into()
    }
}

/// What only goals have.
pub struct GoalFields {
    id: Uuid,
    window: Option<Duration>,
}

#[Object]
impl GoalFields {
    /// How long after entry meeting it counts as a conversion; without end where null.
    async fn conversion_window(&self) -> Option<&Duration> {
        self.window.as_ref()
    }

    /// Its figures, over its whole life.
    async fn stats(&self, ctx: &Context<'_>) -> Option<Result<GoalStats>> {
        Some(GoalStats::load(ctx, self.id).await)
    }
}

/// Pulls contacts into an automation.
#[derive(MergedObject)]
pub struct EntryRule(RuleFields);

/// Pulls contacts out of an automation, as a conversion.
#[derive(MergedObject)]
pub struct Goal(RuleFields, LeavingFields, GoalFields);

/// Pulls contacts out of an automation without a conversion; built like a goal.
#[derive(MergedObject)]
pub struct AlternateExitRule(RuleFields, LeavingFields);

impl EntryRule {
    /// Its global id, for [`Node`](super::node::Node).
    pub async fn id(&self, _ctx: &Context<'_>) -> Result<ID> {
        Ok(self.0.kind.id(self.0.row.id))
    }

    /// The rule that a row holds.
    pub(in crate::graphql) fn read(row: Model) -> Result<Self> {
        Ok(Self(RuleFields::read(Kind::EntryRule, row)?))
    }
}

impl Goal {
    /// Its global id, for [`Node`](super::node::Node).
    pub async fn id(&self, _ctx: &Context<'_>) -> Result<ID> {
        Ok(self.0.kind.id(self.0.row.id))
    }

    /// The rule that a row holds.
    pub(in crate::graphql) fn read(row: Model) -> Result<Self> {
        let fields = RuleFields::read(Kind::Goal, row)?;
        let window = fields.rule.conversion_window.map(Into::into);
        let leaving = LeavingFields(fields.rule.met_before_entry());
        let own = GoalFields { id: fields.row.id, window };
        Ok(Self(fields, leaving, own))
    }
}

impl AlternateExitRule {
    /// Its global id, for [`Node`](super::node::Node).
    pub async fn id(&self, _ctx: &Context<'_>) -> Result<ID> {
        Ok(self.0.kind.id(self.0.row.id))
    }

    /// The rule that a row holds.
    pub(in crate::graphql) fn read(row: Model) -> Result<Self> {
        let fields = RuleFields::read(Kind::AlternateExitRule, row)?;
        let leaving = LeavingFields(fields.rule.met_before_entry());
        Ok(Self(fields, leaving))
    }
}
