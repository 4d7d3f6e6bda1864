//! What the properties of the event types of the catalogue must look like: what filters read, as they read it. An event
//! of any other type carries what it likes.

use super::{IS_TEST, ORDER_ID, PAYMENT_ID, decimal};
use crate::condition::catalogue::{self, EventTypes, FilterKind, Kind, Reads};
use crate::fault::{self, Code, Faults, Path};
use crate::limits::{EVENT_PROPERTIES_BYTES_MAX, EXTERNAL_ID_CHARS_MAX, ORDER_ITEMS_MAX};
use crate::money::{Currency, Money, MoneyDraft};
use crate::time::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a property must be.
#[derive(Clone, Copy)]
enum Shape {
    Id,
    Ids,
    Count,
    Of(FilterKind),
}

/// The properties of an event type.
#[derive(Default)]
struct Properties {
    /// Those that must be there, in the order in which they are asked for.
    required: &'static [&'static str],
    /// What each must be, if it is there.
    shapes: BTreeMap<&'static str, Shape>,
    /// Those that hold ids which filters may be asked for, and what of the workspace has them.
    ids: BTreeMap<&'static str, &'static str>,
}

const ORDER_ITEM: &[(&str, Shape, bool)] =
    &[("productId", Shape::Id, true), ("categoryIds", Shape::Ids, false), ("quantity", Shape::Count, false)];

/// The properties of every event type of the catalogue.
static SHAPES: LazyLock<BTreeMap<&'static str, Properties>> = LazyLock::new(|| {
    let mut shapes: BTreeMap<&'static str, Properties> = BTreeMap::new();
    for definition in catalogue::all() {
        let Kind::Event(types) = definition.kind else { continue };
        let EventTypes::These(types) = types(&[]) else { continue };
        for filter in definition.filters {
            if let Reads::Property(name) = filter.reads {
                for event_type in types {
                    if let FilterKind::Ids(source) = filter.kind {
                        shapes.entry(event_type).or_default().ids.insert(name, source);
                    }
                    shapes.entry(event_type).or_default().shapes.insert(name, Shape::Of(filter.kind));
                }
            }
        }
    }
    for event in catalogue::events() {
        let properties = shapes.entry(event.event_type).or_default();
        properties.shapes.extend(event.more.iter().map(|(name, kind)| (*name, Shape::Of(*kind))));
        // It speaks of one order, and of one payment.
        for name in [ORDER_ID, PAYMENT_ID] {
            properties.shapes.entry(name).and_modify(|shape| *shape = Shape::Id);
        }
        properties.required = event.required;
    }
    shapes
});

/// The ids that an event mentions, each with what of the workspace has it.
pub(super) fn mentions(event_type: &str, properties: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let ids = SHAPES.get(event_type).into_iter().flat_map(|known| &known.ids);
    let mentioned = ids.flat_map(|(name, source)| {
        let value = properties.get(*name);
        let many = value.and_then(Value::as_array).into_iter().flatten();
        value.into_iter().chain(many).filter_map(Value::as_str).map(|id| (*source, id.to_owned()))
    });
    mentioned.collect()
}

/// Checks the properties of a known event type and writes amounts out with their currency; leaves the rest untouched.
pub(super) fn check(
    event_type: &str,
    properties: &mut Map<String, Value>,
    currency: Currency,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    let Some(wanted) = SHAPES.get(event_type) else { return };
    for name in wanted.required {
        // What is only required is an id.
        let shape = wanted.shapes.get(name).copied().unwrap_or(Shape::Id);
        check_property(name, shape, true, properties, currency, path, faults);
    }
    check_property(IS_TEST, Shape::Of(FilterKind::Flag), false, properties, currency, path, faults);
    for (name, shape) in wanted.shapes.iter().filter(|(name, _)| !wanted.required.contains(name)) {
        check_property(name, *shape, false, properties, currency, path, faults);
    }
}

fn check_property(
    name: &str,
    shape: Shape,
    required: bool,
    given: &mut Map<String, Value>,
    currency: Currency,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    let here = path.field(name);
    match given.get_mut(name) {
        Some(Value::Null) | None if required => {
            faults.add::<()>(&here, Code::Required, format!("`{name}` is required for this type of event."));
        }
        Some(Value::Null) | None => {}
        Some(value) => check_one(shape, value, currency, &here, faults),
    }
}

fn check_one(shape: Shape, value: &mut Value, currency: Currency, path: &Path<'_>, faults: &mut Faults) {
    let mut wrong = |is_wrong: bool, code: Code, message: String| {
        if is_wrong {
            faults.add::<()>(path, code, message);
        }
    };
    match shape {
        Shape::Of(FilterKind::Ids(_)) if value.is_array() => check_one(Shape::Ids, value, currency, path, faults),
        Shape::Id | Shape::Of(FilterKind::Ids(_)) => {
            faults.keep(path, id(value));
        }
        Shape::Of(FilterKind::Money) => {
            if let Some(money) = faults.keep(path, money(value, currency).and_then(not_negative)) {
                *value = serde_json::json!(money);
            }
        }
        Shape::Of(FilterKind::Enum(options)) => {
            let is_one = value.as_str().is_some_and(|text| options.contains(&text));
            wrong(!is_one, Code::Invalid, format!("Must be one of {}.", options.join(", ")));
        }
        Shape::Count => {
            wrong(value.as_u64().is_none(), Code::WrongType, "Must be a whole number, 0 or more.".to_owned());
        }
        Shape::Of(FilterKind::Number) => {
            wrong(decimal(value).is_none(), Code::WrongType, "Must be a number, or a decimal as a string.".to_owned());
        }
        Shape::Of(FilterKind::Flag) => wrong(!value.is_boolean(), Code::WrongType, "Must be true or false.".to_owned()),
        Shape::Of(FilterKind::Instant) => match value.as_str().map(Timestamp::parse) {
            None => wrong(true, Code::WrongType, "Must be an instant, as a string.".to_owned()),
            Some(Err(message)) => wrong(true, Code::Invalid, message),
            Some(Ok(_)) => {}
        },
        Shape::Of(FilterKind::Text | FilterKind::EventName) => {
            let is_long = value.as_str().is_some_and(|text| text.len() > EVENT_PROPERTIES_BYTES_MAX);
            wrong(!value.is_string() || is_long, Code::WrongType, "Must be a string.".to_owned());
        }
        Shape::Ids => each(value, path, faults, |value, path, faults| {
            faults.keep(path, id(value));
        }),
        Shape::Of(FilterKind::Items) => each(value, path, faults, |value, path, faults| match value {
            Value::Object(item) => {
                for (name, shape, required) in ORDER_ITEM {
                    check_property(name, *shape, *required, item, currency, path, faults);
                }
            }
            _ => {
                faults.add::<()>(path, Code::WrongType, "Must be an object.");
            }
        }),
        Shape::Of(FilterKind::Duration | FilterKind::Property | FilterKind::Change) => {}
    }
}

fn each(
    value: &mut Value,
    path: &Path<'_>,
    faults: &mut Faults,
    mut check: impl FnMut(&mut Value, &Path<'_>, &mut Faults),
) {
    match value {
        Value::Array(items) if items.len() > ORDER_ITEMS_MAX => {
            faults.add::<()>(
                path,
                Code::TooMany,
                format!("Has {} items; at most {ORDER_ITEMS_MAX} are allowed.", items.len()),
            );
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                check(item, &path.index(index), faults);
            }
        }
        _ => {
            faults.add::<()>(path, Code::WrongType, "Must be a list.");
        }
    }
}

fn id(value: &Value) -> Result<(), (Code, String)> {
    let text = value.as_str().ok_or_else(|| (Code::WrongType, "Must be a string.".to_owned()))?;
    fault::key(text, EXTERNAL_ID_CHARS_MAX).map(|_| ())
}

/// An amount, given whole or as a bare decimal in the workspace's currency. Never a JSON number: those are not exact.
fn money(value: &Value, currency: Currency) -> Result<Money, (Code, String)> {
    match value {
        Value::String(amount) => Money::parse(amount, currency),
        Value::Object(_) => {
            let draft: MoneyDraft = serde_json::from_value(value.clone()).map_err(|_| unreadable_money())?;
            Money::try_from(draft)
        }
        _ => Err(unreadable_money()),
    }
}

fn not_negative(money: Money) -> Result<Money, (Code, String)> {
    if money.minor >= 0 { Ok(money) } else { Err((Code::OutOfRange, "Must not be negative.".to_owned())) }
}

fn unreadable_money() -> (Code, String) {
    let advice = r#"Must be an amount such as {"amount": "12.50", "currencyCode": "USD"}, or "12.50" in the workspace's currency."#;
    (Code::WrongType, advice.to_owned())
}
