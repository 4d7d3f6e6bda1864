//! Inputs about stays.

use crate::engine::EnrollmentDraft;
use crate::graphql::id::Kind;
use crate::graphql::scalars::DateTime;
use async_graphql::{Enum, ID, InputObject};
use offramp_domain::enrollment::ExitReason;

/// Whom to put into an automation.
#[derive(InputObject)]
pub struct EnrollmentCreateInput {
    /// The automation; it must run.
    automation_id: ID,
    /// The contact, by your own id; one that is new is made.
    contact_external_id: String,
    /// As of when: what was received since then is judged. Now, if left out; not in the future.
    entered_at: Option<DateTime>,
}

/// Whom to take out of an automation.
#[derive(InputObject)]
pub struct EnrollmentExitInput {
    /// The stay that ends.
    pub id: ID,
    /// Who says so; it becomes the reason of the exit.
    #[graphql(default)]
    by: Remover,
    /// Whether the contact may ever come back, as far as the re-entry policy lets.
    #[graphql(default = true)]
    pub may_reenter: bool,
}

/// Who takes a contact out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum Remover {
    /// A person.
    User,
    /// A program.
    #[default]
    Api,
}

impl EnrollmentExitInput {
    /// The reason that the exit will bear.
    pub(in crate::graphql) const fn reason(&self) -> ExitReason {
        match self.by {
            Remover::User => ExitReason::RemovedByUser,
            Remover::Api => ExitReason::RemovedByApi,
        }
    }
}

impl From<EnrollmentCreateInput> for EnrollmentDraft {
    fn from(input: EnrollmentCreateInput) -> Self {
        Self {
            automation: Kind::Automation.key(&input.automation_id),
            contact_external_id: input.contact_external_id,
            entered_at: input.entered_at.map(|instant| instant.0),
        }
    }
}
