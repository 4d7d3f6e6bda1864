//! How often a condition has to be met, or what has to add up, before it holds (R12). Only events that pass its filters
//! and windows count, each once.

mod draft;

pub use draft::{OccurrenceDraft, SumDraft, TotalDraft};
pub(super) use draft::{check, is_counted};

use super::Mismatch;
use super::catalogue::ConditionDefinition;
use super::found::Found;
use super::scene::Scene;
use crate::limits::AMOUNT_MINOR_MAX;
use crate::money::Money;
use crate::time::clip;
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

    /// Whether so many events, the last of which is at hand, and their total are enough, where all are counted anew.
    pub fn is_reached_by_last(&self, count: i64, total: Option<Total>) -> bool {
        match self {
            Self::AtLeast(_) | Self::Sum(_) => self.is_reached(count, total),
            Self::Nth(_) | Self::EveryNth(_) => self.is_due(count),
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
    pub(super) fn adds(&self, definition: &ConditionDefinition, scene: &Scene<'_>) -> Option<Total> {
        let found = self.found(definition, scene);
        match self.at_least {
            Total::Number(_) => found.as_number().map(Total::Number),
            Total::Money(wanted) => {
                found.as_money().filter(|money| money.currency == wanted.currency).map(Total::Money)
            }
        }
    }

    /// What it found and what it would have added, in words.
    pub(super) fn explain(&self, definition: &ConditionDefinition, scene: &Scene<'_>) -> Mismatch {
        let found = self.found(definition, scene);
        let is_other =
            found.as_money().zip(self.at_least.money()).is_some_and(|(one, other)| one.currency != other.currency);
        let note = if is_other { ", other currency" } else { "" };
        let wanted = format!("something that adds up to {}", self.at_least);
        Mismatch { leaf: self.of().to_owned(), found: format!("{}{note}", clip(&found.to_string())), wanted }
    }

    fn found<'a>(&'a self, definition: &ConditionDefinition, scene: &Scene<'a>) -> Found<'a> {
        definition.filter(&self.key).map_or(Found::Nothing, |filter| filter.of_event(scene, self.path.as_deref()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::catalogue;
    use crate::event::Event;
    use crate::ids::EventId;
    use crate::money::Currency;
    use crate::time::Timestamp;
    use serde_json::json;

    fn money(minor: i64, code: &str) -> Total {
        Total::Money(Money { minor, currency: Currency::parse(code).expect("a currency") })
    }

    fn number(text: &str) -> Total {
        Total::Number(text.parse().expect("a number"))
    }

    #[test]
    fn how_often_is_told_in_words() {
        let definition = catalogue::find("purchase.made").expect("a type");
        for (tally, expected) in [
            (Tally::AtLeast(1), None),
            (Tally::AtLeast(3), Some("at least 3 times")),
            (Tally::Nth(1), Some("for the 1st time")),
            (Tally::Nth(2), Some("for the 2nd time")),
            (Tally::Nth(3), Some("for the 3rd time")),
            (Tally::Nth(11), Some("for the 11th time")),
            (Tally::Nth(112), Some("for the 112th time")),
            (Tally::Nth(1_021), Some("for the 1021st time")),
            (Tally::EveryNth(1), Some("every time")),
            (Tally::EveryNth(10), Some("every 10th time")),
        ] {
            assert_eq!(tally.in_words(definition).as_deref(), expected);
        }
    }

    #[test]
    fn an_entry_rule_is_met_by_the_nth_and_by_every_nth() {
        let due = |tally: &Tally| (1..=6).filter(|count| tally.is_due(*count)).collect::<Vec<_>>();
        for (tally, expected) in [
            (Tally::Nth(3), &[3][..]),
            (Tally::EveryNth(3), &[3, 6]),
            (Tally::EveryNth(1), &[1, 2, 3, 4, 5, 6]),
            (Tally::AtLeast(3), &[]),
        ] {
            assert_eq!(due(&tally), expected, "{tally:?}");
        }
        let reached = |tally: &Tally| (1..=6).filter(|count| tally.is_reached(*count, None)).collect::<Vec<_>>();
        for tally in [Tally::AtLeast(5), Tally::Nth(5), Tally::EveryNth(5)] {
            assert_eq!(reached(&tally), [5, 6], "within a stay {tally:?}");
        }
        let past = |tally: Tally| (1..=6).find(|count| tally.is_past(*count));
        assert_eq!([past(Tally::Nth(3)), past(Tally::EveryNth(3))], [Some(4), None]);
    }

    #[test]
    fn totals_are_exact_and_bounded_and_never_mix_currencies() {
        let most = AMOUNT_MINOR_MAX;
        for (one, other, expected) in [
            (money(1, "USD"), money(2, "USD"), money(3, "USD")),
            (money(1, "USD"), money(2, "EUR"), money(1, "USD")),
            (money(1, "USD"), number("2"), money(1, "USD")),
            (money(most, "USD"), money(1, "USD"), money(most, "USD")),
            (money(-most, "USD"), money(-1, "USD"), money(-most, "USD")),
            (number("0.1"), number("0.2"), number("0.3")),
            (number("1"), number("-3"), number("-2")),
            (Total::Number(Decimal::MAX), number("1"), Total::Number(Decimal::MAX)),
        ] {
            assert_eq!(one.plus(other), expected, "{one} and {other}");
        }
        for (total, wanted, expected) in [
            (money(200, "USD"), money(200, "USD"), true),
            (money(199, "USD"), money(200, "USD"), false),
            (money(200, "EUR"), money(200, "USD"), false),
            (number("0.30"), number("0.3"), true),
            (number("300"), money(200, "USD"), false),
        ] {
            assert_eq!(total.reaches(wanted), expected, "{total} of {wanted}");
        }
    }

    #[test]
    fn what_adds_nothing_says_why() {
        let definition = catalogue::find("event.custom").expect("a type");
        let sum = Sum { key: "property".to_owned(), path: Some("gift".to_owned()), at_least: money(3_000, "USD") };
        for (gift, adds, found) in [
            (json!({"amount": "5.00", "currencyCode": "USD"}), Some(money(500, "USD")), ""),
            (
                json!({"amount": "5.00", "currencyCode": "EUR"}),
                None,
                r#"{"amount":"5.00","currencyCode":"EUR"}, other currency"#,
            ),
            (json!("5.00"), None, r#""5.00""#),
            (json!(null), None, "null"),
        ] {
            let at = Timestamp::from_micros(0);
            let properties = serde_json::Map::from_iter([("gift".to_owned(), gift)]);
            let (id, event_type) = (EventId(uuid::Uuid::nil()), "donation.made".to_owned());
            let event =
                Event { id, event_type, occurred_at: at, received_at: at, value: None, source: None, properties };
            assert_eq!(sum.adds(definition, &Scene::of(&event)), adds);
            if adds.is_none() {
                let told = sum.explain(definition, &Scene::of(&event));
                let told = (told.leaf.as_str(), told.found.as_str(), told.wanted.as_str());
                assert_eq!(told, ("gift", found, "something that adds up to 30.00 USD"));
            }
        }
    }

    #[test]
    fn what_was_stored_before_there_were_counts_asks_for_once() {
        let stored = json!({"id": uuid::Uuid::nil(), "key": "purchase.made", "filters": []});
        let condition: crate::condition::Condition = serde_json::from_value(stored).expect("a condition");
        assert!(condition.tally.is_once());
        assert_eq!(serde_json::to_value(&condition).expect("JSON").get("tally"), None);
        let sum = Sum { key: "property".to_owned(), path: Some("a.b".to_owned()), at_least: money(1_250, "USD") };
        for tally in [Tally::AtLeast(2), Tally::EveryNth(3), Tally::Sum(sum)] {
            let stored = serde_json::to_value(&tally).expect("JSON");
            assert_eq!(serde_json::from_value::<Tally>(stored).ok(), Some(tally));
        }
    }
}
