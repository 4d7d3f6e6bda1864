//! The door over HTTP: what is no operation gets a coded error, and the server lives on.

use crate::harness::world::{World, tagged};
use crate::on_both;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};

async fn post(world: &World, content_type: &str, body: String) -> (StatusCode, Value) {
    let request =
        world.http.post(format!("http://{}/graphql", world.app.address())).header("content-type", content_type);
    let answer = request.body(body).send().await.expect("an answer");
    let status = answer.status();
    (status, answer.json().await.expect("a JSON answer"))
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn what_is_no_operation_is_refused_with_a_code() {
    let world = World::sqlite().await;
    let long = json!({"query": "{ __typename }", "variables": {"x": "a".repeat(10 * 1024 * 1024)}}).to_string();
    for (content_type, body, status, expected) in [
        ("application/json", "{broken".to_owned(), 400, "BAD_REQUEST"),
        ("application/json", String::new(), 400, "BAD_REQUEST"),
        ("application/json", "[]".to_owned(), 400, "BAD_REQUEST"),
        ("application/json", json!([{"query": "{ __typename }"}]).to_string(), 400, "BAD_REQUEST"),
        ("application/json", json!({"query": 1}).to_string(), 400, "BAD_REQUEST"),
        ("application/json", json!({"query": "{ __typename }", "variables": []}).to_string(), 400, "BAD_REQUEST"),
        ("text/plain", json!({"query": "{ __typename }"}).to_string(), 415, "BAD_REQUEST"),
        ("application/json", long, 413, "PAYLOAD_TOO_LARGE"),
    ] {
        let (got, answer) = post(&world, content_type, body).await;
        assert_eq!((got.as_u16(), code(&answer)), (status, expected), "{answer}");
    }
    let (status, answer) =
        post(&world, "application/json; charset=utf-8", json!({"query": "{ __typename }"}).to_string()).await;
    assert_eq!((status, &answer["data"]["__typename"]), (StatusCode::OK, &json!("Query")));
    world.end().await;
}

#[tokio::test]
async fn other_methods_names_and_workspaces_are_refused() {
    let world = World::sqlite().await;
    let url = format!("http://{}/graphql", world.app.address());
    let get = world.http.get(&url).send().await.expect("an answer");
    assert_eq!((get.status().as_u16(), get.headers()["allow"].to_str().ok()), (405, Some("POST")));
    let body = json!({"query": "{ __typename }"});
    for (name, value, status) in [
        ("host", "evil.example", 403),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "http://localhost:3000", 200),
        ("x-offramp-workspace", "default", 200),
        ("x-offramp-workspace", "nobody", 400),
    ] {
        let answer = world.http.post(&url).header(name, value).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{name}: {value}");
    }
    let live = world.http.get(format!("http://{}/live", world.app.address())).send().await.expect("an answer");
    assert_eq!(live.status(), StatusCode::OK);
    world.end().await;
}

on_both! {
    /// While there is no room, small requests are read and their events refused; a large one is refused unread. Reads go on,
    /// and what waited comes through (R60).
    async fn a_full_queue_says_when_to_come_back(world) {
        let node = World::node_with(&world.url, world.clock.clone(), |config| config.engine.queue_events_max = 1).await;
        let url = format!("http://{}/graphql", node.address());
        let send = |keys: std::ops::Range<usize>| {
            let events: Vec<_> = keys.map(|key| tagged(&key.to_string(), "ann", "lead")).collect();
            let query = "mutation S($input: EventsIngestInput!) { eventsIngest(input: $input) { acceptedCount } }";
            world.http.post(&url).json(&json!({"query": query, "variables": {"input": {"events": events}}})).send()
        };
        // Nothing gets through while somebody else holds the workspace.
        let held = world.tables.begin().await.expect("a transaction");
        held.execute_unprepared("UPDATE workspace SET revision = revision + 1").await.expect("a lock");
        let mut sends: FuturesUnordered<_> = (0..5).map(|key| send(key..key + 1)).collect();
        for _ in 0..4 {
            let refused = sends.next().await.expect("an answer").expect("an answer");
            assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].as_bytes()), (200, &b"1"[..]));
            let answer: Value = refused.json().await.expect("JSON");
            assert_eq!(answer["errors"][0]["extensions"]["code"], "OVERLOADED");
        }
        let large = send(10..100).await.expect("an answer");
        assert_eq!((large.status().as_u16(), large.headers()["retry-after"].as_bytes()), (503, &b"1"[..]));
        let answer: Value = large.json().await.expect("JSON");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "OVERLOADED");
        let read = world.ask_at(node.address(), "{ exits(first: 1) { totalCount } }", Value::Null).await;
        assert_eq!(read["data"]["exits"]["totalCount"], 0);
        held.rollback().await.expect("an end");
        let through: Value = sends.next().await.expect("an answer").expect("an answer").json().await.expect("JSON");
        assert_eq!(through["data"]["eventsIngest"]["acceptedCount"], 1);
        node.stop().await;
    }
}
