//! Exits.

use super::automation::Automation;
use super::contact::Contact;
use super::rule::{AlternateExitRule, Goal};
use super::{automation, caller, contact, loaded};
use crate::engine::cursor::Cursor;
use crate::graphql::id::Kind;
use crate::graphql::loaders::RuleKey;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result};
use offramp_domain::automation::RuleKind;
use offramp_domain::enrollment as domain;
use offramp_entity::{exit::Model, rule};

/// A contact left an automation.
pub struct ContactExit {
    pub(in crate::graphql) row: Model,
    pub(in crate::graphql) epoch: i64,
}

/// Why a contact left an automation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ExitReason")]
pub enum ExitReason {
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

impl ContactExit {
    /// Its place in the feed, as clients see it.
    pub(in crate::graphql) fn cursor_text(&self) -> String {
        let workspace = self.row.workspace_id.into();
        Cursor { epoch: self.epoch, workspace, position: self.row.position }.encode()
    }

    async fn rule(&self, ctx: &Context<'_>, kind: RuleKind) -> Result<Option<rule::Model>> {
        let row = loaded(ctx, RuleKey(caller(ctx)?.workspace, self.row.rule_id)).await?;
        Ok(row.filter(|row| row.kind == kind.as_str()))
    }
}

/// A contact left an automation: the one immutable record of it.
#[Object]
impl ContactExit {
    /// Globally unique, opaque, stable id.
    async fn id(&self) -> ID {
        Kind::ContactExit.id(self.row.id)
    }

    /// Its place in the feed; give it back as `after` to go on without loss.
    async fn cursor(&self) -> String {
        self.cursor_text()
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
        self.rule(ctx, RuleKind::Goal).await.transpose().map(|row| row.and_then(Goal::read))
    }

    /// The alternate exit rule that was met; null for any other reason.
    async fn alternate_exit_rule(&self, ctx: &Context<'_>) -> Option<Result<AlternateExitRule>> {
        self.rule(ctx, RuleKind::AlternateExit).await.transpose().map(|row| row.and_then(AlternateExitRule::read))
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
