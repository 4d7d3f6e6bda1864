//! Anything by its global id.

use crate::harness::world::{World, any_purchase, bought, tagged};
use crate::on_both;
use serde_json::{Value, json};

const NODES: &str = "query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

/// A global id of every type but the workspace's, with the type's name, from a world in which somebody entered and left.
async fn one_of_each(world: &World) -> Vec<(&'static str, Value)> {
    let id = world.automation("A", any_purchase()).await;
    world.change("alternateExitRuleCreate", json!({"automationId": id, "conditions": any_purchase()})).await;
    world.ingest(json!([tagged("t", "ann", "lead"), bought("b", "ann", "1.00")])).await;
    let paid = json!({"type": "payment.succeeded", "contactExternalId": "ann", "properties": {"paymentId": "p", "orderId": "b", "amount": "1.00"}});
    world
        .ingest(json!([paid, {"type": "order.cancelled", "contactExternalId": "ann", "properties": {"orderId": "b"}}]))
        .await;
    let query = "query O($id: ID!) { automation(id: $id) { entryRules { id } goals { id conditions { id } } alternateExitRules { id } }
        orders(first: 1) { nodes { id } } payments(first: 1) { nodes { id } } reversals(first: 1) { nodes { id } }
        exits(first: 1) { nodes { id contact { id } enrollment { id conversions(first: 1) { nodes { id } } } } } }";
    let read = world.data(query, json!({"id": id})).await;
    let (automation, exit) = (&read["automation"], &read["exits"]["nodes"][0]);
    vec![
        ("Automation", json!(id)),
        ("EntryRule", automation["entryRules"][0]["id"].clone()),
        ("Goal", automation["goals"][0]["id"].clone()),
        ("AlternateExitRule", automation["alternateExitRules"][0]["id"].clone()),
        ("Condition", automation["goals"][0]["conditions"][0]["id"].clone()),
        ("Contact", exit["contact"]["id"].clone()),
        ("Enrollment", exit["enrollment"]["id"].clone()),
        ("ContactExit", exit["id"].clone()),
        ("Conversion", exit["enrollment"]["conversions"]["nodes"][0]["id"].clone()),
        ("Order", read["orders"]["nodes"][0]["id"].clone()),
        ("Payment", read["payments"]["nodes"][0]["id"].clone()),
        ("Reversal", read["reversals"]["nodes"][0]["id"].clone()),
    ]
}

on_both! {
    /// Every type is found by its id, alone and among others, in the order of the question; what is nothing is null.
    async fn every_type(world) {
        let mut all = one_of_each(world).await;
        let own = world.data("{ workspace { id } }", Value::Null).await;
        all.push(("Workspace", own["workspace"]["id"].clone()));
        for (name, id) in &all {
            let found = world.data("query N($id: ID!) { node(id: $id) { __typename id } }", json!({"id": id})).await;
            assert_eq!(found["node"], json!({"__typename": name, "id": id}));
        }
        let mut ids: Vec<_> = all.iter().map(|(_, id)| id.clone()).collect();
        ids.extend([json!("nonsense"), json!(""), json!("Qzo3"), all[0].1.clone()]);
        ids.reverse();
        let found = world.data(NODES, json!({"ids": ids})).await["nodes"].take();
        let expected: Vec<_> = ids.iter().map(|id| {
            all.iter().find(|(_, one)| one == id).map_or(Value::Null, |(name, id)| json!({"__typename": name, "id": id}))
        }).collect();
        assert_eq!(found, json!(expected));
        assert_eq!(world.data(NODES, json!({"ids": []})).await["nodes"], json!([]));
        let query = "query N($ids: [ID!]!) { nodes(ids: $ids) { ... on Goal { name automation { name } } ... on ContactExit { cursor reason }
            ... on Conversion { cursor goal { name } } ... on Condition { description } ... on Enrollment { status } } }";
        let read = world.data(query, json!({"ids": [all[2].1, all[4].1, all[7].1, all[8].1]})).await["nodes"].take();
        let exits = world.data("{ exits(first: 1) { nodes { cursor } } }", Value::Null).await;
        assert_eq!((&read[0], &read[1]), (&json!({"name": "Bought", "automation": {"name": "A"}}), &json!({"description": "Makes a purchase"})));
        assert_eq!(read[2]["cursor"], exits["exits"]["nodes"][0]["cursor"], "the same place as in the list");
        assert_eq!(read[3]["goal"]["name"], "Bought");
    }

    /// Another workspace's ids are nobody's.
    async fn of_another_workspace(world) {
        world.second_workspace().await;
        let mut ids: Vec<_> = one_of_each(world).await.into_iter().map(|(_, id)| id).collect();
        ids.push(world.data("{ workspace { id } }", Value::Null).await["workspace"]["id"].clone());
        let answer = world.ask_second(NODES, json!({"ids": ids})).await;
        assert_eq!(answer, json!({"data": {"nodes": vec![Value::Null; ids.len()]}}));
        for id in &ids {
            let query = "query N($id: ID!) { node(id: $id) { id } contact(id: $id) { id } enrollment(id: $id) { id } exit(id: $id) { id } goal(id: $id) { id } }";
            let answer = world.ask_second(query, json!({"id": id})).await;
            assert_eq!(answer["data"], json!({"node": null, "contact": null, "enrollment": null, "exit": null, "goal": null}), "{id}");
        }
    }

    /// At most a hundred at once, and one statement a type however many there are.
    async fn bounded(world) {
        let all = one_of_each(world).await;
        let ids = |count: usize| -> Vec<_> { all.iter().map(|(_, id)| id).cycle().take(count).collect() };
        let refused = world.ask(NODES, json!({"ids": ids(101)})).await;
        assert_eq!((&refused["errors"][0]["extensions"]["code"], &refused["data"]["nodes"]), (&json!("BAD_USER_INPUT"), &Value::Null));
        let mut people: Vec<_> = (0..50).map(|who| tagged(&format!("t{who}"), &format!("p{who}"), "cold")).collect();
        people.push(tagged("t", "ann", "lead"));
        world.change("eventsIngest", json!({"events": people})).await;
        let mut counts = Vec::new();
        for count in [all.len(), 100] {
            let before = world.app.store().statements();
            world.data(NODES, json!({"ids": ids(count)})).await;
            counts.push(world.app.store().statements() - before);
        }
        // Automation, rule, contact, stay, exit, conversion, order, payment and reversal; conditions are found with their
        // rules. One more looks up the workspace.
        assert_eq!(counts, [10, 10]);
    }
}
