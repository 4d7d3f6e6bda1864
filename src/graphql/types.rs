//! What the API shows, one file a type.

pub(super) mod automation;
pub(super) mod catalogue;
pub(super) mod condition;
pub(super) mod contact;
pub(super) mod conversion;
pub(super) mod enrollment;
pub(super) mod exit;
pub(super) mod money;
pub(super) mod node;
pub(super) mod order;
pub(super) mod payment;
pub(super) mod preview;
pub(super) mod product;
pub(super) mod reversal;
pub(super) mod rule;
pub(super) mod stats;
pub(super) mod workspace;

use super::error::internal;
use super::loaders::{AutomationKey, ContactKey, EnrollmentKey, HeadOf, LoadError, Loaders, RuleKey};
use super::{Caller, Services};
use crate::engine::cursor::Cursor;
use crate::store::feed::Head;
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, Result};
use offramp_domain::automation::RuleKind;
use offramp_entity::rule::Model as RuleRow;
use std::hash::Hash;
use uuid::Uuid;

/// What the resolvers call.
pub(super) fn services<'a>(ctx: &Context<'a>) -> Result<&'a Services> {
    ctx.data()
}

/// Who asks.
pub(super) fn caller<'a>(ctx: &Context<'a>) -> Result<&'a Caller> {
    ctx.data()
}

/// What a row refers to, loaded together with what its neighbours refer to.
pub(super) async fn loaded<K>(ctx: &Context<'_>, key: K) -> Result<Option<<Loaders as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Loaders: Loader<K, Error = LoadError>,
{
    let loaders = ctx.data::<DataLoader<Loaders>>()?;
    loaders.load_one(key).await.map_err(|error| internal(&error))
}

/// The automation of that key.
pub(super) async fn automation(ctx: &Context<'_>, id: Uuid) -> Result<Option<automation::Automation>> {
    Ok(loaded(ctx, AutomationKey(caller(ctx)?.workspace, id)).await?.map(automation::Automation))
}

/// The contact of that key.
pub(super) async fn contact(ctx: &Context<'_>, id: Uuid) -> Result<Option<contact::Contact>> {
    Ok(loaded(ctx, ContactKey(caller(ctx)?.workspace, id)).await?.map(contact::Contact))
}

/// The stay of that key.
pub(super) async fn enrollment(ctx: &Context<'_>, id: Uuid) -> Result<Option<enrollment::Enrollment>> {
    Ok(loaded(ctx, EnrollmentKey(caller(ctx)?.workspace, id)).await?.map(enrollment::Enrollment))
}

/// The rule of that key, if it is of this kind.
pub(super) async fn rule(ctx: &Context<'_>, id: Uuid, kind: RuleKind) -> Result<Option<RuleRow>> {
    let row = loaded(ctx, RuleKey(caller(ctx)?.workspace, id)).await?;
    Ok(row.filter(|row| row.kind == kind.as_str()))
}

/// Where the caller's feed ends.
pub(super) async fn head(ctx: &Context<'_>) -> Result<Head> {
    let head = loaded(ctx, HeadOf(caller(ctx)?.workspace)).await?;
    head.ok_or_else(|| internal(&"a workspace has no feed"))
}

/// A place in the caller's feed, as clients see it; where the epoch is not known yet, it is looked up.
pub(super) async fn feed_cursor(ctx: &Context<'_>, epoch: Option<i64>, position: i64) -> Result<String> {
    let epoch = match epoch {
        Some(epoch) => epoch,
        None => head(ctx).await?.epoch,
    };
    Ok(Cursor { epoch, workspace: caller(ctx)?.workspace, position }.encode())
}
