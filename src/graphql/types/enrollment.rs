//! Stays of contacts in automations.

use super::automation::Automation;
use super::contact::Contact;
use super::conversion::{self, Conversion, ConversionTotal};
use super::exit::{ContactExit, ExitReason};
use super::{automation, caller, contact, head, loaded, services};
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::{ConversionsOf, ExitOf, PageOf, StayCountOf};
use crate::graphql::page::{Arguments, Paged};
use crate::graphql::scalars::DateTime;
use crate::store::enrollment::{self, Filter};
use async_graphql::{Context, Enum, ID, Object, Result};
use offramp_entity::enrollment::Model;
use uuid::Uuid;

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
    pub async fn id(&self) -> ID {
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

    /// The one record of its end; null while the contact is inside.
    async fn exit(&self, ctx: &Context<'_>) -> Option<Result<ContactExit>> {
        self.end(ctx).await.transpose()
    }

    /// The goals that were met for it, in the order of the feed, repeats among them. `first` or `last` is required, 1
    /// to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    async fn conversions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Option<Result<Paged<Conversion, ConversionTotal>>> {
        Some(self.conversion_page(ctx, &Arguments { after, before, first, last }).await)
    }
}

impl Enrollment {
    async fn end(&self, ctx: &Context<'_>) -> Result<Option<ContactExit>> {
        if self.0.exited_at.is_none() {
            return Ok(None);
        }
        let row = loaded(ctx, ExitOf(caller(ctx)?.workspace, self.0.id)).await?;
        Ok(row.map(|row| ContactExit { row, epoch: None }))
    }

    async fn conversion_page(
        &self,
        ctx: &Context<'_>,
        arguments: &Arguments,
    ) -> Result<Paged<Conversion, ConversionTotal>> {
        let (workspace, owner, head) = (caller(ctx)?.workspace, self.0.id, head(ctx).await?);
        let page = arguments.feed_page(workspace, head)?;
        let slice = loaded(ctx, ConversionsOf(PageOf { workspace, owner, page })).await?.unwrap_or_default();
        Ok(conversion::connection(slice, ConversionTotal::OfEnrollment(owner), workspace, head))
    }
}

/// How many there are, of which list.
pub enum EnrollmentTotal {
    /// Of a whole workspace's.
    Listed(Filter),
    /// Of a contact's.
    OfContact(Uuid),
}

/// How many there are.
#[Object]
impl EnrollmentTotal {
    /// How many there are in all, counted up to 10,001.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        let workspace = caller(ctx)?.workspace;
        match self {
            Self::Listed(filter) => {
                let count = enrollment::count_all(&services(ctx)?.store, workspace, filter).await;
                count.map_err(|error| internal(&error))
            }
            Self::OfContact(id) => Ok(loaded(ctx, StayCountOf(workspace, *id)).await?.unwrap_or_default()),
        }
    }
}
