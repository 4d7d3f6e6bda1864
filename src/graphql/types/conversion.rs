//! Conversions.

use super::automation::Automation;
use super::contact::Contact;
use super::enrollment::Enrollment;
use super::money::Money;
use super::order::{Order, order_of};
use super::rule::Goal;
use super::{automation, caller, contact, enrollment, feed_cursor, loaded, rule, services};
use crate::engine::cursor::Cursor;
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::loaders::{ConversionCountOf, TakenBackOf};
use crate::graphql::page::{self, Opaque, Paged};
use crate::graphql::scalars::{DateTime, Duration};
use crate::store::conversion::{self, Filter};
use crate::store::feed::Head;
use crate::store::page::Slice;
use crate::store::reversal::TakenBack;
use async_graphql::{Context, ID, Object, Result};
use offramp_domain::automation::RuleKind;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::money as domain;
use offramp_domain::time::Elapsed;
use offramp_entity::conversion::Model;
use uuid::Uuid;

/// A goal was met.
pub struct Conversion {
    pub(in crate::graphql) row: Model,
    /// Which life of the database its position belongs to, where that is known already.
    pub(in crate::graphql) epoch: Option<i64>,
}

/// A goal was met: the record of it, which stays whatever becomes of the stay.
#[Object]
impl Conversion {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::Conversion.id(self.row.id)
    }

    /// Its place in the feed.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        feed_cursor(ctx, self.epoch, self.row.position).await
    }

    /// The stay that it belongs to.
    async fn enrollment(&self, ctx: &Context<'_>) -> Option<Result<Enrollment>> {
        enrollment(ctx, self.row.enrollment_id).await.transpose()
    }

    /// The automation whose goal it was.
    async fn automation(&self, ctx: &Context<'_>) -> Option<Result<Automation>> {
        automation(ctx, self.row.automation_id).await.transpose()
    }

    /// Who met it.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        contact(ctx, self.row.contact_id).await.transpose()
    }

    /// The goal that was met.
    async fn goal(&self, ctx: &Context<'_>) -> Option<Result<Goal>> {
        rule(ctx, self.row.goal_id, RuleKind::Goal).await.transpose().map(|row| row.and_then(Goal::read))
    }

    /// When: the time of what met it.
    async fn converted_at(&self) -> DateTime {
        DateTime::of_micros(self.row.converted_at)
    }

    /// How long after entry.
    async fn time_to_convert(&self) -> Duration {
        Elapsed::from_micros(self.row.elapsed_us).into()
    }

    /// What it earned, gross; null where it has no value.
    async fn value(&self) -> Option<Result<Money>> {
        Some(self.gross().transpose()?.map(Into::into))
    }

    /// How much of that was taken back, by refunds or a cancellation; null where it has no value.
    async fn reversed_value(&self, ctx: &Context<'_>) -> Option<Result<Money>> {
        self.worth(ctx, |_, taken_back| taken_back).await.transpose()
    }

    /// What is left of its value, net; null where it has no value.
    async fn net_value(&self, ctx: &Context<'_>) -> Option<Result<Money>> {
        self.worth(ctx, i64::saturating_sub).await.transpose()
    }

    /// The order behind it: the one whose refund or cancellation takes it back. Null where there is none.
    async fn order(&self, ctx: &Context<'_>) -> Option<Result<Order>> {
        order_of(ctx, self.row.earned_event_id).await.transpose()
    }

    /// Whether it stands no more: the order behind it was refunded in full, or cancelled.
    async fn is_reversed(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.taken_back(ctx).await?.in_full)
    }

    /// Whether it counts for its goal: it is the first one of its stay and goal inside the window. The others are
    /// repeats, or came too late.
    async fn is_counted(&self) -> bool {
        self.row.counted
    }

    /// Whether it is the first counted one of its stay, of whichever goal, by which the stay is converted. Rates and
    /// revenue are made of these.
    async fn is_first_of_enrollment(&self) -> bool {
        self.row.headline
    }

    /// Whether its event came in after the stay had ended, though it happened during the stay.
    async fn is_late(&self) -> bool {
        self.row.late
    }

    /// Whether it happened after the stay had ended.
    async fn is_after_exit(&self) -> bool {
        self.row.after_exit
    }

    /// Whether it lies in the goal's conversion window.
    async fn is_within_window(&self) -> bool {
        self.row.within_window
    }
}

impl Conversion {
    fn gross(&self) -> Result<Option<domain::Money>> {
        conversion::value(&self.row).map_err(|error| internal(&error))
    }

    async fn taken_back(&self, ctx: &Context<'_>) -> Result<TakenBack> {
        Ok(loaded(ctx, TakenBackOf(caller(ctx)?.workspace, self.row.id)).await?.unwrap_or_default())
    }

    /// An amount made of the gross value and what was taken back of it, both in minor units.
    async fn worth(&self, ctx: &Context<'_>, of: fn(i64, i64) -> i64) -> Result<Option<Money>> {
        let Some(gross) = self.gross()? else { return Ok(None) };
        let minor = of(gross.minor, self.taken_back(ctx).await?.minor);
        Ok(Some(domain::Money { minor, ..gross }.into()))
    }
}

/// Makes a connection of a slice, whose cursors are those of the feed.
pub(in crate::graphql) fn connection(
    slice: Slice<Model>,
    total: ConversionTotal,
    workspace: WorkspaceId,
    head: Head,
) -> Paged<Conversion, ConversionTotal> {
    let epoch = head.epoch;
    let cursor = |row: &Model| Opaque::encoded(Cursor { epoch, workspace, position: row.position }.encode());
    page::connection(slice, total, cursor, |row| Conversion { row, epoch: Some(epoch) })
}

/// How many there are, of which list.
pub enum ConversionTotal {
    /// Of a whole workspace's.
    Listed(Filter),
    /// Of a stay's.
    OfEnrollment(Uuid),
}

/// How many there are.
#[Object]
impl ConversionTotal {
    /// How many there are in all, counted up to 10,001.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        let workspace = caller(ctx)?.workspace;
        match self {
            Self::Listed(filter) => {
                let count = conversion::count_all(&services(ctx)?.store, workspace, filter).await;
                count.map_err(|error| internal(&error))
            }
            Self::OfEnrollment(id) => Ok(loaded(ctx, ConversionCountOf(workspace, *id)).await?.unwrap_or_default()),
        }
    }
}
