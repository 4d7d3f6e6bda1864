//! Conditions as their authors write them.

use crate::condition::{Join, OccurrenceDraft, Operator, SumDraft};
use crate::money::MoneyDraft;
use serde::{Deserialize, Serialize};

/// A condition as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConditionDraft {
    /// Which type, such as `purchase.made`.
    pub key: String,
    /// All have to hold.
    #[serde(default)]
    pub filters: Vec<FilterDraft>,
    /// When after entry.
    #[serde(default)]
    pub window: Option<WindowDraft>,
    /// When in absolute time.
    #[serde(default)]
    pub occurred: Option<OccurredDraft>,
    /// How often; once, if neither this nor a sum is asked for.
    #[serde(default)]
    pub occurrence: Option<OccurrenceDraft>,
    /// What has to add up.
    #[serde(default)]
    pub sum: Option<SumDraft>,
    /// Only the first such event of the contact, whenever it was.
    #[serde(default)]
    pub first_ever: bool,
    /// How far back events count, also from before entry: an ISO 8601 duration.
    #[serde(default)]
    pub lookback: Option<String>,
    /// What has to be the same as in the event that caused the entry.
    #[serde(default)]
    pub same_as_entry: Option<CorrelationDraft>,
    /// Whether events that were sent for a test count.
    #[serde(default)]
    pub include_test_events: bool,
    /// For a group: how the conditions within are joined.
    #[serde(default)]
    pub join: Join,
    /// The conditions within a group, or the one whose absence is asked for.
    #[serde(default)]
    pub conditions: Vec<ConditionDraft>,
}

/// What has to be the same as at entry, as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrelationDraft {
    /// Where in the event, such as `cart.id`.
    pub path: String,
    /// Where in the event that caused the entry; the same place, if not said.
    #[serde(default)]
    pub entry_path: Option<String>,
}

/// A filter as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilterDraft {
    /// Which option of the type.
    pub key: String,
    /// Where to look, for filters on properties.
    #[serde(default)]
    pub path: Option<String>,
    /// How to compare.
    pub operator: Operator,
    /// With what.
    #[serde(default)]
    pub value: Option<ValueDraft>,
    /// Whether capital letters are taken for small ones.
    #[serde(default)]
    pub ignore_case: bool,
}

/// A value as its author wrote it: one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ValueDraft {
    /// A text.
    Text(String),
    /// Texts, ids or values of an enum.
    Texts(Vec<String>),
    /// A decimal number.
    Number(String),
    /// From a number to a number.
    NumberRange(NumberRangeDraft),
    /// An amount.
    Money(MoneyDraft),
    /// From an amount to an amount.
    MoneyRange(MoneyRangeDraft),
    /// Yes or no.
    Flag(bool),
    /// Products, categories and order forms.
    Items(Vec<ItemDraft>),
    /// An instant, in RFC 3339.
    Instant(String),
    /// From an instant until another.
    InstantRange(InstantRangeDraft),
    /// A day, such as `2026-11-22`.
    Day(String),
    /// A length of time, an ISO 8601 duration.
    Duration(String),
    /// So long after entry, an ISO 8601 duration; before it, with a minus.
    AfterEntry(String),
    /// From one of some values to one of others.
    Change(TextChangeDraft),
}

/// From a number to a number, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberRangeDraft {
    /// The least.
    pub from: String,
    /// The most.
    pub to: String,
}

/// From an amount to an amount, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoneyRangeDraft {
    /// The least.
    pub from: MoneyDraft,
    /// The most.
    pub to: MoneyDraft,
}

/// From an instant until another, which is excluded; in RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstantRangeDraft {
    /// The first.
    pub from: String,
    /// The first that is not among them.
    pub to: String,
}

/// From one of some values to one of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TextChangeDraft {
    /// What it was.
    pub from: Vec<String>,
    /// What it is.
    pub to: Vec<String>,
}

/// Something that can be bought: one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemDraft {
    /// A product.
    Product(String),
    /// Any product of a category.
    Category(String),
    /// Whatever is ordered by a form.
    OrderForm(String),
}

/// A window after entry, as ISO 8601 durations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WindowDraft {
    /// Not before so long after entry.
    #[serde(default)]
    pub not_before: Option<String>,
    /// Within so long after entry.
    #[serde(default)]
    pub within: Option<String>,
}

/// A window in absolute time, in RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OccurredDraft {
    /// From this instant on.
    #[serde(default)]
    pub after: Option<String>,
    /// Before this instant.
    #[serde(default)]
    pub before: Option<String>,
}
