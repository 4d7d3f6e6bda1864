//! Exits.

use super::automation::Automation;
use super::contact::Contact;
use super::enrollment::Enrollment;
use super::rule::{AlternateExitRule, Goal};
use super::{automation, contact, enrollment, feed_cursor, rule};
use crate::graphql::id::Kind;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result};
use offramp_domain::automation::RuleKind;
use offramp_domain::enrollment as domain;
use offramp_entity::exit::Model;

/// A contact left an automation.
pub struct ContactExit {
    pub(in crate::graphql) row: Model,
    /// Which life of the database its position belongs to, where that is known already.
    pub(in crate::graphql) epoch: Option<i64>,
}

/// Why a contact left an automation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ExitReason")]
pub enum ExitReason {
    /// A rule was met already at entry.
    MetBeforeEntry,
    /// A goal was met.
    GoalMet,
    /// An alternate exit rule was met.
    AlternateExit,
    /// A person took the contact out.
    RemovedByUser,
    /// A program took the contact out.
    RemovedByApi,
    /// The automation was archived, and all who were inside left.
    AutomationArchived,
}

impl ExitReason {
    /// A stored reason.
    pub(super) fn read(name: &str) -> Option<Self> {
        domain::ExitReason::read(name).map(Into::into)
    }
}

/// A contact left an automation: the one immutable record of it.
#[Object]
impl ContactExit {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::ContactExit.id(self.row.id)
    }

    /// Its place in the feed; give it back as `after` to go on without loss.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        feed_cursor(ctx, self.epoch, self.row.position).await
    }

    /// The stay that ended.
    async fn enrollment(&self, ctx: &Context<'_>) -> Option<Result<Enrollment>> {
        enrollment(ctx, self.row.enrollment_id).await.transpose()
    }

    /// The automation that was left.
    async fn automation(&self, ctx: &Context<'_>) -> Option<Result<Automation>> {
        automation(ctx, self.row.automation_id).await.transpose()
    }

    /// The contact who left.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        contact(ctx, self.row.contact_id).await.transpose()
    }

    /// Why.
    async fn reason(&self) -> Option<ExitReason> {
        ExitReason::read(&self.row.reason)
    }

    /// The goal that was met; null for any other reason.
    async fn goal(&self, ctx: &Context<'_>) -> Option<Result<Goal>> {
        rule(ctx, self.row.rule_id, RuleKind::Goal).await.transpose().map(|row| row.and_then(Goal::read))
    }

    /// The alternate exit rule that was met; null for any other reason.
    async fn alternate_exit_rule(&self, ctx: &Context<'_>) -> Option<Result<AlternateExitRule>> {
        rule(ctx, self.row.rule_id, RuleKind::AlternateExit)
            .await
            .transpose()
            .map(|row| row.and_then(AlternateExitRule::read))
    }

    /// When the contact left: the time of what caused it.
    async fn exited_at(&self) -> DateTime {
        DateTime::of_micros(self.row.exited_at)
    }

    /// Whether a goal was met inside its conversion window; true for every other reason.
    async fn is_within_window(&self) -> bool {
        self.row.within_window
    }
}
