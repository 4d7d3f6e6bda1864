//! GraphQL over HTTP: one operation a request, as JSON.

use super::BODY_BYTES_MAX;
use super::Doors;
use super::overload;
use super::refusal::{answer, refuse, serialised};
use super::sse;
use super::workspace::{Unknown, named};
use async_graphql::{Request, Response as Outcome};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use futures_util::StreamExt;
use serde_json::Value;
use std::time::Duration;

/// Bytes of a body that is too long that are still read before it is refused: who hangs up at once is heard as a broken
/// connection, not as an answer.
const DRAINED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How long a body is read that nobody wants.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Answers one operation: by one JSON result, or by a stream of events if that is asked for.
pub(super) async fn post(State(doors): State<Doors>, headers: HeaderMap, body: Body) -> Response {
    match asked(&doors, &headers, body).await {
        Err(refusal) => refusal,
        Ok(request) if sse::is_asked(&headers) => {
            sse::respond(doors.schema.execute_stream(request), doors.closing, sse::KEEP_ALIVE)
        }
        Ok(request) => told(doors.schema.execute(request).await),
    }
}

/// The operation, and who asks.
async fn asked(doors: &Doors, headers: &HeaderMap, body: Body) -> Result<Request, Response> {
    if let Some(refusal) = overload::refusal(doors, headers) {
        // Answered before it is read, and read all the same, held nowhere.
        tokio::spawn(tokio::time::timeout(DRAIN_TIMEOUT, discard(body)));
        return Err(refusal);
    }
    if !is_json(headers) {
        drop(read(body).await);
        return Err(refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "BAD_REQUEST",
            "Send the operation as `Content-Type: application/json`.",
        ));
    }
    let bytes = read(body).await?;
    let request = operation(&bytes).map_err(|message| refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", message))?;
    let caller = doors.caller(named(headers)).await.map_err(|unknown| match unknown {
        Unknown::Workspace(name) => {
            let message = format!("There is no workspace `{name}`; name another in the header `x-offramp-workspace`.");
            refuse(StatusCode::BAD_REQUEST, "WORKSPACE_NOT_FOUND", message)
        }
        Unknown::Failed => {
            refuse(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The database does not answer; try again.")
        }
    })?;
    Ok(request.data(caller))
}

/// A result as an answer, with the headers that resolvers set.
fn told(result: Outcome) -> Response {
    let mut response = answer(StatusCode::OK, serialised(&result));
    response.headers_mut().extend(result.http_headers);
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The whole body, if it is not too long.
async fn read(body: Body) -> Result<Vec<u8>, Response> {
    let (mut chunks, mut bytes, mut length) = (body.into_data_stream(), Vec::new(), 0_usize);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| {
            refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", format!("The body could not be read: {error}."))
        })?;
        length = length.saturating_add(chunk.len());
        if length > DRAINED_BYTES_MAX {
            break;
        }
        if length <= BODY_BYTES_MAX {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > BODY_BYTES_MAX {
        let message = format!("The body is longer than {BODY_BYTES_MAX} bytes; send the events in smaller batches.");
        return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message));
    }
    Ok(bytes)
}

/// Reads a body and forgets it.
async fn discard(body: Body) {
    let mut length: usize = 0;
    let mut chunks = body.into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        length = length.saturating_add(chunk.len());
        if length > DRAINED_BYTES_MAX {
            return;
        }
    }
}

fn operation(bytes: &[u8]) -> Result<Request, String> {
    let sent: Value = serde_json::from_slice(bytes).map_err(|error| format!("The body is not JSON: {error}."))?;
    if !sent.get("query").is_some_and(Value::is_string) {
        return Err("The body must be one JSON object with a string `query`.".to_owned());
    }
    serde_json::from_value(sent).map_err(|error| format!("The body is not a GraphQL request: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::Value as ConstValue;
    use axum::http::HeaderValue;

    #[test]
    fn the_headers_that_resolvers_set_are_sent() {
        let mut set = HeaderMap::new();
        set.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        set.append("x-two", HeaderValue::from_static("a"));
        set.append("x-two", HeaderValue::from_static("b"));
        let response = told(Outcome::new(ConstValue::from(1)).http_headers(set));
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        assert_eq!(response.headers().get_all("x-two").iter().count(), 2);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json; charset=utf-8");
    }
}
