//! Answers in JSON: results, and those that are an error and nothing else.

use async_graphql::{Response as Outcome, Value as ConstValue};
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

/// A result as JSON. Where nothing was executed it has no `data`; where what was executed came to nothing, an error has
/// a path, and `data` is null.
pub(super) fn serialised(result: &Outcome) -> Vec<u8> {
    let never_ran = result.data == ConstValue::Null && result.errors.iter().all(|error| error.path.is_empty());
    let json = if never_ran && result.is_err() {
        serde_json::to_vec(&json!({"errors": result.errors}))
    } else {
        serde_json::to_vec(result)
    };
    json.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{PathSegment, ServerError};

    #[test]
    fn only_what_was_executed_has_data() {
        let error = |path| vec![ServerError { path, ..ServerError::new("no", None) }];
        let said = |errors| String::from_utf8(serialised(&Outcome::from_errors(errors))).expect("text");
        assert_eq!(said(error(Vec::new())), r#"{"errors":[{"message":"no"}]}"#);
        let executed = said(error(vec![PathSegment::Field("a".to_owned())]));
        assert!(executed.contains(r#""data":null"#), "{executed}");
    }
}
