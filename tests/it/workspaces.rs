//! Workspaces: made by name, and seen from inside only.

use crate::harness::world::faults;
use crate::on_both;
use offramp_entity::workspace;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

on_both! {
    /// A workspace has what it was made with, or what is usual; whoever names it asks in it.
    async fn made_and_used(world) {
        let own = "{ workspace { id name timeZone currency edition createdAt } }";
        let default = world.data(own, Value::Null).await["workspace"].take();
        let usual = (&json!("default"), &json!("UTC"), &json!("USD"), &json!("MAX"));
        assert_eq!((&default["name"], &default["timeZone"], &default["currency"], &default["edition"]), usual);
        let made = world.change("workspaceCreate", json!({"name": "second", "timeZone": "europe/berlin", "currency": "EUR", "edition": "MAX_CLASSIC"})).await;
        let expected = json!({"id": made["workspace"]["id"], "name": "second", "timeZone": "Europe/Berlin", "currency": "EUR",
            "edition": "MAX_CLASSIC", "createdAt": "2026-01-01T00:00:00Z"});
        assert_eq!(made["workspace"], expected);
        assert_eq!(world.ask_second(own, Value::Null).await["data"]["workspace"], expected);
        let head = world.ask_second("{ feedHead { cursor } exits(first: 1) { totalCount } }", Value::Null).await;
        assert!(head["data"]["feedHead"]["cursor"].is_string(), "it has a feed: {head}");
        let query = "query W($id: ID!) { node(id: $id) { id } }";
        assert_eq!(world.data(query, json!({"id": made["workspace"]["id"]})).await["node"], Value::Null, "not seen from outside");
        assert_eq!(world.data(query, json!({"id": default["id"]})).await["node"]["id"], default["id"]);
    }

    /// A name is taken once; what cannot be is refused with every fault.
    async fn bad_input(world) {
        for (changes, expected) in [
            (json!({"name": "default"}), &["TAKEN input.name"][..]),
            (json!({"name": ""}), &["BLANK input.name"]),
            (json!({"name": " shop"}), &["INVALID input.name"]),
            (json!({"name": "x".repeat(201)}), &["TOO_LONG input.name"]),
            (json!({"timeZone": "Mars/Olympus"}), &["INVALID input.timeZone"]),
            (json!({"timeZone": ""}), &["INVALID input.timeZone"]),
            (json!({"timeZone": "+02:00"}), &["INVALID input.timeZone"]),
            (json!({"currency": "EURO"}), &["INVALID input.currency"]),
            (json!({"name": "", "currency": "", "timeZone": "x"}), &["BLANK input.name", "INVALID input.timeZone", "INVALID input.currency"]),
        ] {
            let mut input = json!({"name": "shop", "currency": "USD"});
            input.as_object_mut().expect("an input").extend(changes.as_object().cloned().expect("fields"));
            assert_eq!(faults(&world.change("workspaceCreate", input).await), expected, "{changes}");
        }
        assert_eq!(workspace::Entity::find().count(&world.tables).await.ok(), Some(1));
    }

    /// Of many who want one name, one gets it.
    async fn one_name_once(world) {
        let input = json!({"name": "shop", "currency": "USD"});
        let answers = futures_util::future::join_all((0..8).map(|_| world.change("workspaceCreate", input.clone()))).await;
        let made = answers.iter().filter(|answer| answer["workspace"].is_object()).count();
        assert_eq!(made, 1);
        assert!(answers.iter().all(|answer| answer["workspace"].is_object() || faults(answer) == ["TAKEN input.name"]));
    }
}
