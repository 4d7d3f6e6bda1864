//! A condition of each type, as callers write it, in JSON Schema. A stand-in: it says no more than the key.

use super::catalogue::ConditionDefinition;
use serde_json::{Value, json};

/// The schema of a condition of that type, as its author writes it.
pub fn json_schema(definition: &ConditionDefinition) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": definition.name,
        "type": "object",
        "properties": {"key": {"const": definition.key}},
        "required": ["key"],
    })
}
