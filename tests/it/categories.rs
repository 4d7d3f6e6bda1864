//! Categories within categories (R22).

use crate::harness::world::{faults, tagged};
use crate::on_both;
use serde_json::{Value, json};

on_both! {
    /// A category within another: what belongs to it belongs to that one too, and none contains itself (R22).
    async fn categories_within_categories(world) {
        for (id, parent) in [("events", Value::Null), ("live", json!("events")), ("talks", json!("live"))] {
            let made = world.change("categoryUpsert", json!({"externalId": id, "parentExternalId": parent})).await;
            assert_eq!(faults(&made), [""; 0]);
        }
        for (id, parent, expected) in [
            ("events", json!("events"), "INVALID input.parentExternalId"),
            ("events", json!("talks"), "INVALID input.parentExternalId"),
            ("new", json!("new"), "INVALID input.parentExternalId"),
            ("live", json!("nowhere"), "NOT_FOUND input.parentExternalId"),
            ("live", json!(" "), "BLANK input.parentExternalId"),
        ] {
            let refused = world.change("categoryUpsert", json!({"externalId": id, "parentExternalId": parent})).await;
            assert_eq!(faults(&refused), [expected], "{id} within {parent}");
        }
        let items = json!({"items": [{"category": "events"}]});
        world.automation("Fans", json!([{"key": "purchase.made", "filters": [{"key": "items", "operator": "ANY_OF", "value": items}]}])).await;
        world.change("productUpsert", json!({"externalId": "ticket", "categoryExternalIds": ["talks"]})).await;
        world.ingest(json!([tagged("t1", "ann", "lead"), tagged("t2", "ben", "lead"), tagged("t3", "cat", "lead")])).await;
        let buy = |who: &str, line: Value| json!({"messageId": format!("b{who}"), "type": "order.placed", "contactExternalId": who,
            "properties": {"orderId": "o", "amount": "0.00", "items": [line]}});
        world.set_clock("2026-01-01T01:00:00Z");
        world.ingest(json!([buy("ann", json!({"productId": "ticket"})), buy("ben", json!({"productId": "x", "categoryIds": ["live"]})),
            buy("cat", json!({"productId": "x", "categoryIds": ["other"]}))])).await;
        let left = world.data("{ exits(first: 9) { nodes { contact { externalId } } } }", Value::Null).await;
        let left: Vec<_> = left["exits"]["nodes"].as_array().expect("exits").iter().map(|exit| exit["contact"]["externalId"].clone()).collect();
        assert_eq!(left, ["ann", "ben"]);
        let read = "{ categoryByExternalId(externalId: \"talks\") { parent { externalId parent { externalId parent { id } } } } }";
        let read = world.data(read, Value::Null).await;
        assert_eq!(read["categoryByExternalId"]["parent"], json!({"externalId": "live", "parent": {"externalId": "events", "parent": null}}));
        let out = world.change("categoryUpsert", json!({"externalId": "live", "parentExternalId": null})).await;
        assert_eq!(faults(&out), [""; 0]);
        for level in 0..12 {
            let parent = if level == 0 { Value::Null } else { json!(format!("l{}", level - 1)) };
            let made = world.change("categoryUpsert", json!({"externalId": format!("l{level}"), "parentExternalId": parent})).await;
            let expected: &[&str] = if level < 10 { &[] } else if level == 10 { &["TOO_MANY input.parentExternalId"] } else { &["NOT_FOUND input.parentExternalId"] };
            assert_eq!(faults(&made), expected, "level {level}");
        }
    }
}
