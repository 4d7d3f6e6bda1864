//! Rules of a draft: changed by patches, ranked, and archived but never deleted (R41).

use crate::harness::world::{World, any_purchase, bought, faults, tagged};
use crate::on_both;
use serde_json::{Value, json};

/// What is the same for every kind of rule.
const KINDS: [(&str, &str); 3] =
    [("goal", "goals"), ("entryRule", "entryRules"), ("alternateExitRule", "alternateExitRules")];

fn tag(tag: &str) -> Value {
    json!({"key": "tag.applied", "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": [tag]}}]})
}

/// The names of an automation's rules of one kind, in order, whose ranks are their places.
async fn order(world: &World, automation: &Value, list: &str) -> String {
    let query = format!("query O($id: ID!) {{ automation(id: $id) {{ {list} {{ name rank }} }} }}");
    let rows = world.data(&query, json!({"id": automation})).await["automation"][list].take();
    let rows = rows.as_array().expect("rules");
    for (place, row) in rows.iter().enumerate() {
        assert_eq!(row["rank"], json!(place), "{rows:?}");
    }
    rows.iter().filter_map(|row| row["name"].as_str()).collect()
}

on_both! {
    /// A patch of a goal changes what it names; conditions that stay keep their ids (R40).
    async fn patches(world) {
        let made = world.change("automationCreate", json!({"name": "A"})).await;
        let id = &made["automation"]["id"];
        let conditions = json!([tag("a"), tag("b")]);
        let goal = world.change("goalCreate", json!({"automationId": id, "name": "Mine", "conversionWindow": "P7D", "conditions": conditions})).await;
        let goal = goal["goal"].clone();
        let ids = |goal: &Value| goal["conditions"].as_array().expect("conditions").clone();
        let update = async |patch: Value| {
            let mut input = json!({"id": goal["id"]});
            input.as_object_mut().expect("an input").extend(patch.as_object().cloned().expect("fields"));
            world.change("goalUpdate", input).await
        };
        assert_eq!(update(json!({})).await["goal"], goal, "nothing is said, nothing changes");
        assert_eq!(update(json!({"conditions": conditions, "join": "ALL", "name": "Mine"})).await["goal"], goal, "nor by saying what is");
        let unnamed = update(json!({"name": null})).await["goal"].take();
        assert_eq!((&unnamed["isNamed"], &unnamed["version"], ids(&unnamed)), (&json!(false), &json!(2), ids(&goal)));
        assert!(unnamed["name"].as_str().is_some_and(|name| name.contains("Tag applied")), "{unnamed}");
        let changed = update(json!({"conditions": [tag("c"), tag("a")], "join": "ANY"})).await["goal"].take();
        assert_eq!((&changed["join"], &changed["version"], &changed["conversionWindow"]), (&json!("ANY"), &json!(3), &json!("P7D")));
        assert!(changed["name"].as_str().is_some_and(|name| name.contains("tag c")), "the name follows: {changed}");
        assert_eq!(ids(&changed)[1], ids(&goal)[0], "a condition that stays is the same");
        assert!(!ids(&goal).contains(&ids(&changed)[0]), "a new one is another");
        let cleared = update(json!({"conversionWindow": null, "join": null, "expectedVersion": 3})).await["goal"].take();
        assert_eq!((&cleared["join"], &cleared["conversionWindow"]), (&json!("ALL"), &Value::Null));
        for (patch, expected) in [
            (json!({"name": " "}), &["BLANK input.name"][..]),
            (json!({"conditions": null}), &["REQUIRED input.conditions"]),
            (json!({"conditions": []}), &["BLANK input.conditions"]),
            (json!({"conditions": vec![tag("a"); 21]}), &["TOO_MANY input.conditions"]),
            (json!({"name": "", "conditions": [{"key": "purchase.maed"}]}), &["BLANK input.name", "UNKNOWN input.conditions.0.key"]),
            (json!({"conversionWindow": "P731D"}), &["OUT_OF_RANGE input.conversionWindow"]),
            (json!({"conversionWindow": "P1M"}), &["INVALID input.conversionWindow"]),
            (json!({"name": "N", "expectedVersion": 3}), &["STALE_VERSION input.expectedVersion"]),
        ] {
            assert_eq!(faults(&update(patch.clone()).await), expected, "{patch}");
        }
        let stale = update(json!({"name": "N", "expectedVersion": 9})).await;
        assert!(stale["userErrors"][0]["message"].as_str().is_some_and(|said| said.contains("version 4")), "{stale}");
        assert_eq!(update(json!({})).await["goal"], cleared, "what was refused changed nothing");
        let entry = world.change("entryRuleCreate", json!({"automationId": id, "conditions": [tag("a")]})).await;
        let windowed = json!([{"key": "purchase.made", "window": {"within": "P1D"}}]);
        let answer = world.change("entryRuleUpdate", json!({"id": entry["entryRule"]["id"], "conditions": windowed})).await;
        assert_eq!(faults(&answer), ["INVALID input.conditions.0.window"], "an entry rule is judged before entry");
    }

    /// A rule moves to any place among its kind, the others make room, and those of other automations stay.
    async fn ranks(world) {
        for (kind, list) in KINDS {
            let mut automations = Vec::new();
            let mut rules = Vec::new();
            for _ in 0..2 {
                let made = world.change("automationCreate", json!({"name": "A"})).await;
                let id = made["automation"]["id"].clone();
                for name in ["a", "b", "c", "d"] {
                    let input = json!({"automationId": id, "name": name, "conditions": any_purchase()});
                    rules.push(world.change(&format!("{kind}Create"), input).await[kind]["id"].clone());
                }
                automations.push(id);
            }
            let rank = async |rule: usize, rank: i64| {
                world.change(&format!("{kind}Rank"), json!({"id": rules[rule], "rank": rank})).await
            };
            for (rule, to, expected) in [(0, 3, "bcda"), (0, 0, "abcd"), (1, 2, "acbd"), (3, 1, "adcb"), (3, 1, "adcb"), (2, 2, "adcb")] {
                let moved = rank(rule, to).await;
                assert_eq!(moved[kind]["rank"], json!(to), "{moved}");
                assert_eq!(order(world, &automations[0], list).await, expected, "{kind}");
            }
            for to in [-1, 4, i64::from(i32::MAX), i64::from(i32::MIN)] {
                assert_eq!(faults(&rank(0, to).await), ["OUT_OF_RANGE input.rank"], "{to}");
            }
            let archived = world.change(&format!("{kind}Archive"), json!({"id": rules[3]})).await;
            assert_eq!(faults(&archived), [""; 0]);
            assert_eq!(order(world, &automations[0], list).await, "acb", "the others close up");
            assert_eq!(faults(&rank(0, 3).await), ["OUT_OF_RANGE input.rank"], "there are three places now");
            let input = json!({"automationId": automations[0], "name": "e", "conditions": any_purchase()});
            world.change(&format!("{kind}Create"), input).await;
            assert_eq!(order(world, &automations[0], list).await, "acbe");
            assert_eq!(order(world, &automations[1], list).await, "abcd", "another automation's");
        }
    }

    /// The first goal by rank is the one that decides, as of the publication (R17).
    async fn the_first_by_rank_decides(world) {
        let id = world.automation("A", any_purchase()).await;
        let late = world.change("goalCreate", json!({"automationId": id, "name": "Late", "conditions": any_purchase()})).await;
        world.change("goalRank", json!({"id": late["goal"]["id"], "rank": 0})).await;
        world.change("automationPublish", json!({"id": id})).await;
        world.ingest(json!([tagged("t", "ann", "lead"), bought("b", "ann", "1.00")])).await;
        let exits = world.data("{ exits(first: 1) { nodes { goal { name } } } }", Value::Null).await;
        assert_eq!(exits["exits"]["nodes"][0]["goal"]["name"], "Late");
    }

    /// An archived rule leaves the draft and stays readable, by its id and by what it caused; it cannot be changed, and
    /// runs until the next publication.
    async fn archived(world) {
        let id = json!(world.automation("A", any_purchase()).await);
        let goals = world.data("query G($id: ID!) { automation(id: $id) { goals { id } } }", json!({"id": id})).await;
        let goal = &goals["automation"]["goals"][0]["id"];
        let archived = world.change("goalArchive", json!({"id": goal})).await["goal"].take();
        assert_eq!((&archived["archivedAt"], &archived["version"]), (&json!("2026-01-01T00:00:00Z"), &json!(2)));
        for (field, input) in [
            ("goalArchive", json!({"id": goal})),
            ("goalUpdate", json!({"id": goal, "name": "B"})),
            ("goalRank", json!({"id": goal, "rank": 0})),
        ] {
            assert_eq!(faults(&world.change(field, input).await), ["INVALID_STATE input.id"], "{field}");
        }
        assert_eq!(order(world, &id, "goals").await, "");
        world.ingest(json!([tagged("t1", "ann", "lead"), bought("b1", "ann", "1.00")])).await;
        world.change("automationPublish", json!({"id": id})).await;
        world.ingest(json!([tagged("t2", "ben", "lead"), bought("b2", "ben", "1.00")])).await;
        let query = "query R($goal: ID!) { goal(id: $goal) { name archivedAt automation { name } }
            exits(first: 10) { nodes { contact { externalId } goal { id } } }
            conversions(first: 10, filter: {goalIds: [$goal]}) { totalCount nodes { contact { externalId } goal { name } } } }";
        let read = world.data(query, json!({"goal": goal})).await;
        assert_eq!(read, json!({
            "goal": {"name": "Bought", "archivedAt": "2026-01-01T00:00:00Z", "automation": {"name": "A"}},
            "exits": {"nodes": [{"contact": {"externalId": "ann"}, "goal": {"id": goal}}]},
            "conversions": {"totalCount": 1, "nodes": [{"contact": {"externalId": "ann"}, "goal": {"name": "Bought"}}]},
        }));
    }

    /// Ids that are none, of another kind of rule, or of nobody.
    async fn ids(world) {
        let id = world.automation("A", any_purchase()).await;
        let rules = world.data("query G($id: ID!) { automation(id: $id) { goals { id } entryRules { id } } }", json!({"id": id})).await;
        let ids = [&rules["automation"]["goals"][0]["id"], &rules["automation"]["entryRules"][0]["id"]];
        for (kind, _) in KINDS {
            let strangers = [json!("nonsense"), json!(""), json!(id)];
            let others = ids.iter().filter(|_| kind == "alternateExitRule").map(|id| (*id).clone());
            for stranger in strangers.into_iter().chain(others) {
                for (verb, mut input) in [("Update", json!({"name": "B"})), ("Rank", json!({"rank": 0})), ("Archive", json!({}))] {
                    input["id"] = stranger.clone();
                    assert_eq!(faults(&world.change(&format!("{kind}{verb}"), input).await), ["NOT_FOUND input.id"], "{kind}{verb} {stranger}");
                }
            }
        }
        for field in ["automationUpdate", "automationArchive"] {
            assert_eq!(faults(&world.change(field, json!({"id": ids[0]})).await), ["NOT_FOUND input.id"], "{field}");
        }
    }
}
