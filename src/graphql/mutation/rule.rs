//! What the writes of entry rules, goals and alternate exit rules have in common: all of it but their names.

use super::payload::Written;
use crate::authoring::AuthoringError;
use crate::graphql::id::Kind;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, ID, Result};
use offramp_domain::automation::{RuleDraft, RuleKind, RulePatch};
use offramp_entity::rule::Model;

/// One kind of rule, and how the API shows it.
pub(super) struct Rules<T> {
    pub(super) kind: RuleKind,
    pub(super) id: Kind,
    pub(super) read: fn(Model) -> Result<T>,
}

/// What is to become of a rule.
pub(super) enum Change {
    /// It is changed, if it is at the version, where one is named.
    Update(Option<i32>, RulePatch),
    /// It is moved to a place.
    Rank(i32),
    /// It leaves the draft.
    Archive,
}

impl<T> Rules<T> {
    /// Adds a rule to the automation's draft.
    pub(super) async fn create(&self, ctx: &Context<'_>, automation: &ID, draft: &RuleDraft) -> Result<Written<T>> {
        let Some(key) = Kind::Automation.key(automation) else {
            return Ok(Err(AuthoringError::no_automation("automationId")));
        };
        let authoring = &services(ctx)?.authoring;
        self.show(authoring.create_rule(caller(ctx)?.workspace, key, self.kind, draft).await)
    }

    /// Changes the rule of the id.
    pub(super) async fn change(&self, ctx: &Context<'_>, id: &ID, change: Change) -> Result<Written<T>> {
        let Some(key) = self.id.key(id) else { return Ok(Err(AuthoringError::no_rule())) };
        let (authoring, workspace, kind) = (&services(ctx)?.authoring, caller(ctx)?.workspace, self.kind);
        self.show(match change {
            Change::Update(expected, patch) => authoring.update_rule(workspace, key, kind, expected, &patch).await,
            Change::Rank(rank) => authoring.rank_rule(workspace, key, kind, rank).await,
            Change::Archive => authoring.archive_rule(workspace, key, kind).await,
        })
    }

    fn show(&self, row: Written<Model>) -> Result<Written<T>> {
        match row {
            Ok(row) => Ok(Ok((self.read)(row)?)),
            Err(error) => Ok(Err(error)),
        }
    }
}
