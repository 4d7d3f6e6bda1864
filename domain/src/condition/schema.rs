//! A condition of each type, as callers write it, in JSON Schema. What a schema cannot say (an order of two instants,
//! one currency for all amounts) is left to the check; what the check accepts, the schema does.

use super::catalogue::{self, ConditionDefinition, FilterDefinition, FilterKind, Kind};
use super::shape::Shape;
use super::tally::is_counted;
use crate::limits::{
    CONDITIONS_PER_RULE_MAX, FILTERS_PER_CONDITION_MAX, OCCURRENCES_MAX, PATTERN_CHARS_MAX, VALUE_CHARS_MAX,
    VALUES_PER_FILTER_MAX, WINDOW_MAX, WINDOW_MIN,
};
use crate::time::Elapsed;
use serde_json::{Map, Value, json};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a condition of that type, as its author writes it. What is not said is left out of it, never null.
pub fn json_schema(definition: &ConditionDefinition) -> Value {
    let mut properties = Map::new();
    let mut required = vec!["key"];
    properties.insert("key".to_owned(), json!({"const": definition.key}));
    let filters = filters(definition);
    if definition.filters.iter().any(|filter| filter.required) {
        required.push("filters");
    }
    properties.insert("filters".to_owned(), filters);
    match definition.kind {
        Kind::Event(_) => properties.extend(modifiers(definition)),
        Kind::State(_) => {}
        Kind::Absence | Kind::Group => {
            required.push("conditions");
            properties.extend(within(definition.kind));
        }
    }
    let mut schema = json!({
        "$schema": DIALECT,
        "title": definition.name,
        "description": definition.description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "$defs": definitions(),
    });
    if matches!(definition.kind, Kind::Event(_)) {
        set(&mut schema, "not", json!({"required": ["occurrence", "sum"]}));
        let has_numbers = definition.filters.iter().any(|filter| filter.kind == FilterKind::Number);
        // Where a filter may name the number as well, it takes the check to tell.
        if is_counted(definition) && !has_numbers {
            set(&mut schema, "anyOf", json!([{"required": ["occurrence"]}, {"required": ["sum"]}]));
        }
    }
    schema
}

fn filters(definition: &ConditionDefinition) -> Value {
    let known: Vec<_> = definition.every_filter().map(filter).collect();
    if known.is_empty() {
        return json!({"type": "array", "maxItems": 0});
    }
    let mut filters = json!({"type": "array", "maxItems": FILTERS_PER_CONDITION_MAX, "items": {"oneOf": known}});
    let required = definition.filters.iter().filter(|filter| filter.required);
    let contained: Vec<_> =
        required.map(|filter| json!({"contains": {"properties": {"key": {"const": filter.key}}}})).collect();
    if !contained.is_empty() {
        set(&mut filters, "allOf", json!(contained));
    }
    filters
}

fn filter(filter: &FilterDefinition) -> Value {
    let groups = filter.kind.operators_by_shapes();
    let mut properties = json!({
        "key": {"const": filter.key},
        "operator": {"enum": filter.kind.operators().into_iter().map(|(operator, _)| operator).collect::<Vec<_>>()},
        "value": true,
        "ignoreCase": {"type": "boolean", "default": false},
    });
    let mut required = vec!["key", "operator"];
    if filter.takes_path {
        set(&mut properties, "path", reference("id"));
        required.push("path");
    }
    let cases: Vec<_> = groups
        .into_iter()
        .map(|(operators, shapes)| {
            let has_case = shapes.iter().all(|shape| shape.has_case());
            let ignore_case = if has_case { json!(true) } else { json!({"const": false}) };
            let (value, required) = match values(filter.kind, &shapes) {
                Some(value) => (value, json!(["value"])),
                None => (json!(false), json!([])),
            };
            json!({
                "properties": {"operator": {"enum": operators}, "value": value, "ignoreCase": ignore_case},
                "required": required,
            })
        })
        .collect();
    let mut schema = json!({
        "title": filter.label,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "oneOf": cases,
    });
    if !filter.help.is_empty() {
        set(&mut schema, "description", json!(filter.help));
    }
    schema
}

/// A value of one of the shapes; none, where there is no value.
fn values(kind: FilterKind, shapes: &[Shape]) -> Option<Value> {
    let named = shapes.iter().filter_map(|shape| Some((shape.as_str()?.to_owned(), value(kind, *shape)?)));
    let properties: Map<_, _> = named.collect();
    (!properties.is_empty()).then(|| one_of(Value::Object(properties)))
}

/// What stands under the name of the shape.
fn value(kind: FilterKind, shape: Shape) -> Option<Value> {
    let text = match kind {
        FilterKind::Enum(options) => json!({"enum": options}),
        _ => reference("id"),
    };
    let range = |of: &str| object(json!({"from": reference(of), "to": reference(of)}), &["from", "to"]);
    Some(match shape {
        Shape::Nothing => return None,
        Shape::Text => text,
        Shape::Texts => match kind {
            FilterKind::Ids(source) => described(many(text), &format!("Ids of {}.", source.replace('_', " "))),
            _ => many(text),
        },
        Shape::Pattern => json!({"type": "string", "maxLength": PATTERN_CHARS_MAX}),
        Shape::Number => reference("number"),
        Shape::NumberRange => range("number"),
        Shape::Money => reference("money"),
        Shape::MoneyRange => range("money"),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Items => {
            many(one_of(json!({"product": reference("id"), "category": reference("id"), "orderForm": reference("id")})))
        }
        Shape::Instant => reference("instant"),
        Shape::InstantRange => range("instant"),
        Shape::Day => json!({"type": "string", "format": "date"}),
        Shape::Duration if kind == FilterKind::Duration => reference("duration"),
        Shape::Duration => lasting(Elapsed::from_micros(0)),
        Shape::AfterEntry => lasting(Elapsed::from_micros(WINDOW_MAX.as_micros().saturating_neg())),
        Shape::Change => object(json!({"from": many(reference("id")), "to": many(reference("id"))}), &["from", "to"]),
    })
}

/// What only conditions on events have.
fn modifiers(definition: &ConditionDefinition) -> Map<String, Value> {
    let length = || reference("duration");
    let times = json!({"type": "integer", "minimum": 1, "maximum": OCCURRENCES_MAX});
    let path = || reference("id");
    let known = [
        ("window", object(json!({"notBefore": length(), "within": length()}), &[])),
        ("occurred", object(json!({"after": reference("instant"), "before": reference("instant")}), &[])),
        ("occurrence", one_of(json!({"atLeast": times, "nth": times, "everyNth": times}))),
        ("sum", sum(definition)),
        ("firstEver", json!({"type": "boolean", "default": false})),
        ("lookback", length()),
        ("sameAsEntry", object(json!({"path": path(), "entryPath": path()}), &["path"])),
        ("includeTestEvents", json!({"type": "boolean", "default": false})),
    ];
    known.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn sum(definition: &ConditionDefinition) -> Value {
    let adding = definition.filters.iter().filter(|filter| filter.adds_up);
    let cases: Vec<_> = adding
        .map(|filter| {
            let of = if filter.kind == FilterKind::Property { reference("id") } else { json!({"const": filter.key}) };
            let total = match filter.kind {
                FilterKind::Number => json!({"number": reference("number")}),
                FilterKind::Money => json!({"money": reference("money")}),
                _ => json!({"number": reference("number"), "money": reference("money")}),
            };
            object(json!({"of": of, "atLeast": one_of(total)}), &["of", "atLeast"])
        })
        .collect();
    // Nothing adds up: whatever is asked for is refused.
    if cases.is_empty() { json!(false) } else { json!({"anyOf": cases}) }
}

/// The conditions within; each has the schema of its own type.
fn within(kind: Kind) -> Map<String, Value> {
    let is_absence = matches!(kind, Kind::Absence);
    let may_be_within = |one: &&ConditionDefinition| !is_absence || matches!(one.kind, Kind::Event(_));
    let keys: Vec<_> = catalogue::all().filter(may_be_within).map(|one| one.key).collect();
    let mut condition = json!({
        "description": "As the schema of its own type says.",
        "type": "object",
        "properties": {"key": {"enum": keys}},
        "required": ["key"],
    });
    let most = if is_absence { 1 } else { CONDITIONS_PER_RULE_MAX };
    let mut properties = Map::new();
    if is_absence {
        // What must not happen is asked for once.
        let once = json!({"key": {"enum": keys}, "occurrence": {"const": {"atLeast": 1}}, "sum": false});
        set(&mut condition, "properties", once);
    } else {
        properties.insert("join".to_owned(), json!({"enum": ["ALL", "ANY", "NONE"], "default": "ALL"}));
    }
    let conditions = json!({"type": "array", "minItems": 1, "maxItems": most, "items": condition});
    properties.insert("conditions".to_owned(), conditions);
    properties
}

/// What the schemas of values have in common.
fn definitions() -> Value {
    const NO_CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
    let edge = format!(r"[^\s{NO_CONTROL}]");
    json!({
        "id": {
            "type": "string",
            "minLength": 1,
            "maxLength": VALUE_CHARS_MAX,
            "pattern": format!("^{edge}(?:[^{NO_CONTROL}]*{edge})?$"),
        },
        "number": {
            "description": "A decimal number of at most 28 digits.",
            "type": "string",
            "pattern": r"^[+-]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)$",
        },
        "money": object(json!({
            "amount": {
                "description": "Major units, such as 12.50.",
                "type": "string",
                "pattern": r"^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$",
            },
            "currencyCode": {"description": "ISO 4217.", "type": "string", "pattern": "^[A-Z]{3}$"},
        }), &["amount", "currencyCode"]),
        "instant": {"description": "RFC 3339.", "type": "string", "format": "date-time"},
        "duration": lasting(WINDOW_MIN),
    })
}

/// A length of time, at least so long; the schema language cannot compare them.
fn lasting(least: Elapsed) -> Value {
    described(json!({"type": "string"}), &format!("An ISO 8601 duration from {least} to {WINDOW_MAX}."))
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// An object with these fields and no others.
fn object(properties: Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// An object with one of these fields.
fn one_of(properties: Value) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    })
}

fn many(items: Value) -> Value {
    json!({"type": "array", "items": items, "minItems": 1, "maxItems": VALUES_PER_FILTER_MAX})
}

fn described(mut schema: Value, description: &str) -> Value {
    set(&mut schema, "description", json!(description));
    schema
}

fn set(schema: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = schema {
        fields.insert(name.to_owned(), value);
    }
}
