//! The judge over a database: each invariant is broken on purpose in the tables, and it alone is told.

use crate::harness::world::{Stopped, World, any_purchase, bought, tagged};
use crate::on_both;
use offramp::check::{self, Report};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Value, json};
use std::process::{Command, Output};

/// Something of everything: stays active and ended, a return, an exit, a conversion and its repeat, of which some is
/// taken back, a purchase told twice, progress towards an exit and towards an entry, a skip, and another workspace.
async fn lived_in(world: &World) {
    world.second_workspace().await;
    let welcome = world.automation("Welcome", any_purchase()).await;
    let large = json!([{"key": "tag.applied", "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": ["vip"]}}]},
        {"key": "purchase.made", "filters": [{"key": "amount", "operator": "GTE",
            "value": {"money": {"amount": "100", "currencyCode": "USD"}}}]}]);
    let steps = world.automation("Two steps", large).await;
    let tag = |name| json!({"key": "tag.applied", "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": [name]}}]});
    world.change("entryRuleCreate", json!({"automationId": steps, "conditions": [tag("one"), tag("two")]})).await;
    world.change("automationPublish", json!({"id": steps})).await;
    let people = ["ann", "ben", "eve", "fay"].map(|who| tagged(who, who, "lead"));
    world.ingest(json!(people)).await;
    world.set_clock("2026-01-01T01:00:00Z");
    world
        .ingest(json!([bought("first", "ann", "10.00"), tagged("vip", "ben", "vip"), tagged("one", "cat", "one")]))
        .await;
    world.set_clock("2026-01-01T02:00:00Z");
    world.ingest(json!([bought("again", "ann", "20.00")])).await;
    let mut told_twice = bought("first once more", "ann", "10.00");
    told_twice["properties"]["orderId"] = json!("first");
    let back = json!({"messageId": "back again", "type": "order.refunded", "contactExternalId": "ann",
        "properties": {"orderId": "again", "amount": "5.00"}});
    world.ingest(json!([told_twice, back])).await;
    world.ingest(json!([tagged("back", "ann", "lead"), tagged("gus", "gus", "nothing")])).await;
    world.change("automationPause", json!({"id": welcome})).await;
    world.ingest(json!([tagged("dan", "dan", "lead")])).await;
    world.change("automationResume", json!({"id": welcome})).await;
    let send = json!({"query": "mutation S($input: EventsIngestInput!) { eventsIngest(input: $input) { acceptedCount } }",
        "variables": {"input": {"events": [tagged("far", "far", "away")]}}});
    let request = world.http.post(format!("http://{}/graphql", world.app.address()));
    let answer = request.header("x-offramp-workspace", "second").json(&send).send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("a JSON answer");
    assert_eq!(answer["data"]["eventsIngest"]["acceptedCount"], 1);
}

/// The names of what is violated.
fn violated(report: &Report) -> Vec<&'static str> {
    report.verdict.findings().filter(|(_, found)| found.violations > 0).map(|(invariant, _)| invariant.name()).collect()
}

/// Runs statements on one connection; those that begin with the name of a database only there.
async fn alter(world: &Stopped, statements: &[&str]) {
    let is_sqlite = world.tables.get_database_backend() == DbBackend::Sqlite;
    let (ours, others) = if is_sqlite { ("sqlite: ", "postgres: ") } else { ("postgres: ", "sqlite: ") };
    let here = statements.iter().filter(|text| !text.starts_with(others));
    let here: Vec<_> = here.map(|text| text.strip_prefix(ours).unwrap_or(text)).collect();
    world.tables.execute_unprepared(&here.join("; ")).await.expect("what is broken on purpose");
}

async fn break_and_judge(world: World, expected: &str, statements: &[&str]) {
    lived_in(&world).await;
    let world = world.stop().await;
    let report = check::run(&world.url, None).await.expect("a report");
    assert!(report.is_sound(), "{report}");
    alter(&world, statements).await;
    let report = check::run(&world.url, None).await.expect("a report");
    assert_eq!(violated(&report), [expected], "{report}");
    let (_, found) = report.verdict.findings().find(|(_, found)| found.violations > 0).expect("a finding");
    assert!(!found.first.is_empty() && found.first.len() as u64 <= found.violations, "{report}");
    world.leave().await;
}

/// Makes of each broken invariant one test on SQLite and one on PostgreSQL.
macro_rules! broken {
    ($($name:ident: $invariant:literal, $statements:expr;)+) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                break_and_judge(World::sqlite().await, $invariant, &$statements).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                if let Some(world) = World::postgres().await {
                    break_and_judge(world, $invariant, &$statements).await;
                }
            }
        }
    )+};
}

broken! {
    a_stay_that_ended_at_another_time_than_its_exit: "one_exit_per_ended_stay",
        ["UPDATE enrollment SET exited_at = exited_at + 1 WHERE status = 'ended'"];
    a_stay_of_no_known_status: "one_exit_per_ended_stay",
        ["UPDATE enrollment SET status = 'gone' WHERE status = 'ended'"];
    two_active_stays: "one_active_stay",
        ["DROP INDEX enrollment_active",
         "UPDATE enrollment SET rotation = 2, contact_id = (SELECT id FROM contact WHERE external_id = 'eve') \
          WHERE contact_id = (SELECT id FROM contact WHERE external_id = 'fay') \
          AND automation_id = (SELECT id FROM automation WHERE name = 'Welcome')"];
    a_gap_in_rotations: "rotations_without_gap",
        ["UPDATE enrollment SET rotation = 3 WHERE contact_id = (SELECT id FROM contact WHERE external_id = 'fay')"];
    a_conversion_of_another_length: "times_in_order",
        ["UPDATE conversion SET elapsed_us = elapsed_us + 1"];
    a_stay_that_counts_for_a_goal_and_not_in_total: "conversions_count_once",
        ["UPDATE conversion SET headline = FALSE", "DELETE FROM counter WHERE metric = 'converted'"];
    a_conversion_that_counts_outside_its_window: "conversions_count_once",
        ["UPDATE conversion SET within_window = FALSE WHERE counted"];
    a_conversion_both_late_and_after: "exits_and_conversions_agree",
        ["UPDATE conversion SET late = TRUE WHERE after_exit"];
    an_exit_whose_event_did_not_convert: "exits_and_conversions_agree",
        ["UPDATE exit SET event_id = (SELECT id FROM event WHERE message_id = 'vip')"];
    a_head_beyond_the_feed: "feed_without_gap",
        ["UPDATE feed_head SET position = position + 1"];
    a_feed_row_with_another_reason: "feed_tells_everything",
        ["UPDATE feed SET reason = 'alternate_exit' WHERE kind = 'exit'"];
    a_feed_row_that_tells_of_nothing: "feed_tells_everything",
        ["UPDATE feed SET reference_id = contact_id WHERE kind = 'conversion'"];
    a_counter_one_too_high: "counters_equal_recount",
        ["UPDATE counter SET count = count + 1 WHERE metric = 'entered'"];
    a_counter_in_another_quarter: "counters_equal_recount",
        ["UPDATE counter SET bucket = bucket + 900000000 WHERE metric = 'exited.goal_met'"];
    a_counter_of_nothing: "counters_equal_recount",
        ["INSERT INTO counter (workspace_id, automation_id, rule_id, metric, currency, bucket, count, amount_minor) \
          SELECT workspace_id, automation_id, rule_id, 'exited.completed', '', bucket, 1, 0 FROM counter \
          WHERE metric = 'exited.goal_met'"];
    a_purchase_that_nobody_judged: "nothing_left_undone",
        ["INSERT INTO event (workspace_id, id, contact_id, fingerprint, event_type, at, occurred_at, received_at, \
          properties_schema, properties) \
          SELECT e.workspace_id, a.id, c.id, '', e.event_type, e.at, e.occurred_at, e.received_at, 1, e.properties \
          FROM event e, automation a, contact c \
          WHERE e.message_id = 'first' AND a.name = 'Welcome' AND c.external_id = 'ben'",
         "INSERT INTO customer_order (workspace_id, id, contact_id, external_id, status, placed_at, purchased_at, \
          purchase_event_id, state_schema, state) \
          SELECT o.workspace_id, a.id, c.id, o.external_id, o.status, o.placed_at, o.purchased_at, a.id, 1, o.state \
          FROM customer_order o, automation a, contact c \
          WHERE o.external_id = 'first' AND a.name = 'Welcome' AND c.external_id = 'ben'"];
    a_purchase_of_an_order_that_nobody_knows: "orders_purchase_once",
        ["DELETE FROM customer_order WHERE external_id = 'again'"];
    a_purchase_that_counts_again: "orders_purchase_once",
        ["UPDATE event SET counts = TRUE"];
    an_order_that_names_another_purchase: "orders_purchase_once",
        ["UPDATE customer_order SET purchase_event_id = (SELECT id FROM event WHERE message_id = 'gus') \
          WHERE external_id = 'again'"];
    a_reversal_of_more_than_there_was: "reversals_within_conversions",
        ["UPDATE reversal SET amount_minor = amount_minor + 100000",
         "UPDATE counter SET amount_minor = amount_minor + 100000 WHERE metric = 'conversions_reversed'"];
    a_reversal_in_full_of_a_part: "reversals_within_conversions",
        ["UPDATE reversal SET in_full = TRUE",
         "UPDATE counter SET count = count + 1 WHERE metric = 'conversions_reversed'"];
    a_reversal_that_nobody_counted: "counters_equal_recount",
        ["DELETE FROM counter WHERE metric = 'conversions_reversed'"];
    a_feed_without_a_reversal: "feed_tells_everything",
        ["UPDATE feed SET kind = 'conversion' WHERE kind = 'reversal'"];
    progress_by_an_event_of_another_workspace: "references_stay_inside",
        ["UPDATE progress SET event_id = (SELECT id FROM event WHERE message_id = 'far')"];
    progress_of_an_unknown_stay_and_an_unknown_rule: "references_stay_inside",
        ["UPDATE progress SET owner_id = event_id"];
    a_skip_by_an_event_of_another_workspace: "references_stay_inside",
        ["UPDATE skip SET event_id = (SELECT id FROM event WHERE message_id = 'far')"];
    an_event_of_a_contact_of_another_workspace: "references_stay_inside",
        ["sqlite: PRAGMA foreign_keys = OFF", "postgres: ALTER TABLE event DROP CONSTRAINT event_contact_id",
         "UPDATE event SET contact_id = (SELECT id FROM contact WHERE external_id = 'far') WHERE message_id = 'gus'"];
    a_rule_of_an_automation_that_is_not_there: "references_stay_inside",
        ["sqlite: PRAGMA foreign_keys = OFF", "postgres: ALTER TABLE rule DROP CONSTRAINT rule_automation_id",
         "UPDATE rule SET automation_id = id WHERE kind = 'goal'"];
    a_stay_of_a_version_that_is_not_there: "references_stay_inside",
        ["UPDATE enrollment SET version = 7 WHERE status = 'ended'"];
    a_stay_by_a_rule_that_never_was: "references_stay_inside",
        ["UPDATE enrollment SET entry_rule_id = automation_id WHERE status = 'ended' ",
         "INSERT INTO counter (workspace_id, automation_id, rule_id, metric, currency, bucket, count, amount_minor) \
          SELECT workspace_id, automation_id, automation_id, 'entered', '', entered_at, 1, 0 FROM enrollment \
          WHERE status = 'ended'",
         "UPDATE counter SET count = count - 1 WHERE metric = 'entered' AND count = 4 \
          AND automation_id = (SELECT automation_id FROM exit)"];
    a_message_id_stored_twice: "message_ids_unique",
        ["DROP INDEX event_message_id", "UPDATE event SET message_id = 'first' WHERE message_id = 'again'"];
    a_database_that_forgets: "durable",
        ["sqlite: PRAGMA journal_mode = DELETE",
         "postgres: DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$"];
}

on_both! {
    /// A sound database is found sound while its server runs, and everything was examined.
    async fn a_sound_database_is_examined_through_and_through(world) {
        lived_in(world).await;
        let report = check::run(&world.url, None).await.expect("a report");
        assert!(report.is_sound(), "{report}");
        assert_eq!(report.workspaces, 2);
        for (invariant, found) in report.verdict.findings() {
            assert!(found.examined > 0, "{} examined nothing:\n{report}", invariant.name());
        }
        let second = check::run(&world.url, Some("second")).await.expect("a report");
        assert_eq!(second.workspaces, 1);
        assert!(second.to_string().contains("ok   1 message ids"), "{second}");
    }

    /// The command tells it to people and to programs, and by its status.
    async fn the_command_tells_what_it_found(world) {
        lived_in(world).await;
        let sound = command(&["--database-url", &world.url]);
        assert_eq!(sound.status.code(), Some(0), "{}", said(&sound));
        assert!(said(&sound).contains("ok   10 stays: one exit for each that ended"), "{}", said(&sound));
        assert!(said(&sound).ends_with("2 workspaces checked: all of it holds.\n"), "{}", said(&sound));
        let up = "UPDATE counter SET count = count + 1 WHERE metric = 'conversions'";
        world.tables.execute_unprepared(up).await.expect("a broken counter");
        let broken = command(&["--database-url", &world.url]);
        assert_eq!(broken.status.code(), Some(1));
        assert!(said(&broken).contains("FAIL ") && said(&broken).contains("counters_equal_recount, violations: 1"));
        assert!(said(&broken).contains("- workspace default: `conversions` of automation"), "{}", said(&broken));
        let broken = command(&["--database-url", &world.url, "--json"]);
        assert_eq!(broken.status.code(), Some(1));
        let told: Value = serde_json::from_slice(&broken.stdout).expect("JSON");
        assert_eq!((&told["isSound"], &told["workspaces"]), (&json!(false), &json!(2)));
        let counters = told["invariants"].as_array().expect("a list").iter();
        let counters: Vec<_> = counters.filter(|one| one["violations"] != 0).collect();
        assert_eq!(counters.len(), 1, "{told}");
        assert_eq!((&counters[0]["name"], &counters[0]["rule"]), (&json!("counters_equal_recount"), &json!("R52")));
        let second = command(&["--database-url", &world.url, "--workspace", "second"]);
        assert_eq!(second.status.code(), Some(0), "{}", said(&second));
        let down = "UPDATE counter SET count = count - 1 WHERE metric = 'conversions'";
        world.tables.execute_unprepared(down).await.expect("a repaired counter");
    }
}

fn command(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offramp"));
    command.arg("check").args(arguments).env_remove("OFFRAMP_DATABASE_URL").output().expect("the command")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout))
}

/// What cannot be judged is refused with the way out and its own status, and nothing is made or changed.
#[tokio::test]
async fn what_cannot_be_read_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("old.db");
    let url = format!("sqlite://{}", file.display());
    let refused = |arguments: &[&str], expected: &str| {
        let output = command(&[&["--database-url", &url], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(output.stdout.is_empty() && said(&output).contains(expected), "{}", said(&output));
    };
    refused(&[], "--database-url");
    assert!(!file.exists(), "a database was made");
    std::fs::write(&file, "").expect("an empty database");
    refused(&[], "offramp migrate");
    assert_eq!(std::fs::metadata(&file).expect("the file").len(), 0, "the database was changed");
    offramp::store::migrate(&url).await.expect("a schema");
    refused(&["--workspace", "nowhere"], "There is no workspace `nowhere`");
    let pool = sea_orm::Database::connect(&url).await.expect("a database");
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_future', 0)";
    pool.execute_unprepared(newer).await.expect("a migration of the future");
    refused(&[], "newer Offramp");
    let older = "DELETE FROM seaql_migrations WHERE version LIKE 'm2999%' OR version LIKE 'm20261122_000004%'";
    pool.execute_unprepared(older).await.expect("a migration undone");
    refused(&[], "lacks 1 of");
    pool.close().await.expect("closed");
}
