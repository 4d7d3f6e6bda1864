//! Every route on one page.

use super::{Doors, graphql, local, websocket};
use crate::graphql::OfframpSchema;
use crate::store::Store;
use axum::routing::get;
use axum::{Router, middleware};
use tokio::sync::watch;

/// The routes; sockets are cut when `closing` becomes true.
pub fn router(schema: OfframpSchema, store: Store, closing: watch::Receiver<bool>) -> Router {
    Router::new()
        .route("/graphql", get(websocket::upgrade).post(graphql::post))
        .route("/live", get(|| async { "live\n" }))
        .layer(middleware::from_fn(local::only))
        .with_state(Doors { schema, store, closing })
}
