//! GraphQL over HTTP: one operation a request, as JSON.

use super::BODY_BYTES_MAX;
use super::Doors;
use super::refusal::{answer, refuse};
use super::workspace::{Unknown, named};
use async_graphql::Request;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use futures_util::StreamExt;
use serde_json::Value;

/// Bytes of a body that is too long that are still read before it is refused: who hangs up at once is heard as a broken
/// connection, not as an answer.
const DRAINED_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Answers one operation.
pub(super) async fn post(State(doors): State<Doors>, headers: HeaderMap, body: Body) -> Response {
    if !is_json(&headers) {
        drop(read(body).await);
        return refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "BAD_REQUEST",
            "Send the operation as `Content-Type: application/json`.",
        );
    }
    let bytes = match read(body).await {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal,
    };
    let request = match operation(&bytes) {
        Ok(request) => request,
        Err(message) => return refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", message),
    };
    let caller = match doors.caller(named(&headers)).await {
        Ok(caller) => caller,
        Err(Unknown::Workspace(name)) => {
            let message = format!("There is no workspace `{name}`; name another in the header `x-offramp-workspace`.");
            return refuse(StatusCode::BAD_REQUEST, "WORKSPACE_NOT_FOUND", message);
        }
        Err(Unknown::Failed) => {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The database does not answer; try again.");
        }
    };
    let response = doors.schema.execute(request.data(caller)).await;
    answer(StatusCode::OK, serde_json::to_vec(&response).unwrap_or_default())
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

fn operation(bytes: &[u8]) -> Result<Request, String> {
    let sent: Value = serde_json::from_slice(bytes).map_err(|error| format!("The body is not JSON: {error}."))?;
    if !sent.get("query").is_some_and(Value::is_string) {
        return Err("The body must be one JSON object with a string `query`.".to_owned());
    }
    serde_json::from_value(sent).map_err(|error| format!("The body is not a GraphQL request: {error}."))
}
