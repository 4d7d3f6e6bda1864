//! Inputs about workspaces.

use crate::graphql::types::workspace::Edition;
use async_graphql::InputObject;
use offramp_domain::workspace::WorkspaceDraft;

/// A new workspace.
#[derive(InputObject)]
pub struct WorkspaceCreateInput {
    /// Its name, unique; what callers send to choose it.
    name: String,
    /// IANA name of the time zone that its reports are in, such as `Europe/Berlin`; `UTC`, if left out.
    time_zone: Option<String>,
    /// ISO 4217 code of amounts that name no currency, such as `USD`.
    currency: String,
    /// What it may use; `MAX`, if left out.
    edition: Option<Edition>,
}

impl From<WorkspaceCreateInput> for WorkspaceDraft {
    fn from(input: WorkspaceCreateInput) -> Self {
        Self {
            name: input.name,
            time_zone: input.time_zone,
            currency: input.currency,
            edition: input.edition.map(Into::into).unwrap_or_default(),
        }
    }
}
