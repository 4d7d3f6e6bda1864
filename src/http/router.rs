//! Every route on one page.

use super::{Doors, graphiql, graphql, health, local, websocket};
use crate::engine::Engine;
use crate::graphql::OfframpSchema;
use crate::store::Store;
use axum::routing::get;
use axum::{Router, middleware};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// The routes; sockets and streams of events are cut when `closing` becomes true.
pub fn router(schema: OfframpSchema, store: Store, engine: Engine, closing: watch::Receiver<bool>) -> Router {
    Router::new()
        .route("/graphql", get(websocket::upgrade).post(graphql::post))
        .route("/graphiql", get(graphiql::page))
        .route("/live", get(health::live))
        .route("/ready", get(health::ready))
        .layer(middleware::from_fn(local::only))
        .with_state(Doors { schema, store, engine, closing, probing: Arc::new(Semaphore::new(1)) })
}
