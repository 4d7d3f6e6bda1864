//! Hands over the API: what they are told, what they count, and that they race with events like everybody (R1, R3, R30,
//! R31).

use crate::harness::socket::Socket;
use crate::harness::world::{World, any_purchase, bought, tagged};
use crate::on_both;
use futures_util::future::join_all;
use offramp_entity::{enrollment, event, exit};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn enroll(world: &World, automation: &str, who: &str) -> Value {
    world.change("enrollmentCreate", json!({"automationId": automation, "contactExternalId": who})).await
}

fn told(answer: &Value) -> Vec<(&str, Vec<&str>)> {
    let errors = answer["userErrors"].as_array().into_iter().flatten();
    errors
        .map(|error| {
            let field = error["field"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            (error["code"].as_str().unwrap_or_default(), field)
        })
        .collect()
}

on_both! {
    /// A hand in and a hand out, with who it was, in the figures and in the feed.
    async fn in_and_out(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        let made = enroll(world, &id, "ann").await;
        assert_eq!((&made["enrollment"]["status"], &made["userErrors"]), (&json!("ACTIVE"), &json!([])));
        enroll(world, &id, "ben").await;
        let input = json!({"id": made["enrollment"]["id"], "by": "USER"});
        let left = world.change("enrollmentExit", input.clone()).await;
        assert_eq!(left["enrollment"]["exitReason"], "REMOVED_BY_USER");
        assert_eq!(told(&world.change("enrollmentExit", input).await), [("INVALID_STATE", vec!["input", "id"])]);
        let query = "query S($id: ID!) { automation(id: $id) { stats { entered active converted goalExits alternateExits } }
            exits(first: 10) { nodes { reason goal { name } alternateExitRule { name } contact { externalId } } } }";
        let seen = world.data(query, json!({"id": id})).await;
        assert_eq!(seen["automation"]["stats"], json!({"entered": 2, "active": 1, "converted": 0, "goalExits": 0, "alternateExits": 0}));
        let exit = json!({"reason": "REMOVED_BY_USER", "goal": null, "alternateExitRule": null, "contact": {"externalId": "ann"}});
        assert_eq!(seen["exits"]["nodes"], json!([exit]));
    }

    /// What is wrong is told with its code and path, and nothing is stored of it.
    async fn bad_input(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        let draft = world.change("automationCreate", json!({"name": "Draft"})).await["automation"]["id"].take();
        let field = |name: &'static str| vec!["input", name];
        for (input, expected) in [
            (json!({"automationId": "nobody", "contactExternalId": "ann"}), vec![("NOT_FOUND", field("automationId"))]),
            (json!({"automationId": draft, "contactExternalId": "ann"}), vec![("INVALID_STATE", field("automationId"))]),
            (json!({"automationId": id, "contactExternalId": " "}), vec![("BLANK", field("contactExternalId"))]),
            (json!({"automationId": id, "contactExternalId": "x".repeat(201)}), vec![("TOO_LONG", field("contactExternalId"))]),
            (json!({"automationId": id, "contactExternalId": "ann", "enteredAt": "soon"}), vec![("INVALID", field("enteredAt"))]),
            (json!({"automationId": id, "contactExternalId": "ann", "enteredAt": "2026-01-01T00:00:01Z"}), vec![("OUT_OF_RANGE", field("enteredAt"))]),
            (json!({"automationId": "", "contactExternalId": "", "enteredAt": ""}),
                vec![("BLANK", field("contactExternalId")), ("INVALID", field("enteredAt")), ("NOT_FOUND", field("automationId"))]),
        ] {
            let answer = world.change("enrollmentCreate", input.clone()).await;
            assert_eq!((told(&answer), &answer["enrollment"]), (expected, &Value::Null), "{input}");
        }
        for stay in ["nobody", &id] {
            assert_eq!(told(&world.change("enrollmentExit", json!({"id": stay})).await), [("NOT_FOUND", field("id"))]);
        }
        let refused = world.change("eventsIngest", json!({"events": [{"type": "offramp.removed", "contactExternalId": "ann"}]})).await;
        assert_eq!(refused["results"][0]["userErrors"][0]["code"], "INVALID");
        assert_eq!(event::Entity::find().count(&world.tables).await.ok(), Some(0));
    }

    /// A hand, an event and another hand at once: one of them ends the stay, and the others are told (R31).
    async fn hands_and_events_race(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        let mut refused = 0;
        for round in 0..20 {
            let stay = enroll(world, &id, "ann").await["enrollment"]["id"].take();
            let hands = (0..3).map(|_| world.change("enrollmentExit", json!({"id": stay})));
            let key = round.to_string();
            let (answers, ()) = tokio::join!(join_all(hands), world.ingest(json!([bought(&key, "ann", "1.00")])));
            refused += answers.iter().filter(|answer| answer["enrollment"].is_null()).count();
        }
        assert!(refused >= 40, "of three hands at most one ends a stay, and {refused} of 60 were refused");
        let stays = enrollment::Entity::find().all(&world.tables).await.expect("stays");
        assert_eq!((stays.len(), exit::Entity::find().count(&world.tables).await.ok()), (20, Some(20)));
        assert!(stays.iter().all(|stay| stay.status == "ended"));
    }

    /// Whoever is inside an automation that is archived leaves it, in more than one page; and nobody is judged by it any
    /// more (R30, R41).
    async fn everybody_leaves_what_is_archived(world) {
        const INSIDE: usize = 501;
        let id = world.automation("Welcome", any_purchase()).await;
        world.ingest((0..INSIDE).map(|who| tagged(&who.to_string(), &who.to_string(), "lead")).collect()).await;
        let query = "subscription { contactExits { reason contact { externalId } } }";
        let mut socket = Socket::run(world.app.address(), None, query, Value::Null).await;
        world.change("automationArchive", json!({"id": id})).await;
        // Acknowledged: from now on it converts nobody, whoever was not taken out yet.
        world.ingest(json!([bought("late", "0", "1.00"), tagged("new", "new", "lead")])).await;
        let mut left = BTreeSet::new();
        while left.len() < INSIDE {
            let exit = socket.exit().await.expect("an exit");
            assert_eq!(exit["reason"], "AUTOMATION_ARCHIVED");
            assert!(left.insert(exit["contact"]["externalId"].to_string()), "{exit}");
        }
        let query = "query S($id: ID!) { automation(id: $id) { stats { entered active converted } } }";
        let stats = world.data(query, json!({"id": id})).await;
        assert_eq!(stats["automation"]["stats"], json!({"entered": INSIDE, "active": 0, "converted": 0}));
    }

    /// Who is put in as of the past leaves by what was received since, and by nothing from before (R63).
    async fn as_of_the_past(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        world.set_clock("2026-01-05T00:00:00Z");
        let at = |mut event: Value, at: &str| {
            event["occurredAt"] = json!(at);
            event
        };
        world.ingest(json!([
            at(tagged("t", "ann", "vip"), "2026-01-01T00:00:00Z"),
            at(bought("b1", "ann", "1.00"), "2026-01-02T00:00:00Z"),
            at(bought("b2", "ann", "2.00"), "2026-01-04T00:00:00Z"),
        ])).await;
        let input = json!({"automationId": id, "contactExternalId": "ann", "enteredAt": "2026-01-03T00:00:00Z"});
        let made = world.change("enrollmentCreate", input).await;
        assert_eq!(made["enrollment"]["exitReason"], "GOAL_MET");
        let exits = world.data("{ exits(first: 10) { nodes { exitedAt } } }", Value::Null).await;
        assert_eq!(exits["exits"]["nodes"], json!([{"exitedAt": "2026-01-04T00:00:00Z"}]));
    }
}
