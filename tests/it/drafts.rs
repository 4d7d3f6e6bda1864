//! Automations as drafts: changed by patches, archived for good, and what runs changes with a publication only.

use crate::harness::world::{World, any_purchase, bought, faults, tagged};
use crate::on_both;
use offramp_entity::{automation_version, command};
use offramp_migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, TransactionTrait};
use serde_json::{Value, json};

/// The fields of a patch, added to an input.
fn with(mut input: Value, patch: &Value) -> Value {
    input.as_object_mut().expect("an input").extend(patch.as_object().cloned().expect("fields"));
    input
}

/// A goal that an event of this name meets.
fn event_named(name: &str) -> Value {
    json!([{"key": "event.custom", "filters": [{"key": "name", "operator": "EQ", "value": {"text": name}}]}])
}

on_both! {
    /// What is left out of a patch stays, null clears what can be without a value, and what changes nothing is no
    /// version.
    async fn patches(world) {
        let made = world.change("automationCreate", json!({"name": "A", "reEntry": {"policy": "AFTER_EXIT"}})).await;
        let id = &made["automation"]["id"];
        assert_eq!(made["automation"]["version"], 1);
        let policy = |policy: &str, after: Value| json!({"policy": policy, "after": after});
        for (patch, name, re_entry, version) in [
            (json!({}), "A", policy("AFTER_EXIT", Value::Null), 1),
            (json!({"expectedVersion": null}), "A", policy("AFTER_EXIT", Value::Null), 1),
            (json!({"name": " B "}), "B", policy("AFTER_EXIT", Value::Null), 2),
            (json!({"name": "B"}), "B", policy("AFTER_EXIT", Value::Null), 2),
            (json!({"reEntry": {"policy": "AFTER", "after": "P1D"}}), "B", policy("AFTER", json!("P1D")), 3),
            (json!({"name": "C", "expectedVersion": 3}), "C", policy("AFTER", json!("P1D")), 4),
            (json!({"reEntry": null}), "C", policy("ONCE", Value::Null), 5),
        ] {
            let answer = world.change("automationUpdate", with(json!({"id": id}), &patch)).await;
            let now = &answer["automation"];
            assert_eq!((&now["name"], &now["reEntry"], &now["version"]), (&json!(name), &re_entry, &json!(version)), "{patch}");
        }
        for (patch, expected) in [
            (json!({"name": null}), "REQUIRED input.name"),
            (json!({"name": " "}), "BLANK input.name"),
            (json!({"name": "x".repeat(201)}), "TOO_LONG input.name"),
            (json!({"reEntry": {"policy": "AFTER"}}), "REQUIRED input.reEntry.after"),
            (json!({"name": "D", "reEntry": {"policy": "ONCE", "after": "P1D"}}), "INVALID input.reEntry.after"),
            (json!({"name": "D", "expectedVersion": 4}), "STALE_VERSION input.expectedVersion"),
        ] {
            let answer = world.change("automationUpdate", with(json!({"id": id}), &patch)).await;
            assert_eq!(faults(&answer), [expected], "{patch}");
            assert_eq!(answer["automation"], Value::Null);
        }
        let stale = world.change("automationUpdate", json!({"id": id, "name": "D", "expectedVersion": 4})).await;
        assert!(stale["userErrors"][0]["message"].as_str().is_some_and(|said| said.contains("version 5")), "{stale}");
        let read = world.data("query N($id: ID!) { automation(id: $id) { name version } }", json!({"id": id})).await;
        assert_eq!(read["automation"], json!({"name": "C", "version": 5}), "what was refused changed nothing");
    }

    /// However a patch is written, an omitted field is not null: in a literal, by variables of its own, and as one
    /// variable.
    async fn ways_to_say_nothing(world) {
        let id = world.automation("A", any_purchase()).await;
        let goals = world.data("query G($id: ID!) { automation(id: $id) { goals { id } } }", json!({"id": id})).await;
        let goal = goals["automation"]["goals"][0]["id"].as_str().expect("an id").to_owned();
        let parts = "mutation M($id: ID!, $name: String, $window: Duration) {
            goalUpdate(input: {id: $id, name: $name, conversionWindow: $window}) { goal { name conversionWindow } } }";
        let whole = "mutation M($input: GoalUpdateInput!) { goalUpdate(input: $input) { goal { name conversionWindow } } }";
        let literal = |fields: &str| {
            format!("mutation {{ goalUpdate(input: {{id: \"{goal}\"{fields}}}) {{ goal {{ name conversionWindow }} }} }}")
        };
        let english = "Makes a purchase";
        for (query, variables, name, window) in [
            (parts.to_owned(), json!({"id": goal, "name": "N", "window": "P7D"}), "N", json!("P7D")),
            (parts.to_owned(), json!({"id": goal}), "N", json!("P7D")),
            (parts.to_owned(), json!({"id": goal, "name": null}), english, json!("P7D")),
            (whole.to_owned(), json!({"input": {"id": goal, "name": "O"}}), "O", json!("P7D")),
            (whole.to_owned(), json!({"input": {"id": goal, "conversionWindow": null}}), "O", Value::Null),
            (literal(", conversionWindow: \"P1D\""), Value::Null, "O", json!("P1D")),
            (literal(""), Value::Null, "O", json!("P1D")),
            (literal(", name: null, conversionWindow: null"), Value::Null, english, Value::Null),
        ] {
            let answer = world.data(&query, variables.clone()).await;
            assert_eq!(answer["goalUpdate"]["goal"], json!({"name": name, "conversionWindow": window}), "{query} {variables}");
        }
    }

    /// Each change of the draft or the status is a version, and the draft knows whether it was published.
    async fn versions_and_unpublished_changes(world) {
        let made = world.change("automationCreate", json!({"name": "A"})).await;
        let id = made["automation"]["id"].clone();
        let goal = world.change("goalCreate", json!({"automationId": id, "conditions": any_purchase()})).await;
        let goal = goal["goal"]["id"].clone();
        let second = world.change("goalCreate", json!({"automationId": id, "conditions": event_named("x")})).await;
        for (field, input, version, unpublished) in [
            ("automationPublish", json!({"id": id}), 4, false),
            ("automationPause", json!({"id": id}), 5, false),
            ("automationResume", json!({"id": id}), 6, false),
            ("goalUpdate", json!({"id": goal, "name": "G"}), 7, true),
            ("automationPublish", json!({"id": id}), 8, false),
            ("goalRank", json!({"id": second["goal"]["id"], "rank": 0}), 9, true),
            ("automationPublish", json!({"id": id}), 10, false),
            ("goalArchive", json!({"id": goal}), 11, true),
            ("automationPause", json!({"id": id}), 12, true),
            ("automationPublish", json!({"id": id}), 13, false),
            ("automationUpdate", json!({"id": id, "name": "B"}), 14, true),
            ("automationUpdate", json!({"id": id, "name": "A"}), 15, true),
            // As it was published last: nothing runs differently, and no version is made of it.
            ("automationPublish", json!({"id": id}), 16, false),
            ("automationPublish", json!({"id": id}), 16, false),
        ] {
            assert_eq!(faults(&world.change(field, input).await), [""; 0], "{field}");
            let query = "query V($id: ID!) { automation(id: $id) { version hasUnpublishedChanges } }";
            let now = world.data(query, json!({"id": id})).await;
            assert_eq!(now["automation"], json!({"version": version, "hasUnpublishedChanges": unpublished}), "{field}");
        }
        assert_eq!(automation_version::Entity::find().count(&world.tables).await.ok(), Some(4));
    }

    /// What runs is what was published; a change of the draft holds after the next publication (R40).
    async fn a_change_runs_after_its_publication(world) {
        let id = world.automation("A", any_purchase()).await;
        let goals = world.data("query G($id: ID!) { automation(id: $id) { goals { id } } }", json!({"id": id})).await;
        let goal = &goals["automation"]["goals"][0]["id"];
        world.change("goalUpdate", json!({"id": goal, "conditions": event_named("visit")})).await;
        world.ingest(json!([tagged("t1", "before", "lead"), bought("b1", "before", "1.00")])).await;
        world.change("automationPublish", json!({"id": id})).await;
        let visit = json!({"messageId": "v2", "type": "visit", "contactExternalId": "after"});
        world.ingest(json!([tagged("t2", "after", "lead"), bought("b2", "after", "1.00")])).await;
        let left = "{ exits(first: 10) { nodes { contact { externalId } } } }";
        let who = |answer: Value| answer["exits"]["nodes"].as_array().expect("exits").iter().map(|exit| exit["contact"]["externalId"].clone()).collect::<Vec<_>>();
        assert_eq!(who(world.data(left, Value::Null).await), ["before"]);
        world.ingest(json!([visit])).await;
        assert_eq!(who(world.data(left, Value::Null).await), ["before", "after"]);
    }

    /// An archived automation is done: nobody enters, nothing is judged, nothing of it can be changed, it is listed only
    /// where it is asked for, and its figures stay. One command is left for those inside.
    async fn archived(world) {
        let id = world.automation("Old", any_purchase()).await;
        let other = world.automation("Other", event_named("never")).await;
        world.ingest(json!([tagged("t1", "ann", "lead"), tagged("t2", "ben", "lead"), bought("b1", "ann", "1.00")])).await;
        let rules = "query R($id: ID!) { automation(id: $id) { goals { id } entryRules { id } stats { entered converted } } }";
        let before = world.data(rules, json!({"id": id})).await;
        let (goal, entry) = (&before["automation"]["goals"][0]["id"], &before["automation"]["entryRules"][0]["id"]);
        let archived = world.change("automationArchive", json!({"id": id})).await;
        assert_eq!(archived["automation"]["status"], "ARCHIVED");
        let commands = command::Entity::find().all(&world.tables).await.expect("commands");
        assert_eq!(commands.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(), ["end_archived"]);
        world.ingest(json!([tagged("t3", "cat", "lead"), bought("b2", "ben", "1.00"), bought("b3", "ann", "1.00")])).await;
        let happened = "query H($id: ID!) { enrollments(first: 10, filter: {automationId: $id}) { nodes { contact { externalId } } }
            exits(first: 10, filter: {automationIds: [$id], reasons: [GOAL_MET]}) { totalCount }
            conversions(first: 10, filter: {automationIds: [$id]}) { totalCount } }";
        let after = world.data(happened, json!({"id": id})).await;
        let mut entered: Vec<_> = after["enrollments"]["nodes"].as_array().expect("stays").iter().map(|stay| stay["contact"]["externalId"].as_str().unwrap_or_default()).collect();
        entered.sort_unstable();
        assert_eq!((entered, &after["exits"]["totalCount"], &after["conversions"]["totalCount"]), (vec!["ann", "ben"], &json!(1), &json!(1)));
        let read = world.data(rules, json!({"id": id})).await;
        assert_eq!(read["automation"], before["automation"], "its rules and figures are still read");
        for (field, input) in [
            ("automationArchive", json!({"id": id})),
            ("automationPublish", json!({"id": id})),
            ("automationPause", json!({"id": id})),
            ("automationResume", json!({"id": id})),
            ("automationUpdate", json!({"id": id, "name": "New"})),
            ("goalUpdate", json!({"id": goal, "name": "New"})),
            ("goalRank", json!({"id": goal, "rank": 0})),
            ("goalArchive", json!({"id": goal})),
            ("entryRuleUpdate", json!({"id": entry, "name": "New"})),
        ] {
            assert_eq!(faults(&world.change(field, input).await), ["INVALID_STATE input.id"], "{field}");
        }
        for field in ["goalCreate", "entryRuleCreate", "alternateExitRuleCreate"] {
            let answer = world.change(field, json!({"automationId": id, "conditions": any_purchase()})).await;
            assert_eq!(faults(&answer), ["INVALID_STATE input.automationId"], "{field}");
        }
        let list = "query L($filter: AutomationFilterInput) { automations(first: 10, filter: $filter) { totalCount nodes { id } } }";
        for (filter, ids) in [
            (Value::Null, vec![&other]),
            (json!({}), vec![&other]),
            (json!({"statusIn": []}), vec![&other]),
            (json!({"name": "Old"}), vec![]),
            (json!({"statusIn": ["ARCHIVED"]}), vec![&id]),
            (json!({"statusIn": ["RUNNING", "ARCHIVED"]}), vec![&other, &id]),
            (json!({"statusIn": ["DRAFT", "PAUSED"]}), vec![]),
        ] {
            let answer = world.data(list, json!({"filter": filter})).await["automations"].take();
            let nodes: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
            assert_eq!(answer, json!({"totalCount": nodes.len(), "nodes": nodes}), "{filter}");
        }
        let many = json!({"filter": {"statusIn": vec!["DRAFT"; 101]}});
        assert_eq!(world.ask(list, many).await["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        // A draft can be archived too.
        let draft = world.change("automationCreate", json!({"name": "Never"})).await;
        let draft = world.change("automationArchive", json!({"id": draft["automation"]["id"]})).await;
        assert_eq!(draft["automation"]["status"], "ARCHIVED");
    }

    /// Down from what is archived, and up again: rules have ranks of their own, and the statuses are known ones.
    async fn archived_things_survive_the_way_down(world) {
        let id = world.automation("A", any_purchase()).await;
        for _ in 0..3 {
            let goal = world.change("goalCreate", json!({"automationId": id, "conditions": any_purchase()})).await;
            world.change("goalArchive", json!({"id": goal["goal"]["id"]})).await;
        }
        let draft = world.change("automationCreate", json!({"name": "B"})).await;
        world.change("automationArchive", json!({"id": id})).await;
        world.change("automationArchive", json!({"id": draft["automation"]["id"]})).await;
        let migrations = Migrator::migrations();
        let since = migrations.iter().position(|one| one.name().ends_with("_editing")).expect("the migration");
        let steps = u32::try_from(migrations.len() - since).expect("a few");
        Migrator::down(&world.tables, Some(steps)).await.expect("down");
        Migrator::up(&world.tables, None).await.expect("up again");
        let list = "{ automations(first: 10) { nodes { name status hasUnpublishedChanges goals { rank } } } }";
        let read = world.data(list, Value::Null).await["automations"]["nodes"].take();
        let goals: Vec<_> = [0, 1_000_000, 1_000_001, 1_000_002].iter().map(|rank| json!({"rank": rank})).collect();
        assert_eq!(read, json!([
            {"name": "B", "status": "DRAFT", "hasUnpublishedChanges": true, "goals": []},
            {"name": "A", "status": "PAUSED", "hasUnpublishedChanges": false, "goals": goals},
        ]));
    }
}

/// A change that meets a busy database is tried again until it is through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_database_is_waited_for() {
    let Some(world) = World::postgres().await else { return };
    let impatient = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 20', current_database()); END $$";
    world.tables.execute_unprepared(impatient).await.expect("a short patience");
    let node = World::node(&world.url, world.clock.clone()).await;
    let held = world.tables.begin().await.expect("a transaction");
    held.execute_unprepared("UPDATE workspace SET revision = revision").await.expect("the lock of changes");
    let create = "mutation { automationCreate(input: {name: \"A\"}) { automation { name } } }";
    {
        let mut asked = std::pin::pin!(world.ask_at(node.address(), create, Value::Null));
        // Ten times longer than the database waits for a lock.
        let early = tokio::time::timeout(std::time::Duration::from_millis(200), &mut asked).await;
        assert!(early.is_err(), "it gave up: {early:?}");
        held.rollback().await.expect("the lock is given back");
        assert_eq!(asked.await, json!({"data": {"automationCreate": {"automation": {"name": "A"}}}}));
    }
    node.stop().await;
    world.end().await;
}
