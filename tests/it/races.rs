//! Many at once: one exit each, whoever is first (R31), also over two servers.

use crate::harness::world::{World, any_purchase, bought, tagged};
use crate::on_both;
use futures_util::future::join_all;
use offramp::app::App;
use offramp_entity::{conversion, enrollment, exit};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

/// Who sends at once.
const PRODUCERS: usize = 20;
/// Servers over one database.
const NODES: usize = 4;
/// How often.
const ROUNDS: usize = 200;

on_both! {
    /// Twenty producers send conflicting events of one contact, two hundred times, to four servers over one database:
    /// each time some enter and others leave, and each stay ends once.
    async fn twenty_producers_on_one_contact(world) {
        world.automation("Welcome", any_purchase()).await;
        let others = (1..NODES).map(|lanes| World::node_with_lanes(&world.url, world.clock.clone(), lanes));
        let others = join_all(others).await;
        let nodes: Vec<_> = std::iter::once(&world.app).chain(&others).map(App::address).collect();
        for round in 0..ROUNDS {
            let sends = (0..PRODUCERS).map(|producer| {
                let key = format!("{round}-{producer}");
                // One key in five is sent twice, by two producers to different servers.
                let shared = format!("{round}-shared-{}", producer % 10);
                let event = match producer % 5 {
                    0 => tagged(&key, "ann", "lead"),
                    4 => bought(&shared, "ann", "1.00"),
                    _ => bought(&key, "ann", "2.00"),
                };
                // Ten producers on, so that those who share a key do not share a server.
                send(world, nodes[(producer + producer / 10) % NODES], event)
            });
            join_all(sends).await;
        }
        join_all(others.into_iter().map(App::stop)).await;
        let stays = enrollment::Entity::find().all(&world.tables).await.expect("stays");
        let exits = exit::Entity::find().all(&world.tables).await.expect("exits");
        let ended = stays.iter().filter(|stay| stay.status == "ended").count();
        assert!(ended > 0, "nobody left");
        assert_eq!(exits.len(), ended);
        let conversions = conversion::Entity::find().all(&world.tables).await.expect("conversions");
        assert_eq!(conversions.iter().filter(|one| one.headline).count(), ended);
    }

    /// The same batch from many at once is applied once.
    async fn the_same_batch_from_many(world) {
        world.automation("Welcome", any_purchase()).await;
        let other = World::node_with_lanes(&world.url, world.clock.clone(), 3).await;
        let nodes = [world.app.address(), other.address()];
        let events: Vec<_> = (0..50)
            .flat_map(|who| [tagged(&format!("t{who}"), &who.to_string(), "lead"), bought(&format!("b{who}"), &who.to_string(), "1.00")])
            .collect();
        let sends = (0..PRODUCERS).map(|producer| ingest(world, nodes[producer % 2], json!(events)));
        let answers = join_all(sends).await;
        let accepted: u64 = answers.iter().filter_map(|answer| answer["acceptedCount"].as_u64()).sum();
        let duplicate: u64 = answers.iter().filter_map(|answer| answer["duplicateCount"].as_u64()).sum();
        assert_eq!((accepted, duplicate), (100, 100 * (PRODUCERS as u64 - 1)));
        other.stop().await;
        assert_eq!(exit::Entity::find().all(&world.tables).await.expect("exits").len(), 50);
    }

    /// A publication that was acknowledged holds on the other server at once (R5).
    async fn an_acknowledged_pause_holds_on_every_server(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        let other = World::node(&world.url, world.clock.clone()).await;
        send(world, other.address(), tagged("a", "ann", "lead")).await;
        world.change("automationPause", json!({"id": id})).await;
        send(world, other.address(), tagged("b", "ben", "lead")).await;
        world.change("automationResume", json!({"id": id})).await;
        send(world, other.address(), tagged("c", "cat", "lead")).await;
        other.stop().await;
        let stats = world.data("query S($id: ID!) { automation(id: $id) { stats { entered skipped } } }", json!({"id": id})).await;
        assert_eq!(stats["automation"]["stats"], json!({"entered": 2, "skipped": 1}));
    }
}

async fn send(world: &World, node: std::net::SocketAddr, event: Value) {
    let answer = ingest(world, node, json!([event])).await;
    assert_eq!(answer["refusedCount"], 0, "{answer}");
}

async fn ingest(world: &World, node: std::net::SocketAddr, events: Value) -> Value {
    const SEND: &str = "mutation Send($input: EventsIngestInput!) {
        eventsIngest(input: $input) { acceptedCount duplicateCount refusedCount } }";
    let mut answer = world.ask_at(node, SEND, json!({"input": {"events": events}})).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    answer["data"]["eventsIngest"].take()
}
