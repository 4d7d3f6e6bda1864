//! What a filter found.

use super::catalogue::FilterKind;
use super::operand::{ItemRef, joined};
use crate::event::decimal;
use crate::money::Money;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt;

/// What an event, or what a state is about, says of a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// Nothing.
    Nothing,
    /// A text.
    Text(&'a str),
    /// Several texts.
    Texts(Vec<&'a str>),
    /// A number.
    Number(Decimal),
    /// An amount.
    Money(Money),
    /// Yes or no.
    Flag(bool),
    /// Products, categories and order forms.
    Items(Vec<ItemRef>),
    /// An instant.
    Instant(Timestamp),
    /// A property, of whatever type.
    Json(&'a Value),
    /// A property of each of several things; one that holds is enough.
    Each(Vec<&'a Value>),
    /// What was before, and what is now.
    Change(Option<&'a Value>, Option<&'a Value>),
}

impl<'a> Found<'a> {
    /// A property read as the kind of filter wants it; nothing, if it is of another type.
    pub fn property(kind: FilterKind, properties: &'a Map<String, Value>, name: &str) -> Self {
        let Some(value) = properties.get(name) else { return Self::Nothing };
        match kind {
            FilterKind::Ids(_) | FilterKind::Enum(_) | FilterKind::Text | FilterKind::EventName => match value {
                Value::Array(texts) => Self::Texts(texts.iter().filter_map(Value::as_str).collect()),
                _ => Self::text(value.as_str()),
            },
            FilterKind::Number => decimal(value).map_or(Self::Nothing, Self::Number),
            FilterKind::Money => Money::deserialize(value).map_or(Self::Nothing, Self::Money),
            FilterKind::Flag => Self::flag(value.as_bool()),
            FilterKind::Instant => instant(value).map_or(Self::Nothing, Self::Instant),
            FilterKind::Items | FilterKind::Property | FilterKind::Change | FilterKind::Duration => Self::Json(value),
        }
    }

    /// A text, if there is one.
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }

    /// Yes or no, if it was said.
    pub fn flag(flag: Option<bool>) -> Self {
        flag.map_or(Self::Nothing, Self::Flag)
    }

    /// Each text.
    pub(super) fn texts(&self) -> Vec<&'a str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Texts(texts) => texts.clone(),
            Self::Json(value) => value.as_str().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Json(value) => decimal(value),
            _ => None,
        }
    }

    /// An amount; within a property, an object with its currency.
    pub(super) fn as_money(&self) -> Option<Money> {
        match self {
            Self::Money(money) => Some(*money),
            Self::Json(value) => Money::deserialize(*value).ok(),
            _ => None,
        }
    }

    pub(super) fn as_flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Json(value) => value.as_bool(),
            _ => None,
        }
    }

    pub(super) fn as_instant(&self) -> Option<Timestamp> {
        match self {
            Self::Instant(at) => Some(*at),
            Self::Json(value) => instant(value),
            _ => None,
        }
    }

    pub(super) fn is_set(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Json(Value::Null) | Self::Change(_, None | Some(Value::Null)))
    }
}

/// An instant as it stands in JSON.
pub(crate) fn instant(value: &Value) -> Option<Timestamp> {
    Timestamp::parse(value.as_str()?).ok()
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = |value: &Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Text(text) => f.write_str(text),
            Self::Texts(texts) => f.write_str(&joined(texts, " and ")),
            Self::Number(number) => write!(f, "{number}"),
            Self::Money(money) => write!(f, "{money}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Items(items) if items.is_empty() => f.write_str("no items"),
            Self::Items(items) => f.write_str(&joined(items, " and ")),
            Self::Instant(at) => write!(f, "{at}"),
            Self::Json(value) => write!(f, "{value}"),
            Self::Each(values) if values.is_empty() => f.write_str("nothing"),
            Self::Each(values) => f.write_str(&joined(values, " and ")),
            Self::Change(from, to) => write!(f, "{} to {}", json(from), json(to)),
        }
    }
}
