//! Reads the tables of cases: the conditions in them, as callers write them, and what the check makes of them.

use offramp_domain::condition::{self, Condition, ConditionDraft};
use offramp_domain::fault::{Faults, Path};
use offramp_domain::ids::ConditionId;
use serde_json::{Value, json};
use uuid::Uuid;

/// The tables, each with its name.
pub(crate) fn tables() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conditions");
    let paths = std::fs::read_dir(folder).expect("the tables").map(|file| file.expect("a table").path());
    let paths = paths.filter(|path| path.extension().is_some_and(|ending| ending == "txt"));
    let read = paths.map(|path| {
        let text = std::fs::read_to_string(&path).expect("a readable table");
        (path.file_name().expect("a name").to_string_lossy().into_owned(), text)
    });
    read.collect()
}

/// A JSON value at the beginning of a text, and what follows it.
fn json_first(text: &str) -> (Value, &str) {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next().expect("a value").unwrap_or_else(|error| panic!("{error}: {text}"));
    (value, text[values.byte_offset()..].trim_start())
}

/// `KEY [where FILTER [at PATH] OPERATOR [JSON] [and …]] [JSON of the rest]`, as a caller writes it.
pub(crate) fn written(text: &str) -> Value {
    let (key, mut rest) = text.split_once(' ').map_or((text, ""), |(key, rest)| (key, rest.trim()));
    let mut filters = Vec::new();
    let mut word = "where ";
    while let Some(after) = rest.strip_prefix(word) {
        let mut words = after.splitn(2, ' ');
        let mut filter = json!({"key": words.next()});
        let mut after = words.next().unwrap_or_default();
        if let Some(path) = after.strip_prefix("at ") {
            let (path, behind) = path.split_once(' ').expect("an operator");
            filter["path"] = json!(path);
            after = behind;
        }
        let (operator, behind) = after.split_once(' ').unwrap_or((after, ""));
        filter["operator"] = json!(operator);
        rest = behind.trim_start();
        if rest.starts_with('{') {
            let (value, behind) = json_first(rest);
            filter["value"] = value;
            rest = behind;
        }
        if let Some(behind) = rest.strip_prefix("ignoring case") {
            filter["ignoreCase"] = json!(true);
            rest = behind.trim_start();
        }
        filters.push(filter);
        word = "and ";
    }
    let mut draft = if rest.is_empty() { json!({}) } else { json_first(rest).0 };
    draft["key"] = json!(key);
    draft["filters"] = json!(filters);
    draft
}

/// The same, read.
pub(crate) fn draft(text: &str) -> ConditionDraft {
    serde_json::from_value(written(text)).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The condition, or the path of its first fault.
pub(crate) fn check(draft: &ConditionDraft) -> Result<Condition, String> {
    let mut faults = Faults::none();
    let mut next = 0;
    let mut next_id = || {
        next += 1;
        ConditionId(Uuid::from_u128(next))
    };
    let checked = condition::check(draft, 1, &mut next_id, &Path::root("c"), &mut faults);
    faults.or_value(checked).map_err(|faults| faults[0].path[1..].join("."))
}
