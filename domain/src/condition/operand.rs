//! What a filter compares with.

use super::operator::Operator;
use super::pattern::Pattern;
use crate::money::{Currency, Money};
use crate::time::{Day, Elapsed, Timestamp, clip};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a filter compares with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operand {
    /// For operators that need no value.
    Nothing,
    /// One text or several.
    Texts(Vec<String>),
    /// A regular expression.
    Pattern(Pattern),
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
    /// Products, categories and order forms.
    Items(Vec<ItemRef>),
    /// An instant.
    Instant(Timestamp),
    /// From the first until the second.
    InstantRange(Timestamp, Timestamp),
    /// A day.
    Day(Day),
    /// A duration.
    Duration(Elapsed),
    /// So long after entry; before it, where negative.
    AfterEntry(Elapsed),
    /// From one of the first to one of the second.
    Change(Vec<String>, Vec<String>),
}

/// Something that can be bought (R22).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemRef {
    /// A product, by the customer's own id.
    Product(String),
    /// Any product of a category, by the customer's own id.
    Category(String),
    /// Whatever is ordered by a form, by the customer's own id.
    OrderForm(String),
}

impl fmt::Display for ItemRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product(id) => write!(f, "{id}"),
            Self::Category(id) => write!(f, "category {id}"),
            Self::OrderForm(id) => write!(f, "order form {id}"),
        }
    }
}

impl Operand {
    /// The currency without which nothing equals it.
    pub(super) const fn currency(&self) -> Option<Currency> {
        match self {
            Self::Money(money) | Self::MoneyRange(money, _) => Some(money.currency),
            _ => None,
        }
    }

    /// What would hold, in words.
    pub(super) fn wanted(&self, operator: Operator) -> String {
        let joint = if operator == Operator::AllOf { " and " } else { " or " };
        match (operator, self) {
            (_, Self::Nothing) => operator.words().to_owned(),
            (Operator::OlderThan, Self::Duration(length)) => format!("at least {} ago", length.in_words()),
            (Operator::ChangedFromTo, Self::Change(from, to)) => {
                format!("changed from {} to {}", joined(from, joint), joined(to, joint))
            }
            _ => format!("{}{}", operator.words(), self.in_words(joint)),
        }
    }

    fn in_words(&self, joint: &str) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Texts(texts) => joined(texts, joint),
            Self::Pattern(pattern) => format!("/{}/", clip(pattern.as_str())),
            Self::Number(number) => number.to_string(),
            Self::NumberRange(from, to) => format!("{from} and {to}"),
            Self::Money(money) => money.to_string(),
            Self::MoneyRange(from, to) => format!("{from} and {to}"),
            Self::Flag(flag) => flag.to_string(),
            Self::Items(items) => joined(items, joint),
            Self::Instant(at) => at.to_string(),
            Self::InstantRange(from, to) => format!("{from} and {to}"),
            Self::Day(day) => day.to_string(),
            Self::Duration(length) => length.in_words(),
            Self::AfterEntry(length) if length.as_micros() < 0 => {
                format!("{} before entry", Elapsed::from_micros(length.as_micros().saturating_neg()).in_words())
            }
            Self::AfterEntry(length) => format!("{} after entry", length.in_words()),
            Self::Change(from, to) => format!("{} to {}", joined(from, joint), joined(to, joint)),
        }
    }
}

/// A few of the parts, and how many more there are.
pub(super) fn joined(parts: &[impl ToString], joint: &str) -> String {
    const NAMED: usize = 3;
    let named: Vec<_> = parts.iter().take(NAMED).map(|part| clip(&part.to_string())).collect();
    let more = parts.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("{joint}{more} more") } else { String::new() };
    format!("{}{more}", named.join(joint))
}
