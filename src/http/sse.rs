//! GraphQL as a stream of server-sent events, by the protocol `graphql-sse` with a connection for each operation: every
//! result is an event `next`, and after the last comes `complete`.

use super::refusal::serialised;
use async_graphql::Response as Outcome;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, StreamExt, once, try_unfold};
use std::future::ready;
use std::time::Duration;
use tokio::sync::watch;

/// How long a stream is silent at most: proxies take one for dead after 15 s and more.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(12);
/// Tells nginx and its like not to keep events back.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");
const EVENTS: &str = "text/event-stream";

/// The server goes down. An error breaks the connection off; a stream that ended would seem complete.
#[derive(Debug, thiserror::Error)]
#[error("the server is shutting down")]
struct Cut;

/// Whether events are wanted rather than JSON: by weight, then by order, as some clients name all they know.
pub(super) fn is_asked(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let weighed = named.flat_map(|value| value.split(',')).map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |weight| weight.parse().ok());
        (kind.eq_ignore_ascii_case(EVENTS), weight.unwrap_or(0.0))
    });
    let best =
        weighed.filter(|(_, weight)| *weight > 0.0).reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.is_some_and(|(events, _)| events)
}

/// Sends each result as it comes, until there are no more or the server goes down.
pub(super) fn respond(
    results: impl Stream<Item = Outcome> + Send + Unpin + 'static,
    closing: watch::Receiver<bool>,
    keep_alive: Duration,
) -> Response {
    // Something at once, so that who opens a stream that is silent yet knows that it is open.
    let opened = once(ready(Ok(Event::DEFAULT_KEEP_ALIVE)));
    let events = opened.chain(try_unfold(Some((results, closing)), next));
    ([UNBUFFERED], Sse::new(events).keep_alive(KeepAlive::new().interval(keep_alive))).into_response()
}

/// The next event, with what is left after it.
async fn next<S: Stream<Item = Outcome> + Unpin>(
    running: Option<(S, watch::Receiver<bool>)>,
) -> Result<Option<(Event, Option<(S, watch::Receiver<bool>)>)>, Cut> {
    let Some((mut results, mut closing)) = running else { return Ok(None) };
    // First whether to go, as for sockets: the database is closed as soon as all streams are.
    let result = tokio::select! {
        biased;
        _ = closing.wait_for(|closing| *closing) => return Err(Cut),
        result = results.next() => result,
    };
    Ok(Some(match result {
        Some(result) => {
            let result = serialised(&result);
            (Event::default().event("next").data(String::from_utf8_lossy(&result)), Some((results, closing)))
        }
        // Browsers drop an event without a line of data, and axum writes none for an empty text.
        None => (Event::default().event("complete").data("\n"), None),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{ServerError, Value};
    use axum::body::Body;
    use axum::http::HeaderValue;
    use futures_util::stream;

    #[test]
    fn events_are_sent_to_who_likes_them_best() {
        for (accept, expected) in [
            (vec![], false),
            (vec!["application/json"], false),
            (vec!["*/*"], false),
            (vec!["text/event-stream"], true),
            (vec!["Text/Event-Stream; charset=utf-8"], true),
            (vec!["text/event-stream, */*"], true),
            (vec!["text/event-stream, multipart/mixed"], true),
            (vec!["application/graphql-response+json, application/json, text/event-stream, multipart/mixed"], false),
            (vec!["application/json;q=0.5, text/event-stream"], true),
            (vec!["application/json; q=0.5", "text/event-stream"], true),
            (vec!["text/event-stream;q=0"], false),
            (vec!["text/event-stream;q=x, */*;q=0.1"], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in &accept {
                headers.append(header::ACCEPT, HeaderValue::from_static(value));
            }
            assert_eq!(is_asked(&headers), expected, "{accept:?}");
        }
    }

    async fn text(body: &mut (impl Stream<Item = Result<axum::body::Bytes, axum::Error>> + Unpin)) -> String {
        let chunk = body.next().await.expect("a chunk").expect("no cut");
        String::from_utf8_lossy(&chunk).into_owned()
    }

    fn body(response: Response) -> axum::body::BodyDataStream {
        let (_, body): (_, Body) = response.into_parts();
        body.into_data_stream()
    }

    #[tokio::test]
    async fn results_are_events_and_the_last_is_followed_by_complete() {
        let (_open, closing) = watch::channel(false);
        let refused = Outcome::from_errors(vec![ServerError::new("no", None)]);
        let results = stream::iter([Outcome::new(Value::from(1)), refused]);
        let mut body = body(respond(results, closing, KEEP_ALIVE));
        assert_eq!(text(&mut body).await, ":\n\n");
        assert_eq!(text(&mut body).await, "event: next\ndata: {\"data\":1}\n\n");
        assert_eq!(text(&mut body).await, "event: next\ndata: {\"errors\":[{\"message\":\"no\"}]}\n\n");
        assert_eq!(text(&mut body).await, "event: complete\ndata: \ndata: \n\n");
        assert!(body.next().await.is_none());
    }

    #[tokio::test]
    async fn a_silent_stream_is_kept_alive_and_then_cut() {
        let (open, closing) = watch::channel(false);
        let mut body = body(respond(stream::pending(), closing, Duration::from_millis(5)));
        for _ in 0..3 {
            assert_eq!(text(&mut body).await, ":\n\n");
        }
        open.send_replace(true);
        while let Some(chunk) = body.next().await {
            if chunk.is_err() {
                return;
            }
        }
        panic!("the stream ended as if it were complete");
    }
}
