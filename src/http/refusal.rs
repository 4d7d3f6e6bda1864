//! Answers in JSON, and those that are an error and nothing else.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that is an error and nothing else.
pub(super) fn refuse(status: StatusCode, code: &str, message: impl Into<String>) -> Response {
    let body = json!({"errors": [{"message": message.into(), "extensions": {"code": code}}]});
    answer(status, body.to_string().into_bytes())
}

/// A JSON answer.
pub(super) fn answer(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}
