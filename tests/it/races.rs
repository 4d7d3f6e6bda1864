//! Many at once: one exit each, whoever is first (R31), also over two servers.

use crate::harness::auditor::{
    self, Automation, Condition, Entry, Happening, Micros, ReEntry, Rule, Version, What, draft,
};
use crate::harness::found;
use crate::harness::world::{BEGINNING, World, any_purchase, bought, tagged};
use crate::on_both;
use futures_util::future::join_all;
use offramp::app::App;
use offramp_domain::time::Timestamp;
use offramp_entity::{conversion, enrollment, exit, workspace};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

/// Who sends at once.
const PRODUCERS: usize = 20;
/// Servers over one database.
const NODES: usize = 4;
/// How often.
const ROUNDS: usize = 200;
/// How often to one server.
const ROUNDS_TO_ONE: i64 = 1_000;
/// Contacts of the crowd.
const CROWD: usize = 2_000;
/// How often each producer sends a batch about the crowd.
const WAVES: i64 = 15;
/// Events of such a batch.
const BATCH: usize = 20;
/// A round or a wave takes so long by the world's clock.
const MINUTE: Micros = 60_000_000;

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

    /// Twenty producers send to one server, a thousand times, about one contact; what comes of it equals a naive reading of
    /// the rules, in the order in which the server received it.
    async fn one_contact_a_thousand_times_equals_the_auditor(world) {
        let welcome = define(world).await;
        for round in 0..ROUNDS_TO_ONE {
            let now = set_clock(world, round);
            let sends = (0..PRODUCERS).map(|producer| {
                // Each tenth event comes late, into the round before, and two of five have a key that another has.
                let occurred_at = (producer % 10 == 3).then_some(now - MINUTE);
                let mark = format!("{round}-{}", if producer % 5 == 4 { producer % 10 } else { producer + 10 });
                send(world, world.app.address(), happened(&mark, "ann", producer % 5 == 0, occurred_at))
            });
            join_all(sends).await;
        }
        assert_equals_auditor(world, welcome, 18 * usize::try_from(ROUNDS_TO_ONE).expect("a number")).await;
    }

    /// Twenty producers send batches about two thousand contacts, every fifth event a repeat and every tenth late.
    async fn a_crowd_equals_the_auditor(world) {
        let welcome = define(world).await;
        let mut rng = fastrand::Rng::with_seed(7);
        let mut sent: Vec<Value> = Vec::new();
        for wave in 0..WAVES {
            let now = set_clock(world, wave);
            let batches: Vec<Vec<Value>> = (0..PRODUCERS).map(|_| (0..BATCH).map(|_| {
                if !sent.is_empty() && rng.u8(..5) == 0 {
                    return sent[rng.usize(..sent.len())].clone();
                }
                let (mark, who) = (sent.len().to_string(), rng.usize(..CROWD).to_string());
                let occurred_at = (rng.u8(..10) == 0).then(|| now - rng.i64(1..=5) * MINUTE);
                sent.push(happened(&mark, &who, rng.bool(), occurred_at));
                sent[sent.len() - 1].clone()
            }).collect()).collect();
            let sends = batches.into_iter().map(async |batch| {
                let answer = ingest(world, world.app.address(), json!(batch)).await;
                assert_eq!(answer["refusedCount"], 0, "{answer}");
            });
            join_all(sends).await;
        }
        assert_equals_auditor(world, welcome, sent.len()).await;
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

/// Sets the clock to a minute of the race; gives it back.
fn set_clock(world: &World, minute: i64) -> Micros {
    let now = Timestamp::parse(BEGINNING).expect("an instant").as_micros() + minute * MINUTE;
    world.clock.set(Timestamp::from_micros(now));
    now
}

/// An event under its mark as its key: the tag that pulls in, or a purchase.
fn happened(mark: &str, who: &str, enters: bool, occurred_at: Option<Micros>) -> Value {
    let lead = || Happening::Tagged("lead".to_owned());
    let what = if enters { lead() } else { Happening::Bought((200, "USD".to_owned())) };
    draft::event(Some(mark), who, mark, &what, occurred_at)
}

/// An automation that is entered by the tag `lead` and left by any purchase, which counts within three minutes.
async fn define(world: &World) -> Automation {
    let rule = |name: &str, what, window| {
        let condition = Condition { what, not_before: None, within: None, from: None, until: None };
        Rule { name: name.to_owned(), all: true, conditions: vec![condition], window }
    };
    let version = Version {
        entries: vec![rule("Lead", What::Tag(vec!["lead".to_owned()]), None)],
        goals: vec![rule("Bought", What::Purchase { at_least: None }, Some(3 * MINUTE))],
        alternates: Vec::new(),
    };
    let re_entry = ReEntry::AfterExit;
    let made = world.change("automationCreate", json!({"name": "Welcome", "reEntry": draft::re_entry(re_entry)})).await;
    let id = &made["automation"]["id"];
    for (field, rule) in [("entryRuleCreate", &version.entries[0]), ("goalCreate", &version.goals[0])] {
        let mut input = draft::rule(rule);
        input["automationId"] = id.clone();
        let answer = world.change(field, input).await;
        assert_eq!(answer["userErrors"], json!([]));
    }
    world.change("automationPublish", json!({"id": id})).await;
    Automation { name: "Welcome".to_owned(), re_entry, versions: vec![version] }
}

/// Holds the tables against what a naive reading of the rules makes of what was received.
async fn assert_equals_auditor(world: &World, automation: Automation, events: usize) {
    let workspaces = workspace::Entity::find().all(&world.tables).await.expect("workspaces");
    let received = found::received(&world.tables, workspaces[0].id).await;
    assert_eq!(received.len(), events, "each key is stored once (R61)");
    let events = received.into_iter().map(|one| Entry::Event(one.event));
    let diary: Vec<_> = std::iter::once(Entry::Publish(0)).chain(events).collect();
    let must = auditor::audit(&[automation], &diary);
    let difference = must.difference(&found::books(&world.tables, workspaces[0].id).await);
    assert!(difference.is_empty(), "{}", difference.join("\n"));
    assert!(must.records.len() > diary.len() / 4, "only {} records", must.records.len());
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
