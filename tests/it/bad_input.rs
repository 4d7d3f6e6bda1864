//! Bad input: a clear error with its code and path, nothing lost, nothing clamped.

use crate::harness::world::{any_purchase, bought, faults, tagged};
use crate::on_both;
use offramp_entity::{automation, contact, event, rule};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

fn filter(key: &str, operator: &str, value: Value) -> Value {
    json!([{"key": "purchase.made", "filters": [{"key": key, "operator": operator, "value": value}]}])
}

/// Conditions, and the faults that they have.
fn bad_conditions() -> Vec<(Value, &'static [&'static str])> {
    let usd = |amount: &str| json!({"amount": amount, "currencyCode": "USD"});
    let eur = json!({"amount": "9", "currencyCode": "EUR"});
    let range = |from: Value, to: Value| filter("amount", "BETWEEN", json!({"moneyRange": {"from": from, "to": to}}));
    let window = |window: Value| json!([{"key": "purchase.made", "window": window}]);
    let occurred = |occurred: Value| json!([{"key": "purchase.made", "occurred": occurred}]);
    let custom = |filters: Value| json!([{"key": "event.custom", "filters": filters}]);
    let name = json!({"key": "name", "operator": "EQ", "value": {"text": "a"}});
    vec![
        (json!([]), &["BLANK input.conditions"]),
        (json!(vec![json!({"key": "purchase.made"}); 21]), &["TOO_MANY input.conditions"]),
        (json!([{"key": "purchase.maed"}]), &["UNKNOWN input.conditions.0.key"]),
        (json!([{"key": "purchase.made"}, {"key": ""}]), &["UNKNOWN input.conditions.1.key"]),
        (filter("prodct", "ANY_OF", json!({"texts": ["p"]})), &["UNKNOWN input.conditions.0.filters.0.key"]),
        (filter("items", "ANY_OF", json!({"texts": ["p"]})), &["WRONG_TYPE input.conditions.0.filters.0.value"]),
        (
            filter("items", "GTE", json!({"items": [{"product": "p"}]})),
            &["INVALID input.conditions.0.filters.0.operator"],
        ),
        (filter("items", "ANY_OF", json!({"items": []})), &["BLANK input.conditions.0.filters.0.value"]),
        (
            filter("items", "ANY_OF", json!({"items": vec![json!({"product": "p"}); 10_001]})),
            &["TOO_MANY input.conditions.0.filters.0.value"],
        ),
        (
            filter("items", "ANY_OF", json!({"items": [{"product": " "}]})),
            &["BLANK input.conditions.0.filters.0.value"],
        ),
        (filter("paymentType", "ANY_OF", json!({"texts": ["CRAD"]})), &["UNKNOWN input.conditions.0.filters.0.value"]),
        (filter("amount", "GTE", json!({"number": "20"})), &["WRONG_TYPE input.conditions.0.filters.0.value"]),
        (
            filter("amount", "GTE", json!({"money": {"amount": "twenty", "currencyCode": "USD"}})),
            &["INVALID input.conditions.0.filters.0.value"],
        ),
        (
            filter("amount", "GTE", json!({"money": {"amount": "1.999", "currencyCode": "USD"}})),
            &["INVALID input.conditions.0.filters.0.value"],
        ),
        (
            filter("amount", "GTE", json!({"money": {"amount": "1", "currencyCode": "EURO"}})),
            &["INVALID input.conditions.0.filters.0.value"],
        ),
        (range(usd("1"), eur), &["CURRENCY_MISMATCH input.conditions.0.filters.0.value"]),
        (range(usd("2"), usd("1")), &["OUT_OF_RANGE input.conditions.0.filters.0.value"]),
        (filter("quantity", "GTE", json!({"number": "many"})), &["INVALID input.conditions.0.filters.0.value"]),
        (filter("quantity", "GTE", Value::Null), &["REQUIRED input.conditions.0.filters.0.value"]),
        (filter("quantity", "IS_SET", json!({"number": "1"})), &["INVALID input.conditions.0.filters.0.value"]),
        (custom(json!([])), &["REQUIRED input.conditions.0.filters"]),
        (
            custom(json!([name, {"key": "property", "operator": "EQ", "value": {"text": "x"}}])),
            &["REQUIRED input.conditions.0.filters.1.path"],
        ),
        (
            custom(json!([name, {"key": "property", "path": "a", "operator": "GTE", "value": {"flag": true}}])),
            &["INVALID input.conditions.0.filters.1.operator"],
        ),
        (window(json!({"within": "PT59S"})), &["OUT_OF_RANGE input.conditions.0.window.within"]),
        (window(json!({"notBefore": "P731D"})), &["OUT_OF_RANGE input.conditions.0.window.notBefore"]),
        (window(json!({"within": "P1M"})), &["INVALID input.conditions.0.window.within"]),
        (window(json!({"notBefore": "P2D", "within": "P1D"})), &["OUT_OF_RANGE input.conditions.0.window"]),
        (occurred(json!({"before": "1997-10-01"})), &["INVALID input.conditions.0.occurred.before"]),
        (
            occurred(json!({"after": "1997-10-01T00:00:00Z", "before": "1997-10-01T00:00:00Z"})),
            &["OUT_OF_RANGE input.conditions.0.occurred"],
        ),
    ]
}

/// Counts and sums, and the faults that they have.
fn bad_tallies() -> Vec<(Value, &'static [&'static str])> {
    let usd = |amount: &str| json!({"money": {"amount": amount, "currencyCode": "USD"}});
    let times = |occurrence: Value| json!([{"key": "purchase.made", "occurrence": occurrence}]);
    let sum = |key: &str, of: &str, least: Value| json!([{"key": key, "sum": {"of": of, "atLeast": least}}]);
    let bought = |of: &str, least: Value| sum("purchase.made", of, least);
    let in_euros =
        json!([{"key": "amount", "operator": "GTE", "value": {"money": {"amount": "1", "currencyCode": "EUR"}}}]);
    let flag = |operator: &str, value: Value| json!([{"key": "membership.started", "filters": [{"key": "paid", "operator": operator, "value": value}]}]);
    vec![
        (times(json!({"atLeast": 0})), &["OUT_OF_RANGE input.conditions.0.occurrence.atLeast"]),
        (times(json!({"nth": -1})), &["OUT_OF_RANGE input.conditions.0.occurrence.nth"]),
        (times(json!({"everyNth": 10_001})), &["OUT_OF_RANGE input.conditions.0.occurrence.everyNth"]),
        (
            json!([{"key": "purchase.made", "occurrence": {"nth": 2}, "sum": {"of": "amount", "atLeast": usd("1")}}]),
            &["INVALID input.conditions.0.sum"],
        ),
        (bought("amuont", usd("1")), &["UNKNOWN input.conditions.0.sum.of"]),
        (bought("items", json!({"number": "1"})), &["UNKNOWN input.conditions.0.sum.of"]),
        (bought("", usd("1")), &["UNKNOWN input.conditions.0.sum.of"]),
        (sum("visit.completed", "location", json!({"number": "1"})), &["UNKNOWN input.conditions.0.sum.of"]),
        (bought("amount", json!({"number": "1"})), &["WRONG_TYPE input.conditions.0.sum.atLeast"]),
        (bought("quantity", usd("1")), &["WRONG_TYPE input.conditions.0.sum.atLeast"]),
        (bought("amount", usd("0")), &["OUT_OF_RANGE input.conditions.0.sum.atLeast"]),
        (bought("amount", usd("-1")), &["OUT_OF_RANGE input.conditions.0.sum.atLeast"]),
        (bought("amount", usd("100000000000.01")), &["OUT_OF_RANGE input.conditions.0.sum.atLeast"]),
        (bought("amount", usd("1.999")), &["INVALID input.conditions.0.sum.atLeast"]),
        (bought("quantity", json!({"number": "0"})), &["OUT_OF_RANGE input.conditions.0.sum.atLeast"]),
        (bought("quantity", json!({"number": "1000000000000.1"})), &["OUT_OF_RANGE input.conditions.0.sum.atLeast"]),
        (bought("quantity", json!({"number": "many"})), &["INVALID input.conditions.0.sum.atLeast"]),
        (
            json!([{"key": "purchase.made", "filters": in_euros, "sum": {"of": "amount", "atLeast": usd("1")}}]),
            &["CURRENCY_MISMATCH input.conditions.0.sum.atLeast"],
        ),
        (
            json!([{"key": "event.custom", "sum": {"of": " ", "atLeast": usd("1")}}]),
            &["REQUIRED input.conditions.0.filters", "BLANK input.conditions.0.sum.of"],
        ),
        (flag("IS", json!({"text": "true"})), &["WRONG_TYPE input.conditions.0.filters.0.value"]),
        (flag("IS", Value::Null), &["REQUIRED input.conditions.0.filters.0.value"]),
        (flag("EQ", json!({"flag": true})), &["INVALID input.conditions.0.filters.0.operator"]),
    ]
}

on_both! {
    /// Every fault of a definition is named, and nothing of it is kept.
    async fn definitions(world) {
        for (name, expected) in [("", "BLANK"), (" \t ", "BLANK"), (&*"x".repeat(300), "TOO_LONG"), ("a\u{7}b", "INVALID")] {
            let answer = world.change("automationCreate", json!({"name": name})).await;
            assert_eq!(faults(&answer), [format!("{expected} input.name")], "{name}");
        }
        for (policy, expected) in [
            (json!({"policy": "AFTER"}), "REQUIRED input.reEntry.after"),
            (json!({"policy": "AFTER", "after": "PT1S"}), "OUT_OF_RANGE input.reEntry.after"),
            (json!({"policy": "ONCE", "after": "P1D"}), "INVALID input.reEntry.after"),
        ] {
            let answer = world.change("automationCreate", json!({"name": "A", "reEntry": policy})).await;
            assert_eq!(faults(&answer), [expected]);
        }
        assert_eq!(automation::Entity::find().count(&world.tables).await.ok(), Some(0));
        let made = world.change("automationCreate", json!({"name": "A"})).await;
        let id = &made["automation"]["id"];
        for (conditions, expected) in bad_conditions().into_iter().chain(bad_tallies()) {
            for field in ["goalCreate", "alternateExitRuleCreate"] {
                let answer = world.change(field, json!({"automationId": id, "conditions": conditions})).await;
                assert_eq!(faults(&answer), expected, "{conditions}");
            }
        }
        let goal = |extra: Value| {
            let mut input = json!({"automationId": id, "conditions": any_purchase()});
            input.as_object_mut().expect("an input").extend(extra.as_object().cloned().expect("fields"));
            input
        };
        let answer = world.change("goalCreate", goal(json!({"name": "x".repeat(300), "conversionWindow": "P3Y"}))).await;
        assert_eq!(faults(&answer), ["TOO_LONG input.name", "INVALID input.conversionWindow"]);
        let answer = world.change("goalCreate", goal(json!({"conversionWindow": "P731D"}))).await;
        assert_eq!(faults(&answer), ["OUT_OF_RANGE input.conversionWindow"]);
        let windowed = json!([{"key": "purchase.made", "window": {"within": "P1D"}}]);
        let answer = world.change("entryRuleCreate", json!({"automationId": id, "conditions": windowed})).await;
        assert_eq!(faults(&answer), ["INVALID input.conditions.0.window"]);
        assert_eq!(rule::Entity::find().count(&world.tables).await.ok(), Some(0));
    }

    /// A typo is answered with the nearest name.
    async fn the_nearest_name_is_offered(world) {
        let made = world.change("automationCreate", json!({"name": "A"})).await;
        let id = &made["automation"]["id"];
        for (conditions, nearest) in [
            (json!([{"key": "purchase.maed"}]), "Did you mean `purchase.made`?"),
            (filter("paymentTyp", "ANY_OF", json!({"texts": ["CARD"]})), "Did you mean `paymentType`?"),
            (filter("paymentType", "ANY_OF", json!({"texts": ["CRAD"]})), "Did you mean `CARD`?"),
            (json!([{"key": "purchase.made", "sum": {"of": "amuont", "atLeast": {"number": "1"}}}]), "Did you mean `amount`?"),
        ] {
            let answer = world.change("goalCreate", json!({"automationId": id, "conditions": conditions})).await;
            let message = answer["userErrors"][0]["message"].as_str().unwrap_or_default();
            assert!(message.contains(nearest), "{message}");
        }
    }

    /// Ids that are none, of another type, or of nobody.
    async fn ids(world) {
        let other = world.automation("Other", any_purchase()).await;
        let goals = world.data("query G($id: ID!) { automation(id: $id) { goals { id } } }", json!({"id": other})).await;
        let goal = goals["automation"]["goals"][0]["id"].clone();
        for id in [json!("nonsense"), json!(""), goal, json!("QXV0b21hdGlvbjowMTkwMDAwMDAwMDA3MDAxODAwMDAwMDAwMDAwMDAwMQ")] {
            for field in ["automationPublish", "automationPause", "automationResume"] {
                assert_eq!(faults(&world.change(field, json!({"id": id})).await), ["NOT_FOUND input.id"], "{field} {id}");
            }
            for field in ["goalCreate", "entryRuleCreate", "alternateExitRuleCreate"] {
                let input = json!({"automationId": id, "conditions": any_purchase()});
                assert_eq!(faults(&world.change(field, input).await), ["NOT_FOUND input.automationId"], "{field} {id}");
            }
            let nobody = world.data("query N($id: ID!) { automation(id: $id) { id } }", json!({"id": id})).await;
            assert_eq!(nobody, json!({"automation": null}));
        }
    }

    /// What cannot be paused or resumed says so.
    async fn states(world) {
        let made = world.change("automationCreate", json!({"name": "A"})).await;
        let id = &made["automation"]["id"];
        for field in ["automationPause", "automationResume"] {
            assert_eq!(faults(&world.change(field, json!({"id": id})).await), ["INVALID_STATE input.id"], "{field}");
        }
        world.change("automationPublish", json!({"id": id})).await;
        assert_eq!(faults(&world.change("automationResume", json!({"id": id})).await), ["INVALID_STATE input.id"]);
        assert_eq!(faults(&world.change("automationPause", json!({"id": id})).await), [""; 0]);
        assert_eq!(faults(&world.change("automationPause", json!({"id": id})).await), ["INVALID_STATE input.id"]);
        // A publication of a paused automation leaves it paused.
        assert_eq!(world.change("automationPublish", json!({"id": id})).await["automation"]["status"], "PAUSED");
    }

    /// A batch that is too long or empty is refused whole; one bad event fails alone (R62).
    async fn batches(world) {
        let many: Vec<_> = (0..1_001).map(|n| tagged(&n.to_string(), "ann", "lead")).collect();
        assert_eq!(faults(&world.change("eventsIngest", json!({"events": many})).await), ["TOO_MANY input.events"]);
        assert_eq!(faults(&world.change("eventsIngest", json!({"events": []})).await), ["BLANK input.events"]);
        assert_eq!(event::Entity::find().count(&world.tables).await.ok(), Some(0));
        let mut ahead = tagged("ahead", "late", "lead");
        ahead["occurredAt"] = json!("2026-01-02T01:00:00Z");
        let events = json!([tagged("a", "ann", "lead"), ahead, bought("b", "ben", "1.999"), tagged("", "cat", "lead"), tagged("d", "dan", "lead")]);
        let answer = world.change("eventsIngest", json!({"events": events})).await;
        let errors: Vec<_> = answer["results"].as_array().expect("results").iter().map(faults).collect();
        assert_eq!(errors, [
            vec![],
            vec!["OUT_OF_RANGE input.events.1.occurredAt".to_owned()],
            vec!["INVALID input.events.2.properties.amount".to_owned()],
            vec!["BLANK input.events.3.messageId".to_owned()],
            vec![],
        ]);
        assert_eq!((&answer["acceptedCount"], &answer["refusedCount"]), (&json!(2), &json!(3)));
        // A refused event makes no contact.
        assert_eq!(contact::Entity::find().count(&world.tables).await.ok(), Some(2));
        let thousand: Vec<_> = (0..1_000).map(|n| tagged(&format!("t{n}"), "ann", "lead")).collect();
        world.ingest(json!(thousand)).await;
    }

    /// A late entry that would have more than a thousand stored events judged anew is refused alone, and its key stays
    /// free (R63).
    async fn too_late(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        world.set_clock("2026-02-01T00:00:00Z");
        for batch in 0..2 {
            let events = (0..500).map(|n| {
                json!({"messageId": format!("{batch}-{n}"), "type": "page.read", "contactExternalId": "ann", "occurredAt": "2026-01-20T00:00:00Z"})
            });
            world.ingest(events.collect()).await;
        }
        let late = |key: &str, who: &str| {
            let mut event = tagged(key, who, "lead");
            event["occurredAt"] = json!("2026-01-10T00:00:00Z");
            event
        };
        world.ingest(json!([late("just", "ann")])).await;
        world.ingest(json!([bought("leave", "ann", "1.00"), tagged("thousandth", "bob", "cold")])).await;
        let events: Value = (0..1_000).map(|n| {
            json!({"messageId": format!("bob-{n}"), "type": "page.read", "contactExternalId": "bob", "occurredAt": "2026-01-20T00:00:00Z"})
        }).collect();
        world.ingest(events).await;
        let batch = json!([late("late", "bob"), late("late", "bob"), late("fine", "cat"), tagged("now", "bob", "lead")]);
        let answer = world.change("eventsIngest", json!({"events": batch})).await;
        let errors: Vec<_> = answer["results"].as_array().expect("results").iter().map(faults).collect();
        assert_eq!(errors, [
            vec!["TOO_LATE input.events.0.occurredAt".to_owned()],
            vec!["TOO_LATE input.events.1.occurredAt".to_owned()],
            vec![],
            vec![],
        ]);
        world.ingest(json!([tagged("late", "bob", "other")])).await;
        let stats = world.data("query S($id: ID!) { automation(id: $id) { stats { entered converted } } }", json!({"id": id})).await;
        assert_eq!(stats["automation"]["stats"], json!({"entered": 3, "converted": 1}));
    }

    /// Amounts at the bound are summed exactly, and over it refused.
    async fn amounts(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        let events = (0..50).flat_map(|who| {
            let who = format!("p{who}");
            [tagged(&format!("t{who}"), &who, "lead"), bought(&format!("b{who}"), &who, "100000000000.00")]
        });
        world.ingest(events.collect()).await;
        let answer = world.change("eventsIngest", json!({"events": [bought("over", "ann", "100000000000.01"), bought("under", "ann", "-0.01")]})).await;
        assert_eq!(faults(&answer["results"][0]), ["OUT_OF_RANGE input.events.0.properties.amount"]);
        assert_eq!(faults(&answer["results"][1]), ["OUT_OF_RANGE input.events.1.properties.amount"]);
        let stats = world.data("query S($id: ID!) { automation(id: $id) { stats { revenue { amount } } } }", json!({"id": id})).await;
        assert_eq!(stats["automation"]["stats"]["revenue"], json!([{"amount": "5000000000000.00"}]));
    }

    /// Texts that are odd and right come back as they were sent.
    async fn odd_texts_are_kept(world) {
        for name in ["Ünïcode 🎯", "'; DROP TABLE event; --", "{\"a\": 1}", "a\\b%_"] {
            let made = world.change("automationCreate", json!({"name": name})).await;
            let read = world.data("query N($id: ID!) { automation(id: $id) { name } }", json!({"id": made["automation"]["id"]})).await;
            assert_eq!(read["automation"]["name"], name);
            world.ingest(json!([tagged(name, name, name)])).await;
        }
        let contacts = contact::Entity::find().all(&world.tables).await.expect("contacts");
        assert!(contacts.iter().any(|row| row.external_id == "Ünïcode 🎯"));
    }
}
