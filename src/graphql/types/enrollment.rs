//! Stays of contacts in automations.

use super::automation::Automation;
use super::contact::Contact;
use super::exit::ExitReason;
use super::{automation, contact};
use crate::graphql::id::Kind;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result};
use offramp_entity::enrollment::Model;

/// One stay of one contact in one version of an automation.
pub struct Enrollment(pub(in crate::graphql) Model);

/// Whether a contact is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EnrollmentStatus {
    /// Inside.
    Active,
    /// Has left.
    Ended,
}

/// One stay of one contact in one version of an automation.
#[Object]
impl Enrollment {
    /// Globally unique, opaque, stable id.
    async fn id(&self) -> ID {
        Kind::Enrollment.id(self.0.id)
    }

    /// Where.
    async fn automation(&self, ctx: &Context<'_>) -> Option<Result<Automation>> {
        automation(ctx, self.0.automation_id).await.transpose()
    }

    /// Who.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        contact(ctx, self.0.contact_id).await.transpose()
    }

    /// The number of the version that judges it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// 1 for the contact's first stay in the automation, then 2, 3 …
    async fn rotation(&self) -> i32 {
        self.0.rotation
    }

    /// Whether the contact is inside.
    async fn status(&self) -> EnrollmentStatus {
        if self.0.exited_at.is_none() { EnrollmentStatus::Active } else { EnrollmentStatus::Ended }
    }

    /// When it began.
    async fn entered_at(&self) -> DateTime {
        DateTime::of_micros(self.0.entered_at)
    }

    /// When it ended; null while the contact is inside.
    async fn exited_at(&self) -> Option<DateTime> {
        self.0.exited_at.map(DateTime::of_micros)
    }

    /// Why it ended; null while the contact is inside.
    async fn exit_reason(&self) -> Option<ExitReason> {
        self.0.exit_reason.as_deref().and_then(ExitReason::read)
    }
}
