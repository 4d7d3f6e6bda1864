//! What the properties of the event types that we know must look like. An event of any other type carries what it
//! likes.

use super::{MEMBERSHIP_ACTIVATED, ORDER_PURCHASED, RESERVATION_CREATED, TAG_ADDED, VISIT_CHECKED_IN};
use crate::fault::{self, Code, Faults, Path};
use crate::limits::{EXTERNAL_ID_CHARS_MAX, ORDER_ITEMS_MAX};
use crate::money::{Currency, Money, MoneyDraft};
use serde_json::{Map, Value};

/// How orders are paid (R23).
pub(crate) const PAYMENT_TYPES: &[&str] =
    &["CARD", "CASH", "CHEQUE", "BANK_TRANSFER", "WALLET", "GIFT_CARD", "CREDIT_BALANCE", "OTHER"];
/// Where orders come from (R20).
pub(crate) const ORDER_SOURCES: &[&str] = &["MANUAL", "ORDER_FORM", "CART", "API", "POS", "IMPORT"];
/// Who puts tags on contacts.
pub(crate) const TAG_ACTORS: &[&str] = &["USER", "AUTOMATION", "API"];
/// Where reservations are made.
pub(crate) const BOOKING_CHANNELS: &[&str] = &["WEB", "APP", "STAFF", "INTEGRATION"];

/// What a property must be.
enum Shape {
    Id,
    Money,
    OneOf(&'static [&'static str]),
    Items(&'static [Property]),
    Ids,
    Count,
    Flag,
}

struct Property {
    name: &'static str,
    shape: Shape,
    required: bool,
}

const fn required(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, required: true }
}

const fn optional(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, required: false }
}

static PURCHASE: &[Property] = &[
    required("orderId", Shape::Id),
    required("amount", Shape::Money),
    optional("items", Shape::Items(ORDER_ITEM)),
    optional("paymentType", Shape::OneOf(PAYMENT_TYPES)),
    optional("source", Shape::OneOf(ORDER_SOURCES)),
];
const ORDER_ITEM: &[Property] =
    &[required("productId", Shape::Id), optional("categoryIds", Shape::Ids), optional("quantity", Shape::Count)];
static TAG: &[Property] = &[required("tag", Shape::Id), optional("by", Shape::OneOf(TAG_ACTORS))];
static MEMBERSHIP: &[Property] = &[
    required("membershipId", Shape::Id),
    optional("firstEver", Shape::Flag),
    optional("homeLocationId", Shape::Id),
    optional("price", Shape::Money),
    optional("paid", Shape::Flag),
    optional("autopay", Shape::Flag),
];
static RESERVATION: &[Property] = &[
    optional("classTypeId", Shape::Id),
    optional("instructorId", Shape::Id),
    optional("locationId", Shape::Id),
    optional("paymentOptionId", Shape::Id),
    optional("channel", Shape::OneOf(BOOKING_CHANNELS)),
    optional("guest", Shape::Flag),
    optional("waitlist", Shape::Flag),
];
static VISIT: &[Property] = &[
    optional("classTypeId", Shape::Id),
    optional("instructorId", Shape::Id),
    optional("locationId", Shape::Id),
    optional("paymentOptionId", Shape::Id),
    optional("firstAtLocation", Shape::Flag),
];

/// Checks the properties of a known event type and writes amounts out with their currency; leaves the rest untouched.
pub(super) fn check(
    event_type: &str,
    properties: &mut Map<String, Value>,
    currency: Currency,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    match event_type {
        ORDER_PURCHASED => check_all(PURCHASE, properties, currency, path, faults),
        TAG_ADDED => check_all(TAG, properties, currency, path, faults),
        MEMBERSHIP_ACTIVATED => check_all(MEMBERSHIP, properties, currency, path, faults),
        RESERVATION_CREATED => check_all(RESERVATION, properties, currency, path, faults),
        VISIT_CHECKED_IN => check_all(VISIT, properties, currency, path, faults),
        _ => {}
    }
}

fn check_all(
    wanted: &[Property],
    given: &mut Map<String, Value>,
    currency: Currency,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    for property in wanted {
        let here = path.field(property.name);
        match given.get_mut(property.name) {
            Some(Value::Null) | None if property.required => {
                faults.add::<()>(
                    &here,
                    Code::Required,
                    format!("`{}` is required for this type of event.", property.name),
                );
            }
            Some(Value::Null) | None => {}
            Some(value) => check_one(&property.shape, value, currency, &here, faults),
        }
    }
}

fn check_one(shape: &Shape, value: &mut Value, currency: Currency, path: &Path<'_>, faults: &mut Faults) {
    match shape {
        Shape::Id => {
            faults.keep(path, id(value));
        }
        Shape::Money => {
            if let Some(money) = faults.keep(path, money(value, currency).and_then(not_negative)) {
                *value = serde_json::json!(money);
            }
        }
        Shape::OneOf(options) => {
            if !value.as_str().is_some_and(|text| options.contains(&text)) {
                faults.add::<()>(path, Code::Invalid, format!("Must be one of {}.", options.join(", ")));
            }
        }
        Shape::Count => {
            if value.as_u64().is_none() {
                faults.add::<()>(path, Code::WrongType, "Must be a whole number, 0 or more.");
            }
        }
        Shape::Flag => {
            if !value.is_boolean() {
                faults.add::<()>(path, Code::WrongType, "Must be true or false.");
            }
        }
        Shape::Ids => each(value, path, faults, |value, path, faults| {
            faults.keep(path, id(value));
        }),
        Shape::Items(properties) => each(value, path, faults, |value, path, faults| match value {
            Value::Object(item) => check_all(properties, item, currency, path, faults),
            _ => {
                faults.add::<()>(path, Code::WrongType, "Must be an object.");
            }
        }),
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
