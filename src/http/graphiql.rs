//! A page to try the API in a browser.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

/// GraphiQL, of versions that are named with the hashes of their files: what another server might send under these
/// names would see everything that this machine may, so it is not run.
const PAGE: &str = include_str!("graphiql.html");

/// The page, which no other may frame.
pub(super) async fn page() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'")], Html(PAGE)).into_response()
}
