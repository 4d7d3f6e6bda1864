//! One drill-down option of a condition, and whether it holds of an event.
//!
//! An operator that says what must not be (`NEQ`, `NONE_OF`, …) holds where there is no value at all; any other does
//! not.

use super::Mismatch;
use super::catalogue::ConditionDefinition;
use crate::event::{Event, decimal};
use crate::money::{Currency, Money};
use crate::time::clip;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// How a value is compared. Which operators a filter knows depends on what its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operator {
    /// One of the values.
    AnyOf,
    /// None of the values.
    NoneOf,
    /// All of the values.
    AllOf,
    /// The same.
    Eq,
    /// Not the same.
    Neq,
    /// Greater.
    Gt,
    /// Greater or the same.
    Gte,
    /// Less.
    Lt,
    /// Less or the same.
    Lte,
    /// From the first value to the second, both included.
    Between,
    /// Has the text in it.
    Contains,
    /// Has not the text in it.
    NotContains,
    /// Begins with the text.
    StartsWith,
    /// Ends with the text.
    EndsWith,
    /// One of the texts.
    In,
    /// None of the texts.
    NotIn,
    /// Is true or is false.
    Is,
    /// Has a value.
    IsSet,
    /// Has no value.
    IsNotSet,
}

/// What a filter compares with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operand {
    /// For operators that need no value.
    Nothing,
    /// One text or several.
    Texts(Vec<String>),
    /// A number.
    Number(Decimal),
    /// From the first to the second.
    NumberRange(Decimal, Decimal),
    /// An amount.
    Money(Money),
    /// From the first to the second, in one currency.
    MoneyRange(Money, Money),
    /// Yes or no.
    Flag(bool),
    /// Products and categories.
    Items(Vec<ItemRef>),
}

/// Something that can be bought (R22).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemRef {
    /// A product, by the customer's own id.
    Product(String),
    /// Any product of a category, by the customer's own id.
    Category(String),
}

impl fmt::Display for ItemRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product(id) => write!(f, "{id}"),
            Self::Category(id) => write!(f, "category {id}"),
        }
    }
}

/// What an event says about a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// Nothing.
    Nothing,
    /// A text.
    Text(&'a str),
    /// A number.
    Number(Decimal),
    /// An amount.
    Money(Money),
    /// Yes or no.
    Flag(bool),
    /// Products and categories.
    Items(Vec<ItemRef>),
    /// A property, of whatever type.
    Json(&'a Value),
}

impl<'a> Found<'a> {
    /// A text, if there is one.
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }

    /// Yes or no, if it was said.
    pub fn flag(flag: Option<bool>) -> Self {
        flag.map_or(Self::Nothing, Self::Flag)
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Json(value) => value.as_str(),
            _ => None,
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

    fn as_flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Json(value) => value.as_bool(),
            _ => None,
        }
    }

    fn is_set(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Json(Value::Null))
    }
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Money(money) => write!(f, "{money}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Items(items) if items.is_empty() => f.write_str("no items"),
            Self::Items(items) => f.write_str(&joined(items, " and ")),
            Self::Json(value) => write!(f, "{value}"),
        }
    }
}

/// One drill-down option of a condition, checked against the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Which option.
    pub key: String,
    /// Where to look, for filters on properties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How to compare.
    pub operator: Operator,
    /// With what.
    pub operand: Operand,
}

impl Filter {
    /// Whether it holds of the event.
    pub(super) fn holds_of(&self, definition: &ConditionDefinition, event: &Event) -> bool {
        self.holds(&self.found(definition, event))
    }

    /// What it found and what it wanted, in words.
    pub(super) fn explain(&self, definition: &ConditionDefinition, event: &Event) -> Mismatch {
        let found = self.found(definition, event);
        let note = if self.in_other_currency(&found) { ", other currency" } else { "" };
        let leaf = self.path.as_ref().unwrap_or(&self.key).clone();
        Mismatch { leaf, found: format!("{}{note}", clip(&found.to_string())), wanted: self.wanted() }
    }

    fn found<'a>(&self, definition: &ConditionDefinition, event: &'a Event) -> Found<'a> {
        definition.filter(&self.key).map_or(Found::Nothing, |filter| (filter.reads)(event, self.path.as_deref()))
    }

    fn holds(&self, found: &Found<'_>) -> bool {
        match (&self.operand, self.operator) {
            (_, Operator::IsSet) => found.is_set(),
            (_, Operator::IsNotSet) => !found.is_set(),
            (Operand::Nothing, _) => false,
            (Operand::Texts(texts), operator) => text_holds(texts, operator, found.as_text()),
            (Operand::Number(wanted), operator) => {
                order_holds(operator, found.as_number().map(|number| number.cmp(wanted)))
            }
            (Operand::NumberRange(from, to), _) => {
                found.as_number().is_some_and(|number| (*from..=*to).contains(&number))
            }
            (Operand::Money(wanted), operator) => match found {
                Found::Money(money) if money.currency != wanted.currency => false,
                Found::Money(money) => order_holds(operator, Some(money.minor.cmp(&wanted.minor))),
                _ => order_holds(operator, None),
            },
            (Operand::MoneyRange(from, to), _) => match found {
                Found::Money(money) => {
                    money.currency == from.currency && (from.minor..=to.minor).contains(&money.minor)
                }
                _ => false,
            },
            (Operand::Flag(wanted), _) => found.as_flag() == Some(*wanted),
            (Operand::Items(wanted), operator) => match found {
                Found::Items(items) => items_hold(wanted, operator, items),
                _ => operator == Operator::NoneOf,
            },
        }
    }

    fn in_other_currency(&self, found: &Found<'_>) -> bool {
        match (self.currency(), found) {
            (Some(wanted), Found::Money(money)) => money.currency != wanted,
            _ => false,
        }
    }

    /// The currency without which it does not hold.
    pub(super) const fn currency(&self) -> Option<Currency> {
        match self.operand {
            Operand::Money(money) | Operand::MoneyRange(money, _) => Some(money.currency),
            _ => None,
        }
    }

    /// What would have held, in words.
    pub(super) fn wanted(&self) -> String {
        let words = match self.operator {
            Operator::AnyOf | Operator::In => "",
            Operator::NoneOf | Operator::NotIn => "none of ",
            Operator::AllOf => "all of ",
            Operator::Eq | Operator::Is => "",
            Operator::Neq => "not ",
            Operator::Gt => "more than ",
            Operator::Gte => "at least ",
            Operator::Lt => "less than ",
            Operator::Lte => "at most ",
            Operator::Between => "between ",
            Operator::Contains => "containing ",
            Operator::NotContains => "not containing ",
            Operator::StartsWith => "starting with ",
            Operator::EndsWith => "ending with ",
            Operator::IsSet => return "set".to_owned(),
            Operator::IsNotSet => return "not set".to_owned(),
        };
        let joint = if self.operator == Operator::AllOf { " and " } else { " or " };
        format!("{words}{}", self.operand.in_words(joint))
    }
}

impl Operand {
    fn in_words(&self, joint: &str) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Texts(texts) => joined(texts, joint),
            Self::Number(number) => number.to_string(),
            Self::NumberRange(from, to) => format!("{from} and {to}"),
            Self::Money(money) => money.to_string(),
            Self::MoneyRange(from, to) => format!("{from} and {to}"),
            Self::Flag(flag) => flag.to_string(),
            Self::Items(items) => joined(items, joint),
        }
    }
}

/// A few of the parts, and how many more there are.
fn joined(parts: &[impl ToString], joint: &str) -> String {
    const NAMED: usize = 3;
    let named: Vec<_> = parts.iter().take(NAMED).map(|part| clip(&part.to_string())).collect();
    let more = parts.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("{joint}{more} more") } else { String::new() };
    format!("{}{more}", named.join(joint))
}

fn text_holds(texts: &[String], operator: Operator, found: Option<&str>) -> bool {
    let any = |holds: fn(&str, &str) -> bool| found.is_some_and(|found| texts.iter().any(|text| holds(found, text)));
    match operator {
        Operator::AnyOf | Operator::In | Operator::Eq => any(|found, text| found == text),
        Operator::NoneOf | Operator::NotIn | Operator::Neq => !any(|found, text| found == text),
        Operator::Contains => any(|found, text| found.contains(text)),
        Operator::NotContains => !any(|found, text| found.contains(text)),
        Operator::StartsWith => any(|found, text| found.starts_with(text)),
        Operator::EndsWith => any(|found, text| found.ends_with(text)),
        _ => false,
    }
}

fn order_holds(operator: Operator, found: Option<std::cmp::Ordering>) -> bool {
    let Some(order) = found else { return operator == Operator::Neq };
    match operator {
        Operator::Eq => order.is_eq(),
        Operator::Neq => order.is_ne(),
        Operator::Gt => order.is_gt(),
        Operator::Gte => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Lte => order.is_le(),
        _ => false,
    }
}

fn items_hold(wanted: &[ItemRef], operator: Operator, items: &[ItemRef]) -> bool {
    let any = wanted.iter().any(|item| items.contains(item));
    match operator {
        Operator::AnyOf => any,
        Operator::NoneOf => !any,
        Operator::AllOf => wanted.iter().all(|item| items.contains(item)),
        _ => false,
    }
}
