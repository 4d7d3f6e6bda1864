//! Until there is access control: only this machine, and no web page that was loaded from elsewhere. The address that
//! is listened on is a loopback one; here the names are checked, so that a page cannot have its own name point here.

use super::refusal::refuse;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

/// Lets requests through that name this machine, and whose page, if they come from one, was served by it.
pub(super) async fn only(request: Request, next: Next) -> Response {
    if names_loopback(request.headers(), header::HOST) && names_loopback(request.headers(), header::ORIGIN) {
        return next.run(request).await;
    }
    let message = "Only this machine may ask: the Host and Origin headers must name localhost or a loopback address.";
    refuse(StatusCode::FORBIDDEN, "FORBIDDEN", message)
}

/// Whether a header is absent, or names this machine.
fn names_loopback(headers: &HeaderMap, name: header::HeaderName) -> bool {
    headers.get_all(name).iter().all(|value| value.to_str().is_ok_and(is_loopback))
}

fn is_loopback(authority: &str) -> bool {
    let host = authority.split_once("://").map_or(authority, |(_, rest)| rest);
    let host = match host.strip_prefix('[') {
        Some(address) => address.split_once(']').map_or(address, |(address, _)| address),
        None => host.rsplit_once(':').map_or(host, |(host, _)| host),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_machine_pass() {
        for name in
            ["localhost", "localhost:4000", "127.0.0.1:4000", "[::1]:4000", "http://localhost:3000", "http://[::1]"]
        {
            assert!(is_loopback(name), "{name}");
        }
        for name in [
            "",
            "null",
            "evil.example",
            "http://evil.example:4000",
            "localhost.evil.example",
            "10.0.0.1:4000",
            "file://",
        ] {
            assert!(!is_loopback(name), "{name}");
        }
    }
}
