//! The API: a thin edge. Each resolver unpacks its input, calls one thing, and maps what comes back.
//!
//! GraphQL is named here and in `http` only. Root fields are nullable, so that one failure leaves the rest; a nullable
//! field that can fail is `Option<Result<T>>`, because `Result<Option<T>>` would take its parent with it.

mod error;
mod id;
mod inputs;
mod limits;
mod loaders;
mod mutation;
mod page;
mod query;
mod scalars;
mod schema;
mod subscription;
mod types;

pub use schema::{OfframpSchema, build, sdl};

use crate::authoring::Authoring;
use crate::engine::Engine;
use crate::store::Store;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::money::Currency;
use std::time::Duration;

/// Who asks: as yet only for which workspace.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The one workspace that is seen and changed.
    pub workspace: WorkspaceId,
    /// Of amounts that name no currency.
    pub currency: Currency,
}

/// What the resolvers call.
#[derive(Clone)]
pub struct Services {
    /// Reads.
    pub store: Store,
    /// Writes of the control plane.
    pub authoring: Authoring,
    /// Events and exits.
    pub engine: Engine,
    /// How long a loader waits for other rows that refer to something of the same kind.
    pub loader_delay: Duration,
}
