//! When more events wait than there is room for: whoever brings more is told to come back, before the body is read.

use super::Doors;
use super::refusal::refuse;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

/// Seconds after which to come back: a full queue is worked off in a few.
const RETRY_AFTER_SECONDS: &str = "1";
/// Bytes of a body that is let in all the same, if it says so beforehand: who reads figures or pauses an automation is not
/// the one that brings too much. If it does bring an event, that is refused where it would have to wait.
const SMALL_BODY_BYTES: u64 = 4 * 1024;

/// The refusal, if there is no room for what such a request may bring.
pub(super) fn refusal(doors: &Doors, headers: &HeaderMap) -> Option<Response> {
    if !doors.engine.is_full() || is_small(headers) {
        return None;
    }
    let message = "Too many events are waiting; send this again in a second.";
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    Some(response)
}

fn is_small(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).is_some_and(|length: u64| length <= SMALL_BODY_BYTES)
}
