//! Workspaces.

use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::scalars::DateTime;
use crate::store;
use async_graphql::{Enum, ID, Object, Result};
use offramp_domain::workspace as domain;
use offramp_entity::workspace::Model;

/// A tenant.
pub struct Workspace(pub(in crate::graphql) Model);

/// What a workspace may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Edition")]
pub enum Edition {
    /// All but order forms.
    Max,
    /// Order forms too.
    MaxClassic,
}

/// A tenant: nothing ever crosses it.
#[Object]
impl Workspace {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::Workspace.id(self.0.id)
    }

    /// Its name, unique; what callers send to choose it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// IANA name of the time zone that its reports are in.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// ISO 4217 code of amounts that name no currency.
    async fn currency(&self) -> &str {
        &self.0.currency
    }

    /// What it may use.
    async fn edition(&self) -> Result<Edition> {
        store::workspace::edition(&self.0).map(Into::into).map_err(|error| internal(&error))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime::of_micros(self.0.created_at)
    }
}
