//! What the API shows, one file a type.

pub(super) mod automation;
pub(super) mod condition;
pub(super) mod contact;
pub(super) mod enrollment;
pub(super) mod exit;
pub(super) mod money;
pub(super) mod rule;
pub(super) mod stats;

use super::error::internal;
use super::loaders::{AutomationKey, ContactKey, LoadError, Loaders};
use super::{Caller, Services};
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, Result};
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
