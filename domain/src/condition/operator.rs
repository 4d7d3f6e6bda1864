//! How a value is compared.

use serde::{Deserialize, Serialize};

/// How a value is compared. Which operators a filter knows depends on what its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// From the first value to the second, both included; of instants the second is excluded (R0).
    Between,
    /// Has the text in it.
    Contains,
    /// Has not the text in it.
    NotContains,
    /// Begins with the text.
    StartsWith,
    /// Ends with the text.
    EndsWith,
    /// Matches the regular expression, somewhere.
    Matches,
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
    /// Before the instant.
    Before,
    /// At the instant or after it.
    After,
    /// On the day, in the workspace's time zone.
    On,
    /// No longer ago than the duration, and not in the future.
    WithinLast,
    /// At least as long ago as the duration.
    OlderThan,
    /// No further ahead than the duration, and not past.
    WithinNext,
    /// Another value than before.
    Changed,
    /// Another value than before, and now one of these.
    ChangedTo,
    /// Another value than before, which was one of these.
    ChangedFrom,
    /// From one of the first values to one of the second.
    ChangedFromTo,
    /// From less than the number to as much or more.
    IncreasedPast,
    /// From more than the number to as much or less.
    DecreasedPast,
}

impl Operator {
    /// Its name, as callers write it.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether it holds where there is no value at all, because it only says what must not be.
    pub const fn is_denial(self) -> bool {
        matches!(self, Self::NoneOf | Self::Neq | Self::NotContains | Self::NotIn | Self::IsNotSet)
    }

    /// How a sentence begins with it, before the value.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::AnyOf | Self::In | Self::Eq | Self::Is => "",
            Self::NoneOf | Self::NotIn => "none of ",
            Self::AllOf => "all of ",
            Self::Neq => "not ",
            Self::Gt => "more than ",
            Self::Gte => "at least ",
            Self::Lt => "less than ",
            Self::Lte => "at most ",
            Self::Between => "between ",
            Self::Contains => "containing ",
            Self::NotContains => "not containing ",
            Self::StartsWith => "starting with ",
            Self::EndsWith => "ending with ",
            Self::Matches => "matching ",
            Self::IsSet => "set",
            Self::IsNotSet => "not set",
            Self::Before => "before ",
            Self::After => "from ",
            Self::On => "on ",
            Self::WithinLast => "within the last ",
            Self::OlderThan => "at least ago: ",
            Self::WithinNext => "within the next ",
            Self::Changed => "changed",
            Self::ChangedTo => "changed to ",
            Self::ChangedFrom => "changed from ",
            Self::ChangedFromTo => "changed from ",
            Self::IncreasedPast => "increased to or past ",
            Self::DecreasedPast => "decreased to or past ",
        }
    }
}
