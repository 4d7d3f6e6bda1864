//! The JSON Schema of each type holds for what the check accepts, and not for what it refuses, as far as a schema can
//! tell.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "conditions/reader.rs"]
mod reader;

use jsonschema::Validator;
use offramp_domain::condition::schema::json_schema;
use offramp_domain::condition::{ConditionDraft, catalogue};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn validators() -> BTreeMap<&'static str, Validator> {
    let compile =
        |schema: Value| jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{error}: {schema}"));
    catalogue::all().map(|definition| (definition.key, compile(json_schema(definition)))).collect()
}

/// Whether a condition, and each within it, is as the schema of its type says.
fn is_valid(validators: &BTreeMap<&'static str, Validator>, written: &Value) -> bool {
    let key = written["key"].as_str().unwrap_or_default();
    let within = written["conditions"].as_array().into_iter().flatten();
    validators.get(key).is_some_and(|schema| schema.is_valid(written))
        && within.into_iter().all(|one| is_valid(validators, one))
}

/// The conditions of the tables, and whether they are refused.
fn conditions() -> Vec<(String, Option<String>)> {
    let lines = reader::tables().into_iter().flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>());
    let conditions = lines.filter_map(|line| line.strip_prefix("condition ").map(str::to_owned));
    conditions
        .map(|line| match line.split_once(" => refused ") {
            Some((written, path)) => (written.trim().to_owned(), Some(path.trim().to_owned())),
            None => (line.trim().to_owned(), None),
        })
        .collect()
}

#[test]
fn every_schema_is_one() {
    for definition in catalogue::all() {
        let schema = json_schema(definition);
        assert!(jsonschema::meta::is_valid(&schema), "{schema}");
    }
}

#[test]
fn what_the_check_accepts_is_valid() {
    let validators = validators();
    for (line, _) in conditions().iter().filter(|(_, refused)| refused.is_none()) {
        assert!(reader::check(&reader::draft(line)).is_ok(), "{line}");
        assert!(is_valid(&validators, &reader::written(line)), "{line}");
    }
}

#[test]
fn what_the_check_refuses_is_not_valid_as_far_as_a_schema_can_tell() {
    let validators = validators();
    let refused: Vec<_> = conditions().into_iter().filter_map(|(line, refused)| Some((line, refused?))).collect();
    let is_passed = |line: &str| is_valid(&validators, &reader::written(line));
    let passed: Vec<_> = refused.iter().filter(|(line, _)| is_passed(line)).collect();
    // Two values that do not go together, a duration that is too long, an expression that is none.
    let is_beyond_words = |path: &str| path == "filters" || path.ends_with(".value");
    for (line, path) in &passed {
        assert!(is_beyond_words(path), "{line} is refused at {path}, but valid");
    }
    assert!(refused.len() > 50 && passed.len() * 4 < refused.len(), "{} of {} are valid", passed.len(), refused.len());
}

#[test]
fn the_schema_and_the_check_agree_on_modifiers_and_what_is_within() {
    let validators = validators();
    let duration = json!({"key": "for", "operator": "EQ", "value": {"duration": "P1D"}});
    let within = |condition: Value| json!({"key": "inaction", "filters": [duration], "conditions": [condition]});
    for (written, is_right) in [
        (json!({"key": "purchase.made"}), true),
        (json!({"key": "purchase.made", "window": {"notBefore": "P1D", "within": "P2D"}}), true),
        (json!({"key": "purchase.made", "window": {"until": "P2D"}}), false),
        (json!({"key": "purchase.made", "occurrence": {"nth": 3}, "lookback": "P30D", "firstEver": false}), true),
        (json!({"key": "purchase.made", "occurrence": {"nth": 0}}), false),
        (json!({"key": "purchase.made", "occurrence": {"nth": 10_001}}), false),
        (json!({"key": "purchase.made", "occurrence": {"nth": 1, "atLeast": 1}}), false),
        (json!({"key": "purchase.made", "sum": {"of": "quantity", "atLeast": {"number": "5"}}}), true),
        (json!({"key": "purchase.made", "sum": {"of": "orderNumber", "atLeast": {"number": "5"}}}), false),
        (json!({"key": "visit.completed", "sum": {"of": "location", "atLeast": {"number": "5"}}}), false),
        (json!({"key": "tag.has", "window": {"within": "P2D"}}), false),
        (json!({"key": "tag.has", "firstEver": true}), false),
        (json!({"key": "composite", "join": "ANY", "conditions": [{"key": "tag.has"}]}), true),
        (json!({"key": "composite", "conditions": []}), false),
        (json!({"key": "composite"}), false),
        (json!({"key": "purchase.made", "conditions": [{"key": "tag.has"}]}), false),
        (within(json!({"key": "visit.completed"})), true),
        (within(json!({"key": "tag.has"})), false),
        (within(json!({"key": "visit.completed", "occurrence": {"nth": 2}})), false),
        (json!({"key": "inaction", "conditions": [{"key": "visit.completed"}]}), false),
        (json!({"key": "purchase.made", "color": "red"}), false),
    ] {
        assert_eq!(is_valid(&validators, &written), is_right, "the schema, of {written}");
        let is_accepted =
            serde_json::from_value::<ConditionDraft>(written.clone()).is_ok_and(|draft| reader::check(&draft).is_ok());
        assert_eq!(is_accepted, is_right, "the check, of {written}");
    }
}
