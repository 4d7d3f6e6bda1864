//! The doors: GraphQL over HTTP and over WebSocket at `/graphql`, and whether the process lives at `/live`.
//!
//! Knows how requests come in and answers go out, and nothing of what they mean. Until there is access control it lets
//! in this machine only, and no web page of another's making.

mod graphql;
mod local;
mod refusal;
mod router;
mod websocket;
mod workspace;

pub use router::router;

use crate::graphql::OfframpSchema;
use crate::store::Store;
use tokio::sync::watch;

/// Bytes of a request's body or of a WebSocket message: a batch of 1,000 events fits.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What the handlers work with.
#[derive(Clone)]
struct Doors {
    schema: OfframpSchema,
    store: Store,
    /// Changes when the server goes down.
    closing: watch::Receiver<bool>,
}
