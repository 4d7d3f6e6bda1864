//! Lists: Relay connections walked both ways, and a constant number of statements whatever the size of a page.

use crate::harness::world::{World, any_purchase, bought, tagged};
use crate::on_both;
use offramp_entity::{enrollment, event, progress};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

/// People who enter and leave.
const PEOPLE: usize = 12;

async fn people(world: &World) {
    world.automation("Welcome", any_purchase()).await;
    let enter = (0..PEOPLE).map(|who| tagged(&format!("t{who}"), &format!("p{who}"), "lead"));
    let leave = (0..PEOPLE).map(|who| bought(&format!("b{who}"), &format!("p{who}"), "1.00"));
    world.ingest(enter.chain(leave).collect()).await;
}

/// The names on each page, walked by pages of so many.
async fn walk(world: &World, field: &str, name: &str, size: usize, forward: bool) -> Vec<String> {
    let arguments = if forward { "first: $size, after: $cursor" } else { "last: $size, before: $cursor" };
    let query = format!(
        "query W($size: Int!, $cursor: String) {{ {field}({arguments}) {{ edges {{ cursor node {{ {name} }} }} \
         pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let (mut names, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let mut page = world.data(&query, json!({"size": size, "cursor": cursor})).await[field].take();
        let edges = page["edges"].as_array().expect("edges").clone();
        let info = page["pageInfo"].take();
        assert_eq!(info["startCursor"], edges.first().map_or(Value::Null, |edge| edge["cursor"].clone()));
        assert_eq!(info["endCursor"], edges.last().map_or(Value::Null, |edge| edge["cursor"].clone()));
        let read = edges.iter().map(|edge| edge["node"].to_string());
        if forward {
            names.extend(read);
        } else {
            names.splice(0..0, read.collect::<Vec<_>>());
        }
        let (more, end) = if forward { ("hasNextPage", "endCursor") } else { ("hasPreviousPage", "startCursor") };
        if info[more] == json!(false) {
            return names;
        }
        assert_eq!(edges.len(), size, "a page before the last is full");
        cursor = info[end].clone();
    }
}

on_both! {
    /// Forward and backward, by pages of any size, a list is the same.
    async fn both_ways(world) {
        people(world).await;
        for _ in 0..3 {
            world.automation("Another", any_purchase()).await;
        }
        for (field, name, count) in [("exits", "id", PEOPLE), ("conversions", "id", PEOPLE), ("enrollments", "id", PEOPLE), ("automations", "id", 4)] {
            let all = walk(world, field, name, 100, true).await;
            assert_eq!(all.len(), count, "{field}");
            for size in [1, 2, 3, PEOPLE] {
                assert_eq!(walk(world, field, name, size, true).await, all, "{field} by {size}");
                assert_eq!(walk(world, field, name, size, false).await, all, "{field} backward by {size}");
            }
        }
    }

    /// `first` xor `last`, from 1 to 100; an explicit null is absent; a cursor of nobody is refused.
    async fn arguments(world) {
        people(world).await;
        for (arguments, message) in [
            ("", "Give either `first` or `last`"),
            ("(first: 1, last: 1)", "Give either `first` or `last`"),
            ("(first: 0)", "from 1 to 100"),
            ("(first: -1)", "from 1 to 100"),
            ("(last: 101)", "from 1 to 100"),
            ("(first: 1, after: \"x\")", "`after`"),
            ("(last: 1, before: \"AQ\")", "`before`"),
        ] {
            for field in ["exits", "conversions", "enrollments", "automations"] {
                let answer = world.ask(&format!("{{ {field}{arguments} {{ totalCount }} }}"), Value::Null).await;
                let error = &answer["errors"][0];
                assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{field}{arguments}");
                assert!(error["message"].as_str().is_some_and(|said| said.contains(message)), "{error}");
                assert_eq!(answer["data"], json!({field: null}), "the others of a document would be answered");
            }
        }
        let answer = world.data("{ exits(first: 1, last: null, after: null) { totalCount } }", Value::Null).await;
        assert_eq!(answer["exits"]["totalCount"], PEOPLE);
        // A variable that is declared and left out is absent, too.
        let query = "query V($first: Int, $last: Int, $after: String) { exits(first: $first, last: $last, after: $after) { nodes { id } }
            nodes(ids: []) { ... on Contact { enrollments(first: $first, last: $last) { totalCount } } } }";
        for (variables, count) in [(json!({"first": 2}), 2), (json!({"last": 100}), PEOPLE)] {
            let answer = world.data(query, variables).await;
            assert_eq!(answer["exits"]["nodes"].as_array().map(Vec::len), Some(count));
        }
    }

    /// Filters say which.
    async fn filters(world) {
        people(world).await;
        let quiet = world.automation("Quiet", any_purchase()).await;
        world.ingest(json!([tagged("q", "quiet", "lead")])).await;
        let query = "query F($quiet: ID!) {
            one: automations(first: 10, filter: {name: \"Quiet\"}) { totalCount nodes { name } }
            active: enrollments(first: 10, filter: {status: ACTIVE}) { totalCount }
            here: enrollments(first: 10, filter: {automationId: $quiet}) { nodes { status contact { externalId } } }
            none: exits(first: 10, filter: {automationIds: [$quiet]}) { totalCount }
            goals: exits(first: 1, filter: {reasons: [GOAL_MET]}) { totalCount }
            others: exits(first: 1, filter: {reasons: [ALTERNATE_EXIT]}) { totalCount }
            counted: conversions(first: 1) { totalCount nodes { automation { name } contact { externalId } goal { name } } }
            nobody: conversions(first: 1, filter: {automationIds: [$quiet], goalIds: []}) { totalCount } }";
        let answer = world.data(query, json!({"quiet": quiet})).await;
        assert_eq!(answer["one"], json!({"totalCount": 1, "nodes": [{"name": "Quiet"}]}));
        let first = json!({"automation": {"name": "Welcome"}, "contact": {"externalId": "p0"}, "goal": {"name": "Bought"}});
        assert_eq!((&answer["counted"], &answer["nobody"]["totalCount"]), (&json!({"totalCount": PEOPLE, "nodes": [first]}), &json!(0)));
        let goals = world.data("{ automations(first: 9) { nodes { goals { id } } } }", Value::Null).await["automations"]["nodes"].take();
        let by_goal = "query G($goals: [ID!]) { conversions(first: 1, filter: {goalIds: $goals}) { totalCount } }";
        for (place, count) in [(0, 0), (1, PEOPLE)] {
            let answer = world.data(by_goal, json!({"goals": [goals[place]["goals"][0]["id"]]})).await;
            assert_eq!(answer["conversions"]["totalCount"], count, "newest first");
        }
        for goals in [json!([quiet]), json!(["nonsense"]), json!(vec![goals[0]["goals"][0]["id"].clone(); 101])] {
            let answer = world.ask(by_goal, json!({"goals": goals})).await;
            assert_eq!((&answer["errors"][0]["extensions"]["code"], &answer["data"]["conversions"]), (&json!("BAD_USER_INPUT"), &Value::Null));
        }
        // Everybody who has the tag entered one of the two; the others have left the first.
        assert_eq!(answer["active"]["totalCount"], 2);
        assert_eq!(answer["here"]["nodes"], json!([{"status": "ACTIVE", "contact": {"externalId": "quiet"}}]));
        assert_eq!(answer["none"]["totalCount"], 0);
        assert_eq!((&answer["goals"]["totalCount"], &answer["others"]["totalCount"]), (&json!(PEOPLE), &json!(0)));
    }

    /// An operation runs as many statements for a page of one as for a page of all.
    async fn statements_are_constant(world) {
        people(world).await;
        for name in ["B", "C", "D"] {
            world.automation(name, any_purchase()).await;
        }
        for (selection, expected) in [
            ("automations(first: $size) { totalCount nodes { name } }", 2),
            ("automations(first: $size) { nodes { entryRules { name } goals { name automation { name } } alternateExitRules { name } } }", 3),
            ("automations(first: $size) { nodes { stats { entered medianTimeToConvert } } }", 3),
            ("exits(first: $size) { nodes { contact { externalId } automation { goals { name } } goal { name } alternateExitRule { name } } }", 6),
            ("enrollments(first: $size) { totalCount nodes { contact { externalId } automation { name } } }", 4),
            ("conversions(first: $size) { totalCount nodes { cursor enrollment { id } automation { name } contact { email } goal { name } value { amount } } }", 7),
            ("enrollments(first: $size) { nodes { exit { cursor enrollment { id } } conversions(first: 2) { totalCount nodes { cursor } } } }", 7),
            ("exits(first: $size) { nodes { contact { enrollments(last: 2) { totalCount nodes { exit { id } } } } } }", 6),
            ("workspace { name } feedHead { cursor } automations(first: $size) { nodes { version hasUnpublishedChanges } }", 3),
        ] {
            let mut counts = Vec::new();
            for size in [1, 10, 100] {
                let before = world.app.store().statements();
                world.data(&format!("query N($size: Int!) {{ {selection} }}"), json!({"size": size})).await;
                counts.push(world.app.store().statements() - before);
            }
            // One more looks up the workspace.
            assert_eq!(counts, [expected + 1; 3], "{selection}");
        }
    }

    /// A document that would multiply without end is refused before it is run; what a page of a frontend asks for is
    /// not.
    async fn hostile_documents(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        let nested = |depth: usize| (0..depth).fold("id".to_owned(), |inner, _| format!("automation {{ goals {{ {inner} }} }}"));
        for query in [
            format!("query N($id: ID!) {{ automation(id: $id) {{ goals {{ {} }} }} }}", nested(3)),
            format!("query N($id: ID!) {{ automation(id: $id) {{ id }} automations(first: 100) {{ nodes {{ goals {{ {} }} }} }} }}", nested(2)),
            format!("query N($id: ID!) {{ automation(id: $id) {{ {} }} }}", (0..60).map(|n| format!("a{n}: id ")).collect::<String>()),
        ] {
            let before = world.app.store().statements();
            let answer = world.ask(&query, json!({"id": id})).await;
            assert!(answer["errors"][0]["message"].is_string(), "{query}");
            assert_eq!(world.app.store().statements() - before, 1, "only the workspace was looked up");
        }
        let page = "query P($size: Int!) { automations(first: $size) { totalCount pageInfo { endCursor hasNextPage } nodes { id name status
            entryRules { id name conditions { description } } alternateExitRules { id name conditions { description } }
            goals { id name rank join conversionWindow conditions { id key description filters { key operator value { texts } } } }
            stats { entered active converted conversionRate { value low high } revenue { amount currencyCode } medianTimeToConvert } } } }";
        world.data(page, json!({"size": 100})).await;
    }

    /// A batch runs as many statements for one event as for many.
    async fn a_batch_runs_a_constant_number_of_statements(world) {
        people(world).await;
        let mut counts = Vec::new();
        for size in [1, 10, 100] {
            let key = |who: usize| format!("n{size}-{who}");
            let events = (0..size).flat_map(|who| [tagged(&key(who), &key(who), "lead"), bought(&format!("{}b", key(who)), &key(who), "1.00")]);
            let events: Value = events.collect();
            let before = world.app.store().statements();
            world.ingest(events).await;
            counts.push(world.app.store().statements() - before);
        }
        assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    }

    /// Automations that listen to other events, and those that listen to these and that the contact is not in, cost no
    /// statement and write no row.
    async fn unrelated_automations_cost_nothing(world) {
        world.automation("Welcome", any_purchase()).await;
        let cost = async |key: &str| {
            let before = world.app.store().statements();
            world.ingest(json!([tagged(key, key, "lead"), bought(&format!("{key}b"), key, "1.00")])).await;
            world.app.store().statements() - before
        };
        cost("warm").await;
        let alone = cost("alone").await;
        for place in 0..30 {
            let made = world.change("automationCreate", json!({"name": format!("Other {place}")})).await;
            let name = json!([{"key": "event.custom", "filters": [{"key": "name", "operator": "EQ", "value": {"text": "else"}}]}]);
            let id = &made["automation"]["id"];
            world.change("entryRuleCreate", json!({"automationId": id, "conditions": name})).await;
            if place % 2 == 0 {
                world.change("goalCreate", json!({"automationId": id, "conditions": any_purchase()})).await;
            }
            world.change("automationPublish", json!({"id": id})).await;
        }
        cost("reload").await;
        assert_eq!(cost("among others").await, alone);
        for (people, rows) in [
            (4, enrollment::Entity::find().count(&world.tables).await),
            (8, event::Entity::find().count(&world.tables).await),
            (0, progress::Entity::find().count(&world.tables).await),
        ] {
            assert_eq!(rows.ok(), Some(people), "four people, one stay and two events each, and nothing else");
        }
    }

    /// The figures of an automation, exact.
    async fn stats(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        let at = |mut event: Value, at: &str| {
            event["occurredAt"] = json!(at);
            event
        };
        world.set_clock("2026-02-01T00:00:00Z");
        let mut events = Vec::new();
        for (who, left) in [("a", Some("2026-01-02")), ("b", Some("2026-01-04")), ("c", Some("2026-01-11")), ("d", Some("2026-01-05")), ("e", None)] {
            events.push(at(tagged(&format!("t{who}"), who, "lead"), "2026-01-01T00:00:00Z"));
            events.extend(left.map(|day| at(bought(&format!("b{who}"), who, "10.01"), &format!("{day}T00:00:00Z"))));
        }
        world.ingest(json!(events)).await;
        let query = "query S($id: ID!) { automation(id: $id) { stats { entered active converted conversions goalExits alternateExits
            skipped medianTimeToConvert revenue { amount currencyCode } conversionRate { numerator denominator value low high } } } }";
        let stats = world.data(query, json!({"id": id})).await["automation"]["stats"].take();
        let rate = stats["conversionRate"].clone();
        assert_eq!((&rate["numerator"], &rate["denominator"], &rate["value"]), (&json!(4), &json!(5), &json!(0.8)));
        let rounded = |name: &str| format!("{:.3}", rate[name].as_f64().expect("a number"));
        assert_eq!((rounded("low"), rounded("high")), ("0.376".to_owned(), "0.964".to_owned()));
        let mut rest = stats;
        rest.as_object_mut().expect("figures").remove("conversionRate");
        // 1, 3, 4 and 10 days: the median lies between the middle two.
        assert_eq!(rest, json!({"entered": 5, "active": 1, "converted": 4, "conversions": 4, "goalExits": 4, "alternateExits": 0,
            "skipped": 0, "medianTimeToConvert": "P3DT12H", "revenue": [{"amount": "40.04", "currencyCode": "USD"}]}));
        let empty = world.automation("Empty", any_purchase()).await;
        let stats = world.data(query, json!({"id": empty})).await["automation"]["stats"].take();
        assert_eq!((&stats["entered"], &stats["conversionRate"], &stats["medianTimeToConvert"], &stats["revenue"]), (&json!(0), &Value::Null, &Value::Null, &json!([])));
    }
}
