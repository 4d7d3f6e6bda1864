//! The door over HTTP: what is no operation gets a coded error, and the server lives on.

use crate::harness::world::World;
use reqwest::StatusCode;
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
