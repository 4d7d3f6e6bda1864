//! Conditions that somebody is writing: what they mean, what stored events say of them, and every wrong drill-down.

use crate::catalogue::statements;
use crate::harness::world::{World, any_purchase, bought, faults, tagged};
use crate::on_both;
use offramp_domain::limits::{PREVIEW_EVENTS_MAX, VALUES_PER_FILTER_MAX};
use offramp_entity::{contact, enrollment, event, rule};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

const PREVIEW: &str = "query P($input: ConditionPreviewInput!) { conditionPreview(input: $input) { description userErrors { code field message }
    events { id type occurredAt matches contact { externalId } filters { conditionKey key path wanted found passes } } } }";

async fn preview(world: &World, condition: Value) -> Value {
    world.data(PREVIEW, json!({"input": {"condition": condition}})).await["conditionPreview"].take()
}

/// Each event as `who: matches`.
fn matched(preview: &Value) -> Vec<String> {
    let events = preview["events"].as_array().expect("events").iter();
    events
        .map(|event| format!("{}: {}", event["contact"]["externalId"].as_str().expect("who"), event["matches"]))
        .collect()
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currencyCode": "USD"})
}

fn filter(key: &str, operator: &str, value: Value) -> Value {
    json!({"key": key, "operator": operator, "value": value})
}

fn with(key: &str, filters: Value) -> Value {
    json!({"key": key, "filters": filters})
}

fn group(conditions: Value) -> Value {
    json!({"key": "composite", "conditions": conditions})
}

/// Drill-downs that are wrong, and where.
fn bad_drill_downs() -> Vec<(Value, &'static str)> {
    let many: Vec<_> = (0..=VALUES_PER_FILTER_MAX).map(|value| value.to_string()).collect();
    let explosive = filter("source", "MATCHES", json!({"text": "(a{1000}){1000}"}));
    let amount = |currency: &str| filter("amount", "GTE", json!({"money": {"amount": "1", "currencyCode": currency}}));
    let product = filter("items", "ANY_OF", json!({"items": [{"category": "c"}, {"product": "nowhere"}]}));
    let form = filter("items", "ANY_OF", json!({"items": [{"orderForm": "f"}]}));
    let purchase = json!([{"key": "purchase.made"}]);
    vec![
        (with("purchase.made", json!([filter("tag", "ANY_OF", json!({"texts": ["vip"]}))])), "UNKNOWN filters.0.key"),
        (
            with("purchase.made", json!([filter("items", "CONTAINS", json!({"items": [{"product": "p"}]}))])),
            "INVALID filters.0.operator",
        ),
        (with("tag.applied", json!([filter("tag", "GTE", json!({"texts": ["vip"]}))])), "INVALID filters.0.operator"),
        (with("tag.applied", json!([filter("tag", "ANY_OF", json!({"number": "1"}))])), "WRONG_TYPE filters.0.value"),
        (with("purchase.made", json!([product])), "NOT_FOUND filters.0.value.items.1"),
        (with("purchase.made", json!([form])), "EDITION_REQUIRED filters.0.value.items.0"),
        (with("purchase.made", json!([amount("USD"), amount("EUR")])), "CURRENCY_MISMATCH filters"),
        (group(json!([group(json!([group(json!([group(purchase.clone())]))]))])), "TOO_MANY conditions.0.conditions.0"),
        (with("tag.applied", json!([filter("tag", "ANY_OF", json!({"texts": many}))])), "TOO_MANY filters.0.value"),
        (with("tag.applied", json!([explosive])), "INVALID filters.0.value"),
        (
            group(json!([group(json!([product_of("nowhere")]))])),
            "NOT_FOUND conditions.0.conditions.0.filters.0.value.items.0",
        ),
        (group(json!([])), "BLANK conditions"),
        (
            json!({"key": "inaction", "filters": [filter("for", "EQ", json!({"duration": "P1D"}))]}),
            "REQUIRED conditions",
        ),
        (json!({"key": "purchase.made", "conditions": purchase}), "INVALID conditions"),
    ]
}

fn product_of(id: &str) -> Value {
    with("purchase.made", json!([filter("items", "ANY_OF", json!({"items": [{"product": id}]}))]))
}

on_both! {
    /// A preview says in English what a condition means, and of each event which filters pass and which fail.
    async fn previews(world) {
        let paid = |key: &str, who: &str, amount: &str, paid: &str| {
            let mut event = bought(key, who, amount);
            event["properties"]["paymentType"] = json!(paid);
            event
        };
        world.ingest(json!([paid("a", "ann", "25.00", "CARD"), tagged("t", "cat", "vip"), paid("b", "bob", "5.00", "CARD"), paid("c", "cat", "30.00", "CASH")])).await;
        let big = filter("amount", "GTE", json!({"money": usd("20")}));
        let card = filter("paymentType", "ANY_OF", json!({"texts": ["CARD"]}));
        let seen = preview(world, with("purchase.made", json!([big, card]))).await;
        assert_eq!((faults(&seen), &seen["description"]), (vec![], &json!("Makes a purchase (amount at least 20.00 USD, payment type CARD)")));
        assert_eq!(matched(&seen), ["cat: false", "bob: false", "ann: true"]);
        let told = |key: &str, wanted: &str, found: &str, passes: bool| json!({"conditionKey": "purchase.made", "key": key, "path": null,
            "wanted": wanted, "found": found, "passes": passes});
        for (place, found) in [(0, [("30.00 USD", true), ("CASH", false)]), (1, [("5.00 USD", false), ("CARD", true)]), (2, [("25.00 USD", true), ("CARD", true)])] {
            let [amount, payment] = found;
            let expected = json!([told("amount", "at least 20.00 USD", amount.0, amount.1), told("paymentType", "CARD", payment.0, payment.1)]);
            assert_eq!(seen["events"][place]["filters"], expected);
        }
        assert_eq!((&seen["events"][0]["type"], &seen["events"][0]["occurredAt"]), (&json!("order.purchased"), &json!("2026-01-01T00:00:00Z")));
        let vip = with("tag.applied", json!([filter("tag", "ANY_OF", json!({"texts": ["vip"]}))]));
        let any = preview(world, json!({"key": "composite", "join": "ANY", "conditions": [with("purchase.made", json!([card])), vip]})).await;
        assert_eq!(matched(&any), ["cat: false", "bob: true", "cat: true", "ann: true"]);
        let waits = json!({"key": "inaction", "conditions": [vip], "filters": [filter("for", "EQ", json!({"duration": "P1D"}))]});
        assert_eq!(matched(&preview(world, waits).await), ["cat: true"]);
        let has = preview(world, with("tag.has", json!([filter("tag", "ANY_OF", json!({"texts": ["vip"]}))]))).await;
        assert_eq!((matched(&has), &has["events"][0]["filters"][0]["passes"]), (vec!["cat: null".to_owned()], &Value::Null));
        let first = preview(world, with("purchase.made", json!([filter("firstOrder", "IS", json!({"flag": true}))]))).await;
        assert_eq!(matched(&first), ["cat: null", "bob: null", "ann: null"]);
        let own = with("event.custom", json!([filter("name", "EQ", json!({"text": "nobody.sends"}))]));
        assert_eq!(matched(&preview(world, own).await), [""; 0]);
        // Many events: the latest of them, in as many statements.
        let condition = json!({"input": {"condition": {"key": "tag.applied"}}});
        let few = statements(world, PREVIEW, condition.clone()).await;
        world.ingest((0..25).map(|n| tagged(&format!("n{n}"), &format!("p{n}"), "vip")).collect()).await;
        assert_eq!(statements(world, PREVIEW, condition.clone()).await, few);
        let seen = world.data(PREVIEW, condition).await["conditionPreview"].take();
        let expected: Vec<_> = (0..25).rev().take(usize::try_from(PREVIEW_EVENTS_MAX).expect("a number")).map(|n| format!("p{n}: true")).collect();
        assert_eq!(matched(&seen), expected);
    }

    /// Another workspace's events are not seen, and a preview leaves nothing behind.
    async fn previews_stay_within(world) {
        world.second_workspace().await;
        world.automation("Welcome", any_purchase()).await;
        world.ingest(json!([tagged("t", "ann", "other")])).await;
        let count = async || (
            event::Entity::find().count(&world.tables).await.expect("a count"),
            contact::Entity::find().count(&world.tables).await.expect("a count"),
            enrollment::Entity::find().count(&world.tables).await.expect("a count"),
            rule::Entity::find().count(&world.tables).await.expect("a count"),
        );
        let before = count().await;
        let lead = with("tag.applied", json!([filter("tag", "ANY_OF", json!({"texts": ["lead"]}))]));
        assert_eq!(matched(&preview(world, lead.clone()).await), ["ann: false"]);
        let theirs = world.ask_second(PREVIEW, json!({"input": {"condition": lead}})).await["data"]["conditionPreview"].take();
        assert_eq!((&theirs["events"], &theirs["description"], faults(&theirs)), (&json!([]), &json!("Tag applied (tag lead)"), vec![]));
        world.change("productUpsert", json!({"externalId": "p"})).await;
        assert_eq!(faults(&preview(world, product_of("p")).await), [""; 0]);
        let theirs = world.ask_second(PREVIEW, json!({"input": {"condition": product_of("p")}})).await["data"]["conditionPreview"].take();
        assert_eq!(faults(&theirs), ["NOT_FOUND input.condition.filters.0.value.items.0"]);
        assert_eq!(count().await, before);
    }

    /// A drill-down that is wrong is refused with its place and the way out, by a preview as by a rule.
    async fn bad_input(world) {
        world.change("categoryUpsert", json!({"externalId": "c"})).await;
        world.ingest(json!([tagged("t", "ann", "vip"), bought("b", "ann", "1.00")])).await;
        let made = world.change("automationCreate", json!({"name": "A"})).await;
        let id = &made["automation"]["id"];
        for (condition, expected) in bad_drill_downs() {
            let (code, place) = expected.split_once(' ').expect("a place");
            let seen = preview(world, condition.clone()).await;
            assert_eq!(faults(&seen), [format!("{code} input.condition.{place}")]);
            assert_eq!((&seen["description"], &seen["events"]), (&Value::Null, &json!([])));
            assert!(seen["userErrors"][0]["message"].as_str().is_some_and(|message| message.len() > 10));
            for field in ["goalCreate", "entryRuleCreate"] {
                let answer = world.change(field, json!({"automationId": id, "conditions": [condition]})).await;
                assert_eq!(faults(&answer), [format!("{code} input.conditions.0.{place}")], "{field}");
            }
        }
        let many = group(json!(vec![group(json!(vec![json!({"key": "purchase.made"}); 20])); 3]));
        assert_eq!(faults(&preview(world, many).await), ["TOO_MANY input.condition"]);
        let unknown = preview(world, json!({"key": "purchase.maed"})).await;
        assert_eq!(unknown["userErrors"][0]["message"], "There is no condition type `purchase.maed`. Did you mean `purchase.made`?");
        assert_eq!(rule::Entity::find().count(&world.tables).await.ok(), Some(0));
    }

    /// What a rule cannot have, though each of its conditions is right.
    async fn bad_rules(world) {
        let made = world.change("automationCreate", json!({"name": "A"})).await;
        let id = &made["automation"]["id"];
        let answer = world.change("goalCreate", json!({"automationId": id, "join": "NONE", "conditions": any_purchase()})).await;
        assert_eq!(faults(&answer), ["INVALID input.conditions"]);
        assert!(answer["userErrors"][0]["message"].as_str().is_some_and(|said| said.contains("Nothing could ever meet this")));
        let nothing = json!([{"key": "composite", "join": "NONE", "conditions": any_purchase()}]);
        let answer = world.change("entryRuleCreate", json!({"automationId": id, "conditions": nothing})).await;
        assert_eq!(faults(&answer), ["INVALID input.conditions"]);
        let waits = |from: &str| json!([{"key": "inaction", "conditions": any_purchase(), "filters": [
            filter("for", "EQ", json!({"duration": "P1D"})), filter("from", "ANY_OF", json!({"texts": [from]}))]}]);
        for (from, expected) in [("ENTRY", &["INVALID input.conditions"][..]), ("EVENT", &[]), ("ENTRANCE", &["UNKNOWN input.conditions.0.filters.1.value"])] {
            let answer = world.change("entryRuleCreate", json!({"automationId": id, "conditions": waits(from)})).await;
            assert_eq!(faults(&answer), expected, "{from}");
        }
        assert_eq!(faults(&world.change("goalCreate", json!({"automationId": id, "conditions": waits("ENTRY")})).await), [""; 0]);
        // An entry rule is what lets contacts in, so that its input knows nothing of what was met before.
        let input = json!({"automationId": id, "conditions": any_purchase(), "metBeforeEntry": "IGNORE"});
        let create = "mutation E($input: EntryRuleCreateInput!) { entryRuleCreate(input: $input) { userErrors { code } } }";
        let answer = world.ask(create, json!({"input": input})).await;
        assert!(answer["errors"][0]["message"].as_str().is_some_and(|said| said.contains("metBeforeEntry")), "{answer}");
        assert_eq!(rule::Entity::find().count(&world.tables).await.ok(), Some(2));
    }
}
