//! Operations as streams of server-sent events.

use crate::harness::events::{Event, Events};
use crate::harness::world::{World, any_purchase, bought, tagged};
use crate::on_both;
use serde_json::{Value, json};

const EXITS: &str = "subscription E($after: String, $follow: Boolean! = true) {
    contactExits(after: $after, follow: $follow) { cursor contact { externalId } } }";

/// One person enters and leaves; gives back the cursor of the exit.
async fn leave(world: &World, who: &str) -> Value {
    world.ingest(json!([tagged(&format!("t{who}"), who, "lead"), bought(&format!("b{who}"), who, "1.00")])).await;
    world.data("{ exits(last: 1) { nodes { cursor } } }", Value::Null).await["exits"]["nodes"][0]["cursor"].take()
}

async fn open(world: &World, variables: Value) -> Events {
    Events::run(&world.http, world.app.address(), EXITS, variables).await
}

on_both! {
    /// What was missed is replayed, and `follow: false` completes at the head (R71).
    async fn a_replay_completes(world) {
        world.automation("Welcome", any_purchase()).await;
        let first = leave(world, "ann").await;
        let missed = [leave(world, "bob").await, leave(world, "cat").await];
        let mut events = open(world, json!({"after": first, "follow": false})).await;
        for (cursor, who) in missed.iter().zip(["bob", "cat"]) {
            assert_eq!(events.exit().await, json!({"cursor": cursor, "contact": {"externalId": who}}));
        }
        assert_eq!([events.event().await, events.event().await], [Event::Complete, Event::End]);
    }

    /// A live stream gets exits as they happen; a server that stops cuts it, and completes nothing.
    async fn a_live_stream_goes_on_until_it_is_cut(world) {
        world.automation("Welcome", any_purchase()).await;
        let first = leave(world, "ann").await;
        let other = World::node(&world.url, world.clock.clone()).await;
        let variables = json!({"after": first});
        let mut events = Events::run(&world.http, other.address(), EXITS, variables).await;
        for who in ["bob", "cat"] {
            leave(world, who).await;
            assert_eq!(events.exit().await["contact"]["externalId"], who);
        }
        other.stop().await;
        assert_eq!(events.event().await, Event::Cut);
    }
}

#[tokio::test]
async fn every_operation_and_every_fault_is_a_stream() {
    let world = World::sqlite().await;
    let create = "mutation { automationCreate(input: {name: \"Welcome\"}) { automation { name } } }";
    for (query, expected) in [
        ("{ __typename }", json!({"data": {"__typename": "Query"}})),
        (create, json!({"data": {"automationCreate": {"automation": {"name": "Welcome"}}}})),
    ] {
        let mut events = Events::run(&world.http, world.app.address(), query, Value::Null).await;
        assert_eq!(events.event().await, Event::Next(expected));
        assert_eq!([events.event().await, events.event().await], [Event::Complete, Event::End]);
    }
    let bad_cursor = "subscription { contactExits(after: \"bad\") { cursor } }";
    for query in ["subscription { nope }", "subscription {", bad_cursor] {
        let mut events = Events::run(&world.http, world.app.address(), query, Value::Null).await;
        let Event::Next(result) = events.event().await else { panic!("{query} has no result") };
        assert_eq!(result["errors"].as_array().map(Vec::len), Some(1), "{result}");
        assert_eq!(result.get("data").is_some(), query == bad_cursor, "only what was executed has data: {result}");
        assert_eq!(events.event().await, Event::Complete);
    }
    world.end().await;
}

/// What is no operation is refused before there is a stream.
#[tokio::test]
async fn what_is_no_operation_is_refused_as_json() {
    let world = World::sqlite().await;
    let url = format!("http://{}/graphql", world.app.address());
    for (workspace, body, status) in [("default", "{broken", 400), ("nobody", "{\"query\": \"{ __typename }\"}", 400)] {
        let request =
            world.http.post(&url).header("accept", "text/event-stream").header("x-offramp-workspace", workspace);
        let request = request.header("content-type", "application/json").body(body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status);
        let refusal: Value = answer.json().await.expect("a JSON answer");
        assert!(refusal["errors"][0]["extensions"]["code"].is_string(), "{refusal}");
    }
    world.end().await;
}
