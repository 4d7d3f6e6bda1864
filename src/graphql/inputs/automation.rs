//! Inputs about automations.

use crate::authoring::automation::AutomationDraft;
use crate::graphql::scalars::Duration;
use crate::graphql::types::automation::ReEntryPolicy;
use async_graphql::{ID, InputObject};
use offramp_domain::automation::ReEntryDraft;

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
    pub name: Option<String>,
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
