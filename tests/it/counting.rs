//! Counts and sums as they are kept: over servers, and whoever counts at once (R12).

use crate::harness::world::{World, bought, tagged};
use crate::on_both;
use futures_util::future::join_all;
use offramp_entity::{conversion, enrollment, exit, progress};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

/// Purchases sent at once.
const PURCHASES: usize = 60;

async fn ingest_at(world: &World, address: std::net::SocketAddr, events: Value) {
    let query = "mutation M($input: EventsIngestInput!) { eventsIngest(input: $input) { acceptedCount } }";
    let count = events.as_array().map_or(0, Vec::len);
    let answer = world.ask_at(address, query, json!({"input": {"events": events}})).await;
    assert_eq!(answer["data"]["eventsIngest"]["acceptedCount"], json!(count), "{answer}");
}

fn spent(amount: &str) -> Value {
    let least = json!({"money": {"amount": amount, "currencyCode": "USD"}});
    json!([{"key": "purchase.made", "sum": {"of": "amount", "atLeast": least}}])
}

on_both! {
    /// What one server counted another counts on, after the first and before it once more.
    async fn another_server_counts_on(world) {
        let third = json!([{"key": "purchase.made", "occurrence": {"atLeast": 3}}]);
        world.automation("Third", third).await;
        world.automation("Spent", spent("30.00")).await;
        let minutes = json!({"of": "minutes", "atLeast": {"number": "0.3"}});
        let name = json!([{"key": "name", "operator": "EQ", "value": {"text": "lesson.ended"}}]);
        world.automation("Minutes", json!([{"key": "event.custom", "filters": name, "sum": minutes}])).await;
        let lesson = |key: &str| json!({"messageId": key, "type": "lesson.ended", "contactExternalId": "ann", "properties": {"minutes": 0.1}});
        world.ingest(json!([tagged("t", "ann", "lead"), bought("1", "ann", "12.00"), lesson("4")])).await;
        let other = World::node(&world.url, world.clock.clone()).await;
        ingest_at(world, other.address(), json!([bought("2", "ann", "12.50"), lesson("5")])).await;
        other.stop().await;
        let rows = progress::Entity::find().all(&world.tables).await.expect("progress");
        let mut kept: Vec<_> = rows.iter().map(|row| (row.is_met, row.tally, row.sum_minor, row.sum_currency.as_deref(), row.sum_number.as_deref())).collect();
        kept.sort_unstable();
        assert_eq!(kept, [(false, 2, None, None, None), (false, 2, None, None, Some("0.2")), (false, 2, Some(2_450), Some("USD"), None)]);
        world.ingest(json!([bought("3", "ann", "6.00"), lesson("6")])).await;
        let conversions = conversion::Entity::find().all(&world.tables).await.expect("conversions");
        let mut values: Vec<_> = conversions.iter().map(|one| one.value_minor).collect();
        values.sort_unstable();
        assert_eq!(values, [None, Some(600), Some(3_050)], "the third is worth itself, the sum what it came to (R50)");
    }

    /// Purchases that come at once, to two servers, are all counted, and the last of them is the one that counts.
    async fn none_is_lost_among_many(world) {
        let all = json!([{"key": "purchase.made", "occurrence": {"nth": PURCHASES}}]);
        world.automation("All", all).await;
        world.automation("Spent", spent(&format!("{PURCHASES}.00"))).await;
        world.ingest(json!([tagged("t", "ann", "lead")])).await;
        let other = World::node(&world.url, world.clock.clone()).await;
        let nodes = [world.app.address(), other.address()];
        let buy = |number: usize| json!([bought(&number.to_string(), "ann", "1.00")]);
        join_all((1..PURCHASES).map(|number| ingest_at(world, nodes[number % 2], buy(number)))).await;
        assert_eq!(exit::Entity::find().all(&world.tables).await.expect("exits").len(), 0);
        ingest_at(world, nodes[0], buy(PURCHASES)).await;
        let exits = exit::Entity::find().all(&world.tables).await.expect("exits");
        assert_eq!(exits.len(), 2, "one of each automation");
        other.stop().await;
    }

    /// What the third of an entry rule is once past is counted no further: nothing is written for it any more (R12).
    async fn the_nth_once_past_costs_nothing(world) {
        let made = world.change("automationCreate", json!({"name": "Third"})).await;
        let id = &made["automation"]["id"];
        let third = json!([{"key": "purchase.made", "occurrence": {"nth": 3}}]);
        world.change("entryRuleCreate", json!({"automationId": id, "conditions": third})).await;
        world.change("automationPublish", json!({"id": id})).await;
        for number in 1..=6 {
            world.ingest(json!([bought(&number.to_string(), "ann", "1.00")])).await;
        }
        assert_eq!(enrollment::Entity::find().all(&world.tables).await.expect("stays").len(), 1);
        let rows = progress::Entity::find().all(&world.tables).await.expect("progress");
        assert_eq!(rows.iter().map(|row| (row.is_met, row.tally)).collect::<Vec<_>>(), [(false, 4)]);
    }

    /// What a definition asks for is shown as it was given, and in English.
    async fn counts_and_sums_are_shown(world) {
        let conditions = json!([
            {"key": "purchase.made"},
            {"key": "purchase.made", "occurrence": {"atLeast": 3}},
            {"key": "visit.completed", "occurrence": {"nth": 10}},
            {"key": "visit.completed", "occurrence": {"everyNth": 2}},
            {"key": "purchase.made", "sum": {"of": "amount", "atLeast": {"money": {"amount": "200", "currencyCode": "USD"}}}},
            {"key": "event.custom", "filters": [{"key": "name", "operator": "EQ", "value": {"text": "lesson.ended"}}],
                "sum": {"of": "time.minutes", "atLeast": {"number": "600"}}},
        ]);
        let id = world.automation("Welcome", conditions).await;
        let query = "query G($id: ID!) { automation(id: $id) { goals { conditions { description
            occurrence { atLeast nth everyNth } sum { of atLeast { number money { amount currencyCode } } } } } } }";
        let mut answer = world.data(query, json!({"id": id})).await;
        let shown = answer["automation"]["goals"][0]["conditions"].take();
        let times = |at_least: Value, nth: Value, every_nth: Value| json!({"atLeast": at_least, "nth": nth, "everyNth": every_nth});
        let none = Value::Null;
        let expected = [
            ("Makes a purchase", none.clone(), none.clone()),
            ("Makes a purchase at least 3 times", times(json!(3), none.clone(), none.clone()), none.clone()),
            ("Takes a class for the 10th time", times(none.clone(), json!(10), none.clone()), none.clone()),
            ("Takes a class every 2nd time", times(none.clone(), none.clone(), json!(2)), none.clone()),
            (
                "Makes a purchase with amount adding up to at least 200.00 USD",
                none.clone(),
                json!({"of": "amount", "atLeast": {"number": null, "money": {"amount": "200.00", "currencyCode": "USD"}}}),
            ),
            (
                "Custom event (name lesson.ended) with property time.minutes adding up to at least 600",
                none,
                json!({"of": "time.minutes", "atLeast": {"number": "600", "money": null}}),
            ),
        ];
        let expected = expected.map(|(description, occurrence, sum)| json!({"description": description, "occurrence": occurrence, "sum": sum}));
        assert_eq!(shown, json!(expected));
    }
}
