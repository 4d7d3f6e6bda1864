//! Contacts: what is known of them, written by patches and read by either id.

use crate::harness::world::{World, any_purchase, bought, faults, tagged};
use crate::on_both;
use offramp_entity::contact;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

on_both! {
    /// What is left out stays, null clears, attributes are replaced as a whole; events and writes mean the same person.
    async fn patches(world) {
        world.ingest(json!([tagged("t", "ann", "lead")])).await;
        let nothing = json!({"email": null, "phone": null, "firstName": null, "lastName": null, "attributes": {}});
        let read = "query C($who: String!) { contactByExternalId(externalId: $who) { id externalId email phone firstName lastName attributes } }";
        let mut before = world.data(read, json!({"who": "ann"})).await["contactByExternalId"].take();
        let id = before["id"].take();
        assert_eq!(before, json!({"id": null, "externalId": "ann", "email": null, "phone": null, "firstName": null, "lastName": null, "attributes": {}}));
        let mut expected = nothing;
        for patch in [
            json!({"email": "ann@example.com", "phone": "+1 555 0100", "firstName": "Ann", "attributes": {"plan": "pro", "n": [1, {"a": null}]}}),
            json!({}),
            json!({"lastName": "Lee", "firstName": null}),
            json!({"attributes": {"plan": "basic"}}),
            json!({"attributes": null, "email": null, "phone": null, "lastName": null}),
        ] {
            for (name, value) in patch.as_object().expect("fields") {
                let cleared = if name == "attributes" && value.is_null() { json!({}) } else { value.clone() };
                expected[name] = cleared;
            }
            let mut input = patch.clone();
            input["externalId"] = json!("ann");
            let answer = world.change("contactUpsert", input).await;
            let mut now = answer["contact"].clone();
            assert_eq!(now["id"], id, "the same person");
            now.as_object_mut().expect("a contact").retain(|name, _| !["id", "externalId"].contains(&name.as_str()));
            assert_eq!(now, expected, "{patch}");
        }
        let new = world.change("contactUpsert", json!({"externalId": "ben", "email": "ben@example.com"})).await;
        world.ingest(json!([tagged("t2", "ben", "lead")])).await;
        let again = world.data("query C($id: ID!) { contact(id: $id) { externalId email createdAt } }", json!({"id": new["contact"]["id"]})).await;
        assert_eq!(again["contact"], json!({"externalId": "ben", "email": "ben@example.com", "createdAt": "2026-01-01T00:00:00Z"}));
        assert_eq!(contact::Entity::find().count(&world.tables).await.ok(), Some(2));
    }

    /// Of those who write of a new contact at once each says what he knows, and nothing of it is lost.
    async fn at_once(world) {
        let node = World::node_with_lanes(&world.url, world.clock.clone(), 2).await;
        let known = [("email", "ann@example.com"), ("phone", "+1 555 0100"), ("firstName", "Ann"), ("lastName", "Lee")];
        let mutation = "mutation U($input: ContactUpsertInput!) { contactUpsert(input: $input) { userErrors { code } contact { id } } }";
        for who in 0..20 {
            let external_id = format!("c{who}");
            let writes = known.iter().enumerate().map(|(place, (field, value))| {
                let address = if place % 2 == 0 { world.app.address() } else { node.address() };
                world.ask_at(address, mutation, json!({"input": {"externalId": external_id, *field: value}}))
            });
            for answer in futures_util::future::join_all(writes).await {
                assert_eq!(answer["data"]["contactUpsert"]["userErrors"], json!([]), "{answer}");
            }
            let read = "query C($who: String!) { contactByExternalId(externalId: $who) { email phone firstName lastName } }";
            let found = world.data(read, json!({"who": external_id})).await["contactByExternalId"].take();
            let expected: serde_json::Map<_, _> = known.iter().map(|(field, value)| ((*field).to_owned(), json!(value))).collect();
            assert_eq!(found, Value::Object(expected));
        }
        node.stop().await;
    }

    /// Every fault is named, and nothing of a bad write is kept.
    async fn bad_input(world) {
        let deep = (0..9).fold(json!(1), |inner, _| json!({"a": inner}));
        for (patch, expected) in [
            (json!({"externalId": ""}), &["BLANK input.externalId"][..]),
            (json!({"externalId": " ann"}), &["INVALID input.externalId"]),
            (json!({"externalId": "x".repeat(201)}), &["TOO_LONG input.externalId"]),
            (json!({"email": ""}), &["BLANK input.email"]),
            (json!({"email": "ann"}), &["INVALID input.email"]),
            (json!({"email": "@example.com"}), &["INVALID input.email"]),
            (json!({"email": "ann@"}), &["INVALID input.email"]),
            (json!({"email": "ann lee@example.com"}), &["INVALID input.email"]),
            (json!({"email": format!("{}@example.com", "x".repeat(250))}), &["TOO_LONG input.email"]),
            (json!({"phone": "5".repeat(51)}), &["TOO_LONG input.phone"]),
            (json!({"firstName": "a\u{7}b", "lastName": " "}), &["INVALID input.firstName", "BLANK input.lastName"]),
            (json!({"attributes": []}), &["WRONG_TYPE input.attributes"]),
            (json!({"attributes": "x"}), &["WRONG_TYPE input.attributes"]),
            (json!({"attributes": {"x": "x".repeat(16 * 1024)}}), &["TOO_LONG input.attributes"]),
            (json!({"attributes": deep}), &["TOO_LONG input.attributes"]),
            (json!({"attributes": {"nul": "\u{0}"}}), &["INVALID input.attributes"]),
            (json!({"externalId": "", "email": "x", "attributes": 7}), &["BLANK input.externalId", "INVALID input.email", "WRONG_TYPE input.attributes"]),
        ] {
            let mut input = json!({"externalId": "ann"});
            input.as_object_mut().expect("an input").extend(patch.as_object().cloned().expect("fields"));
            let answer = world.change("contactUpsert", input).await;
            assert_eq!((faults(&answer).as_slice(), &answer["contact"]), (expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(), &Value::Null), "{patch}");
        }
        assert_eq!(contact::Entity::find().count(&world.tables).await.ok(), Some(0));
        let odd = world.change("contactUpsert", json!({"externalId": "Ünï '; --", "firstName": "Zoë 🎯", "attributes": {"a'b": "\"%_\\"}})).await;
        assert_eq!((&odd["contact"]["firstName"], &odd["contact"]["attributes"]), (&json!("Zoë 🎯"), &json!({"a'b": "\"%_\\"})));
        for who in ["nobody", "", "\u{0}"] {
            let none = world.data("query C($who: String!) { contactByExternalId(externalId: $who) { id } }", json!({"who": who})).await;
            assert_eq!(none["contactByExternalId"], Value::Null);
        }
        for id in ["nonsense", "", "Q29udGFjdDowMTkwMDAwMDAwMDA3MDAxODAwMDAwMDAwMDAwMDAwMQ"] {
            let none = world.data("query C($id: ID!) { contact(id: $id) { id } enrollment(id: $id) { id } exit(id: $id) { id } }", json!({"id": id})).await;
            assert_eq!(none, json!({"contact": null, "enrollment": null, "exit": null}));
        }
    }

    /// A contact's stays and a stay's exit and conversions, by pages.
    async fn stays(world) {
        world.automation("A", any_purchase()).await;
        world.automation("B", any_purchase()).await;
        for round in 0..3 {
            world.ingest(json!([tagged(&format!("t{round}"), "ann", "lead"), bought(&format!("b{round}"), "ann", "2.50")])).await;
        }
        world.ingest(json!([tagged("t", "ben", "lead"), bought("more", "ann", "1.00")])).await;
        let query = "query S($who: String!, $first: Int, $last: Int, $after: String, $before: String) { contactByExternalId(externalId: $who) {
            enrollments(first: $first, last: $last, after: $after, before: $before) { totalCount edges { cursor } pageInfo { hasNextPage hasPreviousPage }
                nodes { id status exit { id reason enrollment { id } } conversions(first: 10) { totalCount
                    nodes { enrollment { id } value { amount currencyCode } isCounted isFirstOfEnrollment isLate isAfterExit isWithinWindow timeToConvert convertedAt } } } } } }";
        let all = world.data(query, json!({"who": "ann", "first": 100})).await["contactByExternalId"]["enrollments"].take();
        let nodes = all["nodes"].as_array().expect("stays");
        assert_eq!((all["totalCount"].clone(), nodes.len()), (json!(6), 6));
        for stay in nodes {
            assert_eq!((&stay["exit"]["reason"], &stay["exit"]["enrollment"]["id"]), (&json!("GOAL_MET"), &stay["id"]));
            let first = &stay["conversions"]["nodes"][0];
            assert_eq!(first, &json!({"enrollment": {"id": stay["id"]}, "value": {"amount": "2.50", "currencyCode": "USD"}, "isCounted": true,
                "isFirstOfEnrollment": true, "isLate": false, "isAfterExit": false, "isWithinWindow": true, "timeToConvert": "PT0S",
                "convertedAt": "2026-01-01T00:00:00Z"}));
        }
        // The last purchase is a repeat of the latest stay of each automation (R18).
        let counts: Vec<_> = nodes.iter().map(|stay| stay["conversions"]["totalCount"].as_u64().expect("a count")).collect();
        assert_eq!(counts, [1, 1, 1, 1, 2, 2]);
        let cursor = |place: usize| all["edges"][place]["cursor"].clone();
        for (page, ids, previous, next) in [
            (json!({"first": 2}), 0..2, false, true),
            (json!({"first": 2, "after": cursor(1)}), 2..4, true, true),
            (json!({"first": 9, "after": cursor(3)}), 4..6, true, false),
            (json!({"last": 2}), 4..6, true, false),
            (json!({"last": 9, "before": cursor(2)}), 0..2, false, true),
            (json!({"first": 9, "after": cursor(0), "before": cursor(3)}), 1..3, true, false),
        ] {
            let mut variables = page.clone();
            variables["who"] = json!("ann");
            let read = world.data(query, variables).await["contactByExternalId"]["enrollments"].take();
            assert_eq!(read["nodes"].as_array().expect("stays").as_slice(), &nodes[ids], "{page}");
            assert_eq!(read["pageInfo"], json!({"hasNextPage": next, "hasPreviousPage": previous}), "{page}");
        }
        let ben = world.data(query, json!({"who": "ben", "first": 1})).await["contactByExternalId"]["enrollments"].take();
        assert_eq!((&ben["totalCount"], &ben["nodes"][0]["exit"], &ben["nodes"][0]["conversions"]["totalCount"]), (&json!(2), &Value::Null, &json!(0)));
        for arguments in ["", "(first: 0)", "(first: 101)", "(first: 1, last: 1)", "(first: 1, after: \"x\")"] {
            let within = format!("{{ contactByExternalId(externalId: \"ann\") {{ enrollments{arguments} {{ totalCount }} }} enrollments(last: 1) {{ nodes {{ conversions{arguments} {{ totalCount }} }} }} }}");
            let answer = world.ask(&within, Value::Null).await;
            let codes: Vec<_> = answer["errors"].as_array().expect("errors").iter().map(|error| &error["extensions"]["code"]).collect();
            assert_eq!(codes, ["BAD_USER_INPUT"; 2], "{arguments}: {answer}");
            assert_eq!(answer["data"], json!({"contactByExternalId": {"enrollments": null}, "enrollments": {"nodes": [{"conversions": null}]}}));
        }
    }
}
