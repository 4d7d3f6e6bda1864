//! States, timers and what is known of contacts, as a server keeps them (R4, R10–R12, R22, R60).

use crate::harness::world::{World, faults, tagged};
use crate::on_both;
use offramp_entity::{exit, fact, timer};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

/// An automation with these rules, published; gives back its id.
async fn automation(world: &World, name: &str, rules: &[(&str, Value)]) -> String {
    let made = world.change("automationCreate", json!({"name": name, "reEntry": {"policy": "AFTER_EXIT"}})).await;
    let id = made["automation"]["id"].as_str().expect("an id").to_owned();
    for (field, conditions) in rules {
        let answer = world.change(field, json!({"automationId": id, "conditions": conditions})).await;
        assert_eq!(faults(&answer), [""; 0], "{conditions}");
    }
    world.change("automationPublish", json!({"id": id})).await;
    id
}

fn lead() -> Value {
    json!([{"key": "tag.applied", "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": ["lead"]}}]}])
}

/// No visit for a week after entry.
fn silent() -> Value {
    let week = json!({"key": "for", "operator": "EQ", "value": {"duration": "P7D"}});
    json!([{"key": "inaction", "filters": [week], "conditions": [{"key": "visit.completed"}]}])
}

fn visited(key: &str, who: &str) -> Value {
    json!({"messageId": key, "type": "visit.checked_in", "contactExternalId": who})
}

async fn figures(world: &World, id: &str) -> Value {
    let query =
        "query S($id: ID!) { automation(id: $id) { stats { entered active converted alternateExits skipped } } }";
    world.data(query, json!({"id": id})).await["automation"]["stats"].take()
}

on_both! {
    /// What many wait for is judged once, though two servers look for it, and by one that was not there when it was set.
    async fn timers_are_judged_once(world) {
        let id = automation(world, "Trial", &[("entryRuleCreate", lead()), ("alternateExitRuleCreate", silent())]).await;
        let names: Vec<_> = (0..60).map(|place| format!("c{place}")).collect();
        world.ingest(names.iter().map(|name| tagged(&format!("{name}-in"), name, "lead")).collect()).await;
        assert_eq!(timer::Entity::find().count(&world.tables).await.ok(), Some(60));
        world.set_clock("2026-01-04T00:00:00Z");
        world.ingest(names.iter().take(20).map(|name| visited(&format!("{name}-visit"), name)).collect()).await;
        assert_eq!(timer::Entity::find().count(&world.tables).await.ok(), Some(40));
        let other = World::node_with_lanes(&world.url, world.clock.clone(), 2).await;
        let due = "2026-01-08T00:00:00Z";
        world.set_clock(due);
        world.until_nothing_is_due(due).await;
        other.stop().await;
        assert_eq!(exit::Entity::find().count(&world.tables).await.ok(), Some(40));
        let expected = json!({"entered": 60, "active": 20, "converted": 0, "alternateExits": 40, "skipped": 0});
        assert_eq!(figures(world, &id).await, expected);
    }

    /// A timer of an automation that is archived, or of a stay that ended, is nobody's.
    async fn nobody_waits_after_the_end(world) {
        let id = automation(world, "Trial", &[("entryRuleCreate", lead()), ("alternateExitRuleCreate", silent())]).await;
        world.ingest(json!([tagged("1", "ann", "lead"), tagged("2", "ben", "lead")])).await;
        let stays = world.data("{ enrollments(first: 2) { nodes { id } } }", Value::Null).await;
        world.change("enrollmentExit", json!({"id": stays["enrollments"]["nodes"][0]["id"]})).await;
        assert_eq!(timer::Entity::find().count(&world.tables).await.ok(), Some(1));
        world.change("automationArchive", json!({"id": id})).await;
        let due = "2026-01-08T00:00:00Z";
        world.set_clock(due);
        world.until_nothing_is_due(due).await;
        let all = exit::Entity::find().all(&world.tables).await.expect("exits");
        assert!(all.iter().all(|row| row.reason != "alternate_exit"), "{all:?}");
    }

    /// What is said of a contact is an event: rules hear of it, and the contact is as it says.
    async fn contacts_are_told_of_as_events(world) {
        let plan = |operator: &str, value: Value| json!([{"key": "field.changed", "filters": [
            {"key": "field", "path": "plan", "operator": operator, "value": value}]}]);
        let id = automation(world, "Plans", &[
            ("entryRuleCreate", plan("CHANGED_TO", json!({"texts": ["pro"]}))),
            ("goalCreate", plan("CHANGED_FROM_TO", json!({"change": {"from": ["pro"], "to": ["max"]}}))),
        ]).await;
        let upsert = |plan: &str| world.change("contactUpsert", json!({"externalId": "ann", "attributes": {"plan": plan}}));
        upsert("basic").await;
        upsert("pro").await;
        upsert("pro").await;
        assert_eq!(figures(world, &id).await["entered"], 1);
        world.ingest(json!([{"messageId": "1", "type": "contact.updated", "contactExternalId": "ann",
            "properties": {"email": "ann@example.com", "attributes": {"plan": "max", "seats": 4}}}])).await;
        assert_eq!(figures(world, &id).await["converted"], 1);
        let query = "{ contactByExternalId(externalId: \"ann\") { email attributes } }";
        let read = world.data(query, Value::Null).await;
        assert_eq!(read["contactByExternalId"], json!({"email": "ann@example.com", "attributes": {"plan": "max", "seats": 4}}));
        // Attributes are replaced as a whole by who says all of them; a late word of before changes nothing.
        world.set_clock("2026-01-02T00:00:00Z");
        let said = world.change("contactUpsert", json!({"externalId": "ann", "attributes": {"seats": 5}, "email": null})).await;
        assert_eq!(said["contact"]["attributes"], json!({"seats": 5}));
        world.ingest(json!([{"messageId": "2", "type": "contact.updated", "contactExternalId": "ann",
            "occurredAt": "2026-01-01T12:00:00Z", "properties": {"email": "late@example.com"}}])).await;
        let read = world.data(query, Value::Null).await;
        assert_eq!(read["contactByExternalId"], json!({"email": null, "attributes": {"seats": 5}}));
        assert!(fact::Entity::find().count(&world.tables).await.expect("facts") >= 3);
    }

    /// A line that does not say to which categories its product belongs is of those where the workspace has it (R22).
    async fn products_are_where_the_workspace_places_them(world) {
        world.change("categoryUpsert", json!({"externalId": "shoes"})).await;
        world.change("productUpsert", json!({"externalId": "boot", "categoryExternalIds": ["shoes"]})).await;
        let shoes = json!([{"key": "purchase.made", "filters": [
            {"key": "items", "operator": "ANY_OF", "value": {"items": [{"category": "shoes"}]}}]}]);
        let id = automation(world, "Shoes", &[("entryRuleCreate", shoes)]).await;
        let bought = |who: &str, line: Value| json!({"messageId": who, "type": "order.purchased", "contactExternalId": who,
            "properties": {"orderId": who, "amount": "10.00", "items": [line]}});
        let events = json!([
            bought("ann", json!({"productId": "boot"})),
            bought("ben", json!({"productId": "boot", "categoryIds": ["hats"]})),
            bought("cid", json!({"productId": "glove"})),
            bought("dan", json!({"productId": "glove", "categoryIds": ["shoes"]})),
        ]);
        world.ingest(events.clone()).await;
        assert_eq!(figures(world, &id).await["entered"], 2);
        // The same again is a repeat, though what was stored says more than what was sent.
        let again = world.change("eventsIngest", json!({"events": events})).await;
        assert_eq!(again["duplicateCount"], 4);
    }

    /// A batch runs as many statements however many contacts and events it has, whatever has to be known of them.
    async fn statements_are_constant(world) {
        let back = json!([{"key": "purchase.made", "firstEver": true}, {"key": "tag.has", "filters": [
            {"key": "tag", "operator": "ANY_OF", "value": {"texts": ["vip"]}}]}]);
        automation(world, "A", &[("entryRuleCreate", lead()), ("goalCreate", back), ("alternateExitRuleCreate", silent())]).await;
        // The first mention of a tag is noted, which is a statement more.
        world.ingest(json!([tagged("warm", "warm", "vip")])).await;
        let mut counts = Vec::new();
        for (round, size) in [1, 10, 100].into_iter().enumerate() {
            let names: Vec<_> = (0..size).map(|place| format!("c{round}-{place}")).collect();
            world.ingest(names.iter().map(|name| tagged(&format!("{name}-in"), name, "lead")).collect()).await;
            let more = |name: &String| [tagged(&format!("{name}-t"), name, "vip"), visited(&format!("{name}-v"), name)];
            let before = world.app.store().statements();
            world.ingest(names.iter().flat_map(more).collect()).await;
            counts.push(world.app.store().statements() - before);
        }
        assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    }
}
