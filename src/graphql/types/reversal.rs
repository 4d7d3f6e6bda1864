//! Reversals.

use super::automation::Automation;
use super::contact::Contact;
use super::conversion::Conversion;
use super::money::Money;
use super::order::{Order, order_of};
use super::rule::Goal;
use super::{automation, caller, contact, feed_cursor, loaded, rule};
use crate::engine::cursor::Cursor;
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::loaders::ConversionKey;
use crate::graphql::page::{self, Opaque, Paged};
use crate::graphql::scalars::DateTime;
use crate::store::feed::Head;
use crate::store::page::Slice;
use crate::store::reversal;
use async_graphql::{Context, ID, Object, ObjectType, Result};
use offramp_domain::automation::RuleKind;
use offramp_domain::ids::WorkspaceId;
use offramp_entity::reversal::Model;

/// A conversion was taken back, whole or in part.
pub struct Reversal {
    pub(in crate::graphql) row: Model,
    /// Which life of the database its position belongs to, where that is known already.
    pub(in crate::graphql) epoch: Option<i64>,
}

/// A conversion was taken back, whole or in part, because the order behind it was refunded or cancelled. Nobody is put
/// back into the automation.
#[Object]
impl Reversal {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::Reversal.id(self.row.id)
    }

    /// Its place in the feed.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        feed_cursor(ctx, self.epoch, self.row.position).await
    }

    /// The conversion.
    async fn conversion(&self, ctx: &Context<'_>) -> Option<Result<Conversion>> {
        let workspace = match caller(ctx) {
            Ok(caller) => caller.workspace,
            Err(error) => return Some(Err(error)),
        };
        let row = loaded(ctx, ConversionKey(workspace, self.row.conversion_id)).await.transpose();
        row.map(|row| row.map(|row| Conversion { row, epoch: self.epoch }))
    }

    /// The automation whose goal had been met.
    async fn automation(&self, ctx: &Context<'_>) -> Option<Result<Automation>> {
        automation(ctx, self.row.automation_id).await.transpose()
    }

    /// Who had met it.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        contact(ctx, self.row.contact_id).await.transpose()
    }

    /// The goal that had been met.
    async fn goal(&self, ctx: &Context<'_>) -> Option<Result<Goal>> {
        rule(ctx, self.row.goal_id, RuleKind::Goal).await.transpose().map(|row| row.and_then(Goal::read))
    }

    /// When: the time of what caused it, and not before the conversion.
    async fn reversed_at(&self) -> DateTime {
        DateTime::of_micros(self.row.reversed_at)
    }

    /// The order that was given back.
    async fn order(&self, ctx: &Context<'_>) -> Option<Result<Order>> {
        order_of(ctx, self.row.event_id).await.transpose()
    }

    /// How much of the conversion's value; null where that has none.
    async fn amount(&self) -> Option<Result<Money>> {
        let amount = reversal::amount(&self.row).map_err(|error| internal(&error)).transpose()?;
        Some(amount.map(Into::into))
    }

    /// Whether the conversion stands no more. If not, it is worth less.
    async fn is_in_full(&self) -> bool {
        self.row.in_full
    }
}

/// Makes a connection of a slice, whose cursors are those of the feed.
pub(in crate::graphql) fn connection<Total: ObjectType>(
    slice: Slice<Model>,
    total: Total,
    workspace: WorkspaceId,
    head: Head,
) -> Paged<Reversal, Total> {
    let epoch = head.epoch;
    let cursor = |row: &Model| Opaque::encoded(Cursor { epoch, workspace, position: row.position }.encode());
    page::connection(slice, total, cursor, |row| Reversal { row, epoch: Some(epoch) })
}
