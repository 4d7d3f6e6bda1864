//! Inputs about automations.

use crate::authoring::automation::AutomationDraft;
use crate::graphql::error::bad_input;
use crate::graphql::scalars::Duration;
use crate::graphql::types::automation::ReEntryPolicy;
use async_graphql::{ID, InputObject, Result};
use offramp_domain::automation::ReEntryDraft;
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

/// Which automations.
#[derive(Default, InputObject)]
pub struct AutomationFilterInput {
    /// Only those of exactly this name.
    name: Option<String>,
}

impl AutomationFilterInput {
    /// The name, if it can be one.
    pub(in crate::graphql) fn check(self) -> Result<Option<String>> {
        let check = |name: String| {
            fault::text(&name, NAME_CHARS_MAX).map_err(|(_, why)| bad_input(format!("The filter's `name`: {why}")))
        };
        self.name.map(check).transpose()
    }
}

impl From<AutomationCreateInput> for AutomationDraft {
    fn from(input: AutomationCreateInput) -> Self {
        let re_entry = input.re_entry.map(|re_entry| ReEntryDraft {
            policy: re_entry.policy.into(),
            after: re_entry.after.map(|after| after.0),
        });
        Self { name: input.name, re_entry }
    }
}
