//! The catalogue of conditions as a frontend reads it: types, their filters, and what there is to choose from.

use crate::harness::world::{World, any_purchase, bought, faults, tagged};
use crate::on_both;
use offramp_domain::condition::catalogue;
use offramp_entity::rule;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

/// The values of one field of a connection's nodes.
fn listed(connection: &Value, field: &str) -> Vec<String> {
    let nodes = connection["nodes"].as_array().expect("nodes").iter();
    nodes.map(|node| node[field].as_str().expect("a text").to_owned()).collect()
}

/// A list walked by pages of so many, forward or backward; `found` takes the connection out of the answer.
async fn walk(
    world: &World,
    query: &str,
    found: fn(&Value) -> Value,
    size: usize,
    forward: bool,
    field: &str,
) -> Vec<String> {
    let (mut all, mut cursor): (Vec<String>, Value) = (Vec::new(), Value::Null);
    loop {
        let page =
            if forward { json!({"first": size, "after": cursor}) } else { json!({"last": size, "before": cursor}) };
        // Of several filters, each with a list of its own, the others refuse the cursor of this one.
        let page = found(&world.ask(query, page).await["data"]);
        let here = listed(&page, field);
        if forward {
            all.extend(here);
        } else {
            all.splice(0..0, here).for_each(drop);
        }
        let (more, end) = if forward { ("hasNextPage", "endCursor") } else { ("hasPreviousPage", "startCursor") };
        if page["pageInfo"][more] == json!(false) {
            return all;
        }
        cursor = page["pageInfo"][end].clone();
    }
}

const PAGE: &str = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

/// How many statements an operation runs, the one that looks up the workspace aside.
pub async fn statements(world: &World, query: &str, variables: Value) -> u64 {
    let before = world.app.store().statements();
    world.data(query, variables).await;
    world.app.store().statements() - before - 1
}

/// One filter of a type, with a page of its options.
async fn options(world: &World, second: bool, key: &str, filter: &str, arguments: &str) -> Value {
    let query = format!(
        "{{ conditionType(key: \"{key}\") {{ filters {{ key optionsSource options({arguments}) {{ nodes {{ value label }} }} }} }} }}"
    );
    let answer =
        if second { world.ask_second(&query, Value::Null).await } else { world.ask(&query, Value::Null).await };
    let filters = answer["data"]["conditionType"]["filters"].as_array().expect("filters");
    let found = filters.iter().find(|one| one["key"] == filter).expect("the filter");
    found["options"]["nodes"].clone()
}

on_both! {
    /// A search finds, a filter narrows, and what cannot be is refused with what is right.
    async fn searched(world) {
        let query = "query S($search: String, $category: String, $kind: ConditionKind) {
            conditionTypes(search: $search, category: $category, kind: $kind, first: 100) { totalCount nodes { key category kind } } }";
        let all = world.data(query, json!({})).await["conditionTypes"].take();
        let keys: Vec<_> = catalogue::all().map(|definition| definition.key).collect();
        assert_eq!((listed(&all, "key"), &all["totalCount"]), (keys.iter().map(ToString::to_string).collect(), &json!(keys.len())));
        for (search, expected) in [("follow-up purchase", "purchase.made"), ("Becomes a MEMBER", "membership.started"), ("tag.has", "tag.has")] {
            let found = world.data(query, json!({"search": search})).await["conditionTypes"].take();
            assert_eq!(found["nodes"][0]["key"], expected, "{search}");
        }
        let states = world.data(query, json!({"kind": "STATE", "category": "Membership and packages", "search": " "})).await["conditionTypes"].take();
        assert!(listed(&states, "key").contains(&"membership.has".to_owned()));
        assert!(states["nodes"].as_array().expect("nodes").iter().all(|one| one["kind"] == "STATE" && one["category"] == "Membership and packages"));
        let none = world.data(query, json!({"search": "purchase", "kind": "GROUP"})).await["conditionTypes"].take();
        assert_eq!(none, json!({"totalCount": 0, "nodes": []}));
        for (variables, message) in [
            (json!({"category": "Comerce"}), "`category`: There is no category `Comerce`. Did you mean `Commerce`?"),
            (json!({"search": "x".repeat(201)}), "`search`: Has 201 characters; at most 200 are allowed."),
        ] {
            let answer = world.ask(query, variables).await;
            assert_eq!((&answer["errors"][0]["extensions"]["code"], &answer["errors"][0]["message"]), (&json!("BAD_USER_INPUT"), &json!(message)));
            assert_eq!(answer["data"], json!({"conditionTypes": null}));
        }
        for arguments in ["", "(first: 0)", "(first: 101)", "(first: 1, last: 1)", "(first: 1, after: \"x\")", "(first: 1, after: \"AXB1cmNoYXNlLm1hZGU\", search: \"tag.has\")"] {
            let answer = world.ask(&format!("{{ conditionTypes{arguments} {{ totalCount }} }}"), Value::Null).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{arguments}");
        }
        assert_eq!(world.data("{ conditionCategories }", Value::Null).await["conditionCategories"], json!(catalogue::categories()));
    }

    /// A type tells all that a frontend draws, and is found by its key and its id.
    async fn one_type(world) {
        let query = "{ conditionType(key: \"visit.completed\") { id key name synonyms description category kind events isAvailable jsonSchema
            filters { key label help valueType operators isRequired default takesPath optionsSource } }
            nothing: conditionType(key: \"visit.complete\") { key } own: conditionType(key: \"event.custom\") { events filters { key isRequired takesPath operators valueType } }
            state: conditionType(key: \"tag.has\") { events kind } first: conditionType(key: \"visit.first\") { filters { key default help } } }";
        let read = world.data(query, Value::Null).await;
        let one = &read["conditionType"];
        assert_eq!((&one["events"], &one["kind"], &one["isAvailable"], &read["nothing"]), (&json!(["visit.checked_in"]), &json!("EVENT"), &json!(true), &Value::Null));
        assert_eq!((&one["jsonSchema"]["title"], &one["category"]), (&one["name"], &json!("Booking and attendance")));
        let filters = one["filters"].as_array().expect("filters");
        let named = |key: &str| filters.iter().find(|one| one["key"] == key).cloned().expect("the filter");
        assert_eq!(named("instructor"), json!({"key": "instructor", "label": "instructor", "help": null, "valueType": "IDS", "operators": ["ANY_OF", "NONE_OF", "ALL_OF"],
            "isRequired": false, "default": null, "takesPath": false, "optionsSource": "instructors"}));
        assert_eq!((&named("source")["optionsSource"], &named("source")["valueType"]), (&Value::Null, &json!("TEXT")));
        let first = read["first"]["filters"].as_array().expect("filters").iter().find(|one| one["key"] == "first").cloned().expect("the filter");
        assert_eq!((&first["default"], first["help"].is_string()), (&json!(true), true));
        let own = read["own"]["filters"].as_array().expect("filters");
        assert_eq!((&own[0]["isRequired"], &own[1]["takesPath"], &read["own"]["events"]), (&json!(true), &json!(true), &json!([])));
        assert_eq!(read["state"]["kind"], "STATE");
        assert!(read["state"]["events"].as_array().expect("events").contains(&json!("tag.added")));
        let node = "query N($id: ID!) { node(id: $id) { __typename id ... on ConditionDefinition { key } } }";
        let found = world.data(node, json!({"id": one["id"]})).await["node"].take();
        assert_eq!(found, json!({"__typename": "ConditionDefinition", "id": one["id"], "key": "visit.completed"}));
        // `ConditionDefinition:no.such`
        assert_eq!(world.data(node, json!({"id": "Q29uZGl0aW9uRGVmaW5pdGlvbjpuby5zdWNo"})).await["node"], Value::Null);
        world.second_workspace().await;
        let theirs = world.ask_second(node, json!({"id": one["id"]})).await;
        assert_eq!(theirs["data"]["node"], found, "the catalogue is the same everywhere");
    }

    /// Pages of any size, both ways, are the same list; and cost the same.
    async fn pages(world) {
        let query = format!("query T($first: Int, $last: Int, $after: String, $before: String) {{
            conditionTypes(first: $first, last: $last, after: $after, before: $before) {{ nodes {{ key }} {PAGE} }} }}");
        let all: Vec<_> = catalogue::all().map(|definition| definition.key.to_owned()).collect();
        for size in [1, 7, 10, 100] {
            for forward in [true, false] {
                let found = |answer: &Value| answer["conditionTypes"].clone();
                assert_eq!(walk(world, &query, found, size, forward, "key").await, all, "{size} {forward}");
            }
        }
        world.automation("Welcome", any_purchase()).await;
        for (selection, expected) in [
            ("conditionTypes(first: $size, search: \"a\") { totalCount nodes { key jsonSchema filters { key operators optionsSource } } }", 0),
            ("conditionTypes(first: $size) { nodes { key isAvailable events } }", 1),
            ("conditionType(key: \"tag.applied\") { filters { key options(first: $size, search: \"v\") { nodes { value label } } } }", 1),
            ("conditionType(key: \"automation.state\") { filters { key options(last: $size) { nodes { value label } } } }", 3),
            ("conditionType(key: \"purchase.made\") { filters { key options(first: $size, itemKind: CATEGORY) { nodes { value label } } } }", 2),
        ] {
            for size in [1, 10, 100] {
                assert_eq!(statements(world, &format!("query N($size: Int!) {{ {selection} }}"), json!({"size": size})).await, expected, "{selection}, {size}");
            }
        }
        // What all filters offer: what was mentioned, products, automations and goals.
        let everything = "{ conditionTypes(first: 100) { nodes { filters { options(first: 2) { nodes { value } } } } } }";
        assert_eq!(statements(world, everything, Value::Null).await, 4);
    }

    /// A closed list offers its values, and everything else what the workspace has, by pages and searched; another
    /// workspace's is not seen.
    async fn what_there_is_to_choose_from(world) {
        world.second_workspace().await;
        for (field, id, name) in [("productUpsert", "p1", "Soap, red"), ("productUpsert", "p2", "Book"), ("categoryUpsert", "c1", "Bath")] {
            assert_eq!(faults(&world.change(field, json!({"externalId": id, "name": name})).await), [""; 0]);
        }
        let id = world.automation("ÄRGER 50%", any_purchase()).await;
        world.change("goalCreate", json!({"automationId": id, "conditions": any_purchase()})).await;
        let gone = world.automation("Gone", any_purchase()).await;
        world.change("automationArchive", json!({"id": gone})).await;
        let tags = (0..25).map(|tag| tagged(&format!("t{tag}"), "ann", &format!("tag_{tag:02}")));
        world.ingest(tags.chain([tagged("v", "ann", "VIP"), bought("b", "ann", "1.00")]).collect()).await;
        let offer = |value: &str, label: &str| json!({"value": value, "label": label});
        let same = |values: &[&str]| values.iter().map(|value| offer(value, value)).collect::<Value>();
        for (key, filter, arguments, expected) in [
            ("purchase.made", "items", "first: 9", json!([offer("p1", "Soap, red"), offer("p2", "Book")])),
            ("purchase.made", "items", "first: 9, search: \"SOAP\", itemKind: PRODUCT", json!([offer("p1", "Soap, red")])),
            ("purchase.made", "items", "last: 1, itemKind: CATEGORY", json!([offer("c1", "Bath")])),
            ("purchase.made", "items", "first: 9, itemKind: ORDER_FORM", json!([])),
            ("purchase.made", "source", "first: 2", same(&["MANUAL", "ORDER_FORM"])),
            ("purchase.made", "source", "last: 2, search: \"o\"", same(&["POS", "IMPORT"])),
            ("purchase.made", "source", "first: 9, search: \"form\"", same(&["ORDER_FORM"])),
            ("purchase.made", "amount", "first: 9", Value::Null),
            ("tag.applied", "tag", "first: 9, search: \"vip\"", same(&["VIP"])),
            ("tag.applied", "tag", "first: 9, search: \"G_2\"", same(&["tag_20", "tag_21", "tag_22", "tag_23", "tag_24"])),
            ("tag.applied", "tag", "first: 9, search: \"%\"", json!([])),
            ("tag.applied", "location", "first: 9", json!([])),
        ] {
            assert_eq!(options(world, false, key, filter, arguments).await, expected, "{key} {filter} {arguments}");
            let theirs = options(world, true, key, filter, arguments).await;
            assert_eq!(theirs, if filter == "source" { expected } else if expected.is_null() { Value::Null } else { json!([]) });
        }
        for search in ["", ", search: \"50%\"", ", search: \"ÄRG\"", ", search: \"rger\""] {
            let found = options(world, false, "automation.state", "automation", &format!("first: 9{search}")).await;
            assert_eq!(found[0]["label"], "ÄRGER 50%", "{search}");
            assert_eq!(found.as_array().map(Vec::len), Some(1), "an archived one is not offered");
        }
        let goals = options(world, false, "automation.state", "goal", "first: 9").await;
        assert_eq!((&goals[0]["label"], &goals[1]["label"], &goals[2]), (&json!("Bought"), &json!("Makes a purchase"), &Value::Null));
        let own = options(world, false, "automation.state", "goal", "first: 9, search: \"MAKES\"").await;
        assert_eq!((own.as_array().map(Vec::len), &own[0]), (Some(1), &goals[1]));
        // What is offered is what the events carry.
        let rows = rule::Entity::find().all(&world.tables).await.expect("rules");
        assert!(rows.iter().any(|row| json!(row.id.to_string()) == goals[0]["value"]), "{goals}");
        assert_eq!(options(world, true, "automation.state", "goal", "first: 9").await, json!([]));
    }

    /// What is offered is the same by pages of any size, and a bad page is refused alone.
    async fn options_by_pages(world) {
        let rows: Vec<_> = (0..23).map(|row| format!("p{row},Product {row},")).collect();
        world.change("productsImport", json!({"csv": format!("external_id,name,categories\n{}", rows.join("\n"))})).await;
        world.ingest((0..23).map(|tag| tagged(&format!("t{tag}"), "ann", &format!("t{tag:02}"))).collect()).await;
        let found = |answer: &Value| answer["conditionType"]["filters"][0]["options"].clone();
        for (key, expected) in [
            ("purchase.made", (0..23).map(|row| format!("p{row}")).collect::<Vec<_>>()),
            ("tag.applied", (0..23).map(|tag| format!("t{tag:02}")).collect()),
        ] {
            let query = format!("query O($first: Int, $last: Int, $after: String, $before: String) {{ conditionType(key: \"{key}\") {{
                filters {{ options(first: $first, last: $last, after: $after, before: $before) {{ nodes {{ value }} {PAGE} }} }} }} }}");
            for size in [10, 100] {
                for forward in [true, false] {
                    assert_eq!(walk(world, &query, found, size, forward, "value").await, expected, "{key} {size} {forward}");
                }
            }
        }
        for arguments in ["first: 0", "last: 101", "first: 1, last: 1", "first: 1, after: \"x\"", "first: 1, search: \"a\\u0000b\"", "first: 1, after: \"AQA\""] {
            let query = format!("{{ conditionType(key: \"tag.applied\") {{ filters {{ key options({arguments}) {{ nodes {{ value }} }} }} }} }}");
            let answer = world.ask(&query, Value::Null).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{arguments}");
            assert_eq!(answer["data"]["conditionType"]["filters"][0], json!({"key": "tag", "options": null}));
        }
    }
}
