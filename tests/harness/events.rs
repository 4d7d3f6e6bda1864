//! A stream of server-sent events, as `graphql-sse` clients read it.

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// How long an event may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What comes next.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// A result.
    Next(Value),
    /// There are no more.
    Complete,
    /// The connection ended after `complete`, as it should.
    End,
    /// The connection broke off.
    Cut,
}

/// A stream on which one operation runs.
pub struct Events {
    chunks: BoxStream<'static, reqwest::Result<Vec<u8>>>,
    read: String,
}

impl Events {
    /// Runs an operation.
    pub async fn run(http: &reqwest::Client, address: SocketAddr, query: &str, variables: Value) -> Self {
        let request = http.post(format!("http://{address}/graphql")).header("accept", "text/event-stream");
        let request = request.json(&json!({"query": query, "variables": variables}));
        let answer = request.send().await.expect("an answer");
        let header = |name: &str| answer.headers()[name].to_str().expect("a text").to_owned();
        assert_eq!((answer.status().as_u16(), &*header("content-type")), (200, "text/event-stream"));
        assert_eq!((&*header("cache-control"), &*header("x-accel-buffering")), ("no-cache", "no"));
        let chunks = futures_util::stream::try_unfold(answer, |mut answer| async move {
            Ok(answer.chunk().await?.map(|chunk| (chunk.to_vec(), answer)))
        });
        Self { chunks: chunks.boxed(), read: String::new() }
    }

    /// The next event that is no comment.
    pub async fn event(&mut self) -> Event {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                if !block.starts_with(':') {
                    return read(&block);
                }
                continue;
            }
            match tokio::time::timeout(PATIENCE, self.chunks.next()).await.expect("an event in time") {
                Some(Ok(chunk)) => self.read.push_str(std::str::from_utf8(&chunk).expect("text")),
                Some(Err(_)) => return Event::Cut,
                None => return Event::End,
            }
        }
    }

    /// The next exit.
    pub async fn exit(&mut self) -> Value {
        match self.event().await {
            Event::Next(mut result) if result.get("errors").is_none() => result["data"]["contactExits"].take(),
            other => panic!("no exit but {other:?}"),
        }
    }
}

fn read(block: &str) -> Event {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).expect("a field");
    match field("event: ") {
        "next" => Event::Next(serde_json::from_str(field("data: ")).expect("a JSON result")),
        "complete" => {
            assert_eq!(field("data: "), "");
            Event::Complete
        }
        other => panic!("an event {other}"),
    }
}
