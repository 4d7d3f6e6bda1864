//! The scenarios, told to a server through its API, on SQLite and on PostgreSQL.

use crate::harness::scenario::{self, Automation, Step};
use crate::harness::snapshot;
use crate::harness::world::World;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Each file of scenarios is two tests; a file that is not named here fails the last of them.
macro_rules! scenario_files {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            const TEXT: &str = include_str!(concat!("../scenarios/", stringify!($name), ".txt"));

            #[tokio::test]
            async fn on_sqlite() {
                for scenario in super::scenario::read(TEXT).iter().filter(|scenario| !scenario.core_only) {
                    super::tell(super::World::sqlite().await, scenario).await;
                }
            }

            #[tokio::test]
            async fn on_postgres() {
                for scenario in super::scenario::read(TEXT).iter().filter(|scenario| !scenario.core_only) {
                    let Some(world) = super::World::postgres().await else { return };
                    super::tell(world, scenario).await;
                }
            }
        })+

        #[test]
        fn no_file_is_forgotten() {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
            let files = std::fs::read_dir(folder).expect("the scenarios").map(|file| file.expect("a file").path());
            let mut files: Vec<_> = files.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
            files.sort();
            assert_eq!(files, [$(stringify!($name)),+]);
        }
    };
}

scenario_files!(counting, entering, hands, late_events, leaving, purchases, repeats, states);

async fn tell(world: World, scenario: &scenario::Scenario) {
    let mut ids = BTreeMap::new();
    let mut before = snapshot::take(&world.tables).await;
    for step in &scenario.steps {
        match step {
            Step::Define(automation) => {
                ids.insert(automation.name.clone(), define(&world, automation).await);
            }
            Step::Change(how, name) => {
                let mut field = how.clone();
                field[..1].make_ascii_uppercase();
                let answer = world.change(&format!("automation{field}"), json!({"id": ids[name]})).await;
                assert_eq!(answer["userErrors"], json!([]), "{}: {how} {name}", scenario.title);
            }
            Step::Pass { line, now, expected } => {
                world.set_clock(now);
                world.until_nothing_is_due(now).await;
                let after = snapshot::take(&world.tables).await;
                let mut said: Vec<_> = after.difference(&before).map(|(_, sentence)| sentence.clone()).collect();
                said.sort();
                assert_eq!(&said, expected, "{} (line {line})", scenario.title);
                before = after;
            }
            Step::Hand { line, now, hand, expected } => {
                world.set_clock(now);
                let answer = move_by_hand(&world, &ids[&hand.automation], hand).await;
                let after = snapshot::take(&world.tables).await;
                let mut said: Vec<_> = snapshot::of_hand(&answer);
                said.extend(after.difference(&before).map(|(_, sentence)| sentence.clone()));
                said.sort();
                assert_eq!(&said, expected, "{} (line {line})", scenario.title);
                before = after;
            }
            Step::Receive { line, now, events, expected } => {
                world.set_clock(now);
                let answer = world.change("eventsIngest", json!({"events": events})).await;
                let after = snapshot::take(&world.tables).await;
                let mut said = snapshot::of_answer(&answer);
                said.extend(after.difference(&before).map(|(_, sentence)| sentence.clone()));
                said.sort();
                assert_eq!(&said, expected, "{} (line {line})", scenario.title);
                assert!(before.is_subset(&after), "{}: line {line} rewrote history", scenario.title);
                before = after;
            }
        }
    }
    world.end().await;
}

async fn move_by_hand(world: &World, automation: &str, hand: &scenario::Hand) -> Value {
    if let Some(at) = &hand.enrolls {
        let input = json!({"automationId": automation, "contactExternalId": hand.who, "enteredAt": at});
        return world.change("enrollmentCreate", input).await;
    }
    let query = "query E($id: ID!) { enrollments(last: 100, filter: {automationId: $id}) { nodes { id contact { externalId } } } }";
    let stays = world.data(query, json!({"id": automation})).await["enrollments"]["nodes"].take();
    let own = |stay: &&Value| stay["contact"]["externalId"] == json!(hand.who);
    let stay =
        stays.as_array().and_then(|stays| stays.iter().rfind(own)).unwrap_or_else(|| panic!("no stay of {}", hand.who));
    world.change("enrollmentExit", json!({"id": stay["id"], "mayReenter": hand.may_reenter})).await
}

async fn define(world: &World, automation: &Automation) -> String {
    let input = json!({"name": automation.name, "reEntry": automation.re_entry});
    let made = world.change("automationCreate", input).await;
    let id = made["automation"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    for (field, rules) in [
        ("entryRuleCreate", &automation.entry_rules),
        ("goalCreate", &automation.goals),
        ("alternateExitRuleCreate", &automation.alternate_exits),
    ] {
        for rule in rules {
            make_items(world, rule).await;
            let mut input: Value = rule.clone();
            input["automationId"] = json!(id);
            let answer = world.change(field, input).await;
            assert_eq!(answer["userErrors"], json!([]), "{rule}");
        }
    }
    id
}

/// Makes the products and categories that a rule names.
async fn make_items(world: &World, rule: &Value) {
    let filters = rule["conditions"].as_array().into_iter().flatten().flat_map(|one| one["filters"].as_array());
    for item in filters.flatten().filter_map(|filter| filter["value"]["items"].as_array()).flatten() {
        for (kind, id) in item.as_object().expect("an item") {
            if kind == "orderForm" {
                // There are none in the edition in which worlds begin.
                world
                    .tables
                    .execute_unprepared("UPDATE workspace SET edition = 'MAX_CLASSIC'")
                    .await
                    .expect("an edition");
            }
            let answer = world.change(&format!("{kind}Upsert"), json!({"externalId": id})).await;
            assert_eq!(answer["userErrors"], json!([]), "{item}");
        }
    }
}
