//! What a supervisor asks: whether the process lives, and whether it can do its work.

use super::Doors;
use crate::config::DEFAULT_WORKSPACE;
use crate::store::probe;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tokio::time::timeout;

/// How long a write may take: supervisors commonly give up after some seconds, and should hear why before.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// The process lives.
pub(super) async fn live() -> &'static str {
    "live\n"
}

/// The server takes requests, and the database writes.
pub(super) async fn ready(State(doors): State<Doors>) -> Response {
    let Some(why) = unready(&doors).await else { return "ready\n".into_response() };
    tracing::warn!(why, "not ready");
    let content = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::SERVICE_UNAVAILABLE, content, format!("not ready: {}\n", why.replace(['\r', '\n'], " ")))
        .into_response()
}

/// What keeps the server from its work.
async fn unready(doors: &Doors) -> Option<String> {
    if *doors.closing.borrow() {
        return Some("the server is shutting down".to_owned());
    }
    if let Some(why) = doors.engine.trouble() {
        return Some(format!("events do not get through ({why})"));
    }
    // One after the other: however many ask, a write at most is taken from those who work.
    let Ok(Ok(_turn)) = timeout(READY_TIMEOUT, doors.probing.acquire()).await else {
        return Some("those who asked before have had no answer yet".to_owned());
    };
    match timeout(READY_TIMEOUT, probe::write(&doors.store, DEFAULT_WORKSPACE)).await {
        Ok(Ok(true)) => None,
        Ok(Ok(false)) => Some(format!("the database has lost its workspace `{DEFAULT_WORKSPACE}`")),
        Ok(Err(error)) => Some(format!("the database does not take writes ({error})")),
        Err(_) => Some(format!("the database has not taken a write for {} s", READY_TIMEOUT.as_secs())),
    }
}
