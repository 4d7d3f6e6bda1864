//! Inputs about automations.

use super::patch;
use crate::authoring::automation::AutomationDraft;
use crate::graphql::error::bad_input;
use crate::graphql::limits::FILTER_VALUES_MAX;
use crate::graphql::scalars::Duration;
use crate::graphql::types::automation::{AutomationStatus, ReEntryPolicy};
use crate::store::automation::Filter;
use async_graphql::{ID, InputObject, MaybeUndefined, Result};
use offramp_domain::automation::{AutomationPatch, ReEntryDraft};
use offramp_domain::fault;
use offramp_domain::limits::NAME_CHARS_MAX;

/// A new automation.
#[derive(InputObject)]
pub struct AutomationCreateInput {
    /// The name shown to people.
    name: String,
    /// Whether contacts who left may come back; never, if left out.
    re_entry: Option<ReEntryInput>,
}

/// Whether and when contacts who left may come back.
#[derive(InputObject)]
pub struct ReEntryInput {
    /// Whether.
    policy: ReEntryPolicy,
    /// How long after the exit, for the policy `AFTER`: from one minute to 3,650 days.
    after: Option<Duration>,
}

/// Which automation.
#[derive(InputObject)]
pub struct AutomationPublishInput {
    /// The automation.
    pub id: ID,
}

/// Which automation.
#[derive(InputObject)]
pub struct AutomationPauseInput {
    /// The automation.
    pub id: ID,
}

/// Which automation.
#[derive(InputObject)]
pub struct AutomationResumeInput {
    /// The automation.
    pub id: ID,
}

/// Which automation.
#[derive(InputObject)]
pub struct AutomationArchiveInput {
    /// The automation.
    pub id: ID,
}

/// A change of an automation's draft; what is left out stays.
#[derive(InputObject)]
pub struct AutomationUpdateInput {
    /// The automation.
    pub id: ID,
    /// Only if it is still at this version; whatever it is at, if left out.
    pub expected_version: Option<i32>,
    /// The name shown to people; null is refused.
    name: MaybeUndefined<String>,
    /// Whether contacts who left may come back; null is never.
    re_entry: MaybeUndefined<ReEntryInput>,
}

/// Which automations.
#[derive(Default, InputObject)]
pub struct AutomationFilterInput {
    /// Only those of exactly this name.
    name: Option<String>,
    /// Only those of these statuses; all but the archived ones, if left out or empty.
    status_in: Option<Vec<AutomationStatus>>,
}

impl AutomationFilterInput {
    /// The filter, if it can be.
    pub(in crate::graphql) fn check(self) -> Result<Filter> {
        let check = |name: String| {
            fault::text(&name, NAME_CHARS_MAX).map_err(|(_, why)| bad_input(format!("The filter's `name`: {why}")))
        };
        let statuses = self.status_in.unwrap_or_default();
        if statuses.len() > FILTER_VALUES_MAX {
            return Err(bad_input(format!("A filter takes at most {FILTER_VALUES_MAX} values.")));
        }
        let statuses = statuses.into_iter().map(Into::into).collect();
        Ok(Filter { name: self.name.map(check).transpose()?, statuses })
    }
}

impl From<ReEntryInput> for ReEntryDraft {
    fn from(input: ReEntryInput) -> Self {
        Self { policy: input.policy.into(), after: input.after.map(|after| after.0) }
    }
}

impl From<AutomationCreateInput> for AutomationDraft {
    fn from(input: AutomationCreateInput) -> Self {
        Self { name: input.name, re_entry: input.re_entry.map(Into::into) }
    }
}

impl From<AutomationUpdateInput> for AutomationPatch {
    fn from(input: AutomationUpdateInput) -> Self {
        Self { name: patch(input.name, |name| name), re_entry: patch(input.re_entry, Into::into) }
    }
}
