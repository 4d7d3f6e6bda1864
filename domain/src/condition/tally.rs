//! How often a condition has to be met, or what has to add up, before it holds (R12). Only events that pass its filters
//! and windows count, each once.

use super::catalogue::{ConditionDefinition, FilterDefinition, FilterKind};
use super::draft::{decimal, unknown};
use super::filter::{Filter, Found};
use crate::event::Event;
use crate::fault::{self, Code, Faults, Path};
use crate::limits::{AMOUNT_MINOR_MAX, OCCURRENCES_MAX, SUM_NUMBER_MAX, VALUE_CHARS_MAX};
use crate::money::{Money, MoneyDraft};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How often, or how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tally {
    /// So many events or more.
    AtLeast(i64),
    /// The event of that number.
    Nth(i64),
    /// Each event whose number is a multiple of it.
    EveryNth(i64),
    /// Values of the events that add up to so much or more.
    Sum(Sum),
}

/// What is added up, and how much it has to come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sum {
    /// The filter by which the value is read.
    pub key: String,
    /// Where to look, for a filter on properties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How much.
    pub at_least: Total,
}

/// What values add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Total {
    /// Numbers.
    Number(Decimal),
    /// Amounts in one currency (R25).
    Money(Money),
}

/// How often, as its author wrote it: one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OccurrenceDraft {
    /// So many times or more.
    AtLeast(i64),
    /// That time.
    Nth(i64),
    /// Each time whose number is a multiple of it.
    EveryNth(i64),
}

/// A sum as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SumDraft {
    /// The key of a filter whose values are numbers or amounts; for events of one's own, the path of a property.
    pub of: String,
    /// How much.
    pub at_least: TotalDraft,
}

/// A total as its author wrote it: one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TotalDraft {
    /// A decimal number.
    Number(String),
    /// An amount.
    Money(MoneyDraft),
}

impl Default for Tally {
    fn default() -> Self {
        Self::AtLeast(1)
    }
}

impl Tally {
    /// Whether one event is enough.
    pub fn is_once(&self) -> bool {
        *self == Self::default()
    }

    /// Whether so many events with that total are enough; for a stay, the n-th event is, whichever way n is asked for.
    pub fn is_reached(&self, count: i64, total: Option<Total>) -> bool {
        match self {
            Self::AtLeast(n) | Self::Nth(n) | Self::EveryNth(n) => count >= *n,
            Self::Sum(sum) => total.is_some_and(|total| total.reaches(sum.at_least)),
        }
    }

    /// Whether an entry rule counts it on over entries, whether or not the contact is inside.
    pub const fn goes_on(&self) -> bool {
        matches!(self, Self::Nth(_) | Self::EveryNth(_))
    }

    /// Whether an entry rule is met by the event of that number, where it counts on over entries.
    pub fn is_due(&self, count: i64) -> bool {
        match self {
            Self::Nth(n) => count == *n,
            Self::EveryNth(n) => count.checked_rem(*n) == Some(0),
            Self::AtLeast(_) | Self::Sum(_) => false,
        }
    }

    /// Whether no later event can be the one that is asked for, so that counting on says nothing more.
    pub const fn is_past(&self, count: i64) -> bool {
        matches!(self, Self::Nth(n) if count > *n)
    }

    /// Whether each further event qualifies as well once it was met: the fourth is one of at least three, and is not the
    /// third.
    pub const fn repeats(&self) -> bool {
        matches!(self, Self::AtLeast(_) | Self::Sum(_))
    }

    /// In words, such as `at least 3 times`; nothing for once.
    pub(super) fn in_words(&self, definition: &ConditionDefinition) -> Option<String> {
        match self {
            Self::AtLeast(1) => None,
            Self::AtLeast(n) => Some(format!("at least {n} times")),
            Self::Nth(n) => Some(format!("for the {} time", ordinal(*n))),
            Self::EveryNth(1) => Some("every time".to_owned()),
            Self::EveryNth(n) => Some(format!("every {} time", ordinal(*n))),
            Self::Sum(sum) => {
                let label = definition.filter(&sum.key).map_or(sum.key.as_str(), |filter| filter.label);
                let path = sum.path.as_ref().map(|path| format!(" {path}")).unwrap_or_default();
                Some(format!("with {label}{path} adding up to at least {}", sum.at_least))
            }
        }
    }
}

impl Sum {
    /// What the event adds; nothing, if it has no such value, or one in another currency (R25).
    pub(super) fn adds(&self, definition: &ConditionDefinition, event: &Event) -> Option<Total> {
        let found = self.found(definition, event);
        match self.at_least {
            Total::Number(_) => found.as_number().map(Total::Number),
            Total::Money(wanted) => {
                found.as_money().filter(|money| money.currency == wanted.currency).map(Total::Money)
            }
        }
    }

    pub(super) fn found<'a>(&self, definition: &ConditionDefinition, event: &'a Event) -> Found<'a> {
        definition.filter(&self.key).map_or(Found::Nothing, |filter| (filter.reads)(event, self.path.as_deref()))
    }

    /// As its author named what is added up.
    pub fn of(&self) -> &str {
        self.path.as_ref().unwrap_or(&self.key)
    }
}

impl Total {
    /// Both together. An amount goes no further than any amount may; a number no further than a decimal can, and is exact
    /// to 28 digits. What cannot be added adds nothing.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        match (self, more) {
            (Self::Number(one), Self::Number(other)) => Self::Number(one.saturating_add(other)),
            (Self::Money(one), Self::Money(other)) if one.currency == other.currency => {
                let minor = one.minor.saturating_add(other.minor).clamp(-AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX);
                Self::Money(Money { minor, currency: one.currency })
            }
            (total, _) => total,
        }
    }

    fn reaches(self, wanted: Self) -> bool {
        match (self, wanted) {
            (Self::Number(total), Self::Number(wanted)) => total >= wanted,
            (Self::Money(total), Self::Money(wanted)) => {
                total.currency == wanted.currency && total.minor >= wanted.minor
            }
            _ => false,
        }
    }

    /// The amount, if it is one.
    pub const fn money(self) -> Option<Money> {
        match self {
            Self::Money(money) => Some(money),
            Self::Number(_) => None,
        }
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Money(money) => money.fmt(f),
        }
    }
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th` …
pub(super) fn ordinal(n: i64) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// Checks how often, or how much, a condition asks for; `filters` are its own.
pub(super) fn check(
    definition: &ConditionDefinition,
    filters: &[Filter],
    occurrence: Option<OccurrenceDraft>,
    sum: Option<&SumDraft>,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Tally> {
    let sum_path = path.field("sum");
    match (occurrence, sum) {
        (None, None) => Some(Tally::default()),
        (Some(occurrence), None) => check_occurrence(occurrence, &path.field("occurrence"), faults),
        (None, Some(sum)) => check_sum(definition, filters, sum, &sum_path, faults).map(Tally::Sum),
        (Some(_), Some(_)) => faults.add(
            &sum_path,
            Code::Invalid,
            "Ask for an `occurrence` or for a `sum`, not for both; two conditions joined by ALL ask for both.",
        ),
    }
}

fn check_occurrence(draft: OccurrenceDraft, path: &Path<'_>, faults: &mut Faults) -> Option<Tally> {
    let (name, n, tally): (_, _, fn(i64) -> Tally) = match draft {
        OccurrenceDraft::AtLeast(n) => ("atLeast", n, Tally::AtLeast),
        OccurrenceDraft::Nth(n) => ("nth", n, Tally::Nth),
        OccurrenceDraft::EveryNth(n) => ("everyNth", n, Tally::EveryNth),
    };
    if (1..=OCCURRENCES_MAX).contains(&n) {
        return Some(tally(n));
    }
    faults.add(&path.field(name), Code::OutOfRange, format!("{n} is out of range: from 1 to {OCCURRENCES_MAX}."))
}

fn check_sum(
    definition: &ConditionDefinition,
    filters: &[Filter],
    draft: &SumDraft,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Sum> {
    let (filter, read_path) = faults.keep(&path.field("of"), summand(definition, &draft.of))?;
    let at_least_path = path.field("atLeast");
    let at_least = faults.keep(&at_least_path, total(filter, &draft.at_least))?;
    // Only events that pass the filters count: what is filtered in one currency never adds up in another (R25).
    let filtered = filters.iter().filter(|other| other.key == filter.key).find_map(Filter::currency);
    if let Some((wanted, filtered)) = at_least.money().zip(filtered)
        && wanted.currency != filtered
    {
        let (key, code) = (filter.key, filtered.code());
        let message =
            format!("`{key}` is filtered in {code}, and only {code} would come through; give both in one currency.");
        return faults.add(&at_least_path, Code::CurrencyMismatch, message);
    }
    Some(Sum { key: filter.key.to_owned(), path: read_path, at_least })
}

/// What is to be added up: a filter, and for properties the path.
fn summand(
    definition: &ConditionDefinition,
    of: &str,
) -> Result<(&'static FilterDefinition, Option<String>), (Code, String)> {
    if let Some(property) = definition.filters.iter().find(|filter| filter.kind == FilterKind::Property) {
        return Ok((property, Some(fault::key(of, VALUE_CHARS_MAX)?)));
    }
    let adds_up = |filter: &&FilterDefinition| matches!(filter.kind, FilterKind::Number | FilterKind::Money);
    let known = definition.filters.iter().filter(adds_up);
    if let Some(found) = known.clone().find(|filter| filter.key == of) {
        return Ok((found, None));
    }
    if known.clone().next().is_none() {
        let message = format!("`{}` has nothing that adds up; ask for an `occurrence` instead.", definition.key);
        return Err((Code::Unknown, message));
    }
    Err((Code::Unknown, unknown("value to add up", of, known.map(|filter| filter.key))))
}

fn total(filter: &FilterDefinition, draft: &TotalDraft) -> Result<Total, (Code, String)> {
    let total = match (filter.kind, draft) {
        (FilterKind::Number | FilterKind::Property, TotalDraft::Number(number)) => Total::Number(decimal(number)?),
        (FilterKind::Money | FilterKind::Property, TotalDraft::Money(money)) => {
            Total::Money(Money::try_from(money.clone())?)
        }
        (FilterKind::Money, _) => {
            return Err((Code::WrongType, format!("`{}` adds up to an amount; give `money`.", filter.key)));
        }
        _ => return Err((Code::WrongType, format!("`{}` adds up to a number; give `number`.", filter.key))),
    };
    let is_possible = match total {
        Total::Number(number) => number > Decimal::ZERO && number <= Decimal::from(SUM_NUMBER_MAX),
        Total::Money(money) => money.minor > 0,
    };
    if is_possible {
        return Ok(total);
    }
    Err((Code::OutOfRange, format!("{total} is out of range: more than 0, and a number at most {SUM_NUMBER_MAX}.")))
}
