//! The doors: GraphQL over HTTP, as server-sent events and over WebSocket at `/graphql`, a page to try it at `/graphiql`,
//! and for supervisors `/live` and `/ready`.
//!
//! Knows how requests come in and answers go out, and nothing of what they mean. Until there is access control it lets
//! in this machine only, and no web page of another's making.

mod graphiql;
mod graphql;
mod health;
mod local;
mod overload;
mod refusal;
mod router;
mod sse;
mod websocket;
mod workspace;

pub use router::router;

use crate::engine::Engine;
use crate::graphql::OfframpSchema;
use crate::store::Store;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Bytes of a request's body or of a WebSocket message: a batch of 1,000 events fits.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What the handlers work with.
#[derive(Clone)]
struct Doors {
    schema: OfframpSchema,
    store: Store,
    engine: Engine,
    /// Changes when the server goes down.
    closing: watch::Receiver<bool>,
    /// Whose turn it is to ask whether the database writes.
    probing: Arc<Semaphore>,
}
