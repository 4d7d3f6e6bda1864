//! Conditions as callers give them. What types, filters and values there are is data of the catalogue, so that a new
//! one changes no schema.

use crate::graphql::scalars::{DateTime, Decimal, Duration};
use crate::graphql::types::rule::ConditionJoin;
use async_graphql::{Enum, InputObject, OneofObject};
use offramp_domain::condition as domain;
use offramp_domain::money::MoneyDraft;

/// One thing that has to happen.
#[derive(InputObject)]
pub struct ConditionInput {
    /// Its type in the catalogue, such as `purchase.made`.
    key: String,
    /// Drill-down options; all have to hold.
    #[graphql(default)]
    filters: Vec<ConditionFilterInput>,
    /// When after entry; any time, if left out.
    window: Option<ConditionWindowInput>,
    /// When in absolute time; any time, if left out.
    occurred: Option<ConditionOccurredInput>,
    /// How often it has to happen; once, if neither this nor `sum` is given.
    occurrence: Option<ConditionOccurrenceInput>,
    /// What has to add up over the events; not beside `occurrence`.
    sum: Option<ConditionSumInput>,
    /// Only the first such event of the contact, whenever it was.
    #[graphql(default)]
    first_ever: bool,
    /// How far back events count, from one minute to 730 days, also from before entry; what happened since entry, if left
    /// out.
    lookback: Option<Duration>,
    /// What has to be the same as in the event that caused the entry, such as a cart's id.
    same_as_entry: Option<ConditionCorrelationInput>,
    /// Whether events that were sent for a test (`isTest` among their properties) count.
    #[graphql(default)]
    include_test_events: bool,
    /// For `composite`: how the conditions within are joined; `ALL`, if left out.
    join: Option<ConditionJoin>,
    /// For `composite` the conditions within; groups nest to depth 3, the rule itself among them. For `inaction` the one
    /// that must not happen.
    #[graphql(default)]
    conditions: Vec<ConditionInput>,
}

/// Two places that have to say the same: in this event, and in the one that caused the entry.
#[derive(InputObject)]
pub struct ConditionCorrelationInput {
    /// Where in the properties of this event, such as `cart.id`.
    path: String,
    /// Where in those of the event that caused the entry; the same place, if left out.
    entry_path: Option<String>,
}

/// One drill-down option of a condition.
#[derive(InputObject)]
pub struct ConditionFilterInput {
    /// Which option of the condition's type.
    key: String,
    /// Where to look, for filters on properties, such as `cart.total`.
    path: Option<String>,
    /// How to compare.
    operator: FilterOperator,
    /// With what; left out for `IS_SET`, `IS_NOT_SET` and `CHANGED`.
    value: Option<FilterValueInput>,
    /// Whether capital letters of texts are taken for small ones.
    #[graphql(default)]
    ignore_case: bool,
}

/// How a value is compared. Which operators a filter knows depends on what its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Operator")]
pub enum FilterOperator {
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
    /// From the first value to the second, both included; of instants the second is excluded.
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

/// What a filter compares with: exactly one of these.
#[derive(OneofObject)]
pub enum FilterValueInput {
    /// A text.
    Text(String),
    /// Texts, ids or values of a closed list.
    Texts(Vec<String>),
    /// A number.
    Number(Decimal),
    /// From a number to a number, both included.
    NumberRange(NumberRangeInput),
    /// An amount.
    Money(MoneyInput),
    /// From an amount to an amount, both included, in one currency.
    MoneyRange(MoneyRangeInput),
    /// Yes or no.
    Flag(bool),
    /// Products, categories and order forms.
    Items(Vec<ItemInput>),
    /// An instant.
    Instant(DateTime),
    /// From an instant until another.
    InstantRange(InstantRangeInput),
    /// A day, such as `2026-11-22`, in the workspace's time zone.
    Day(String),
    /// A length of time, from now or as the type says.
    Duration(Duration),
    /// So long after entry; before it, with a minus.
    AfterEntry(Duration),
    /// From one of some values to one of others.
    Change(TextChangeInput),
}

/// From an instant until another, which is excluded.
#[derive(InputObject)]
pub struct InstantRangeInput {
    /// The first.
    from: DateTime,
    /// The first that is not among them.
    to: DateTime,
}

/// From one of some values to one of others.
#[derive(InputObject)]
pub struct TextChangeInput {
    /// What it was: one of these.
    from: Vec<String>,
    /// What it is: one of these.
    to: Vec<String>,
}

/// From a number to a number, both included.
#[derive(InputObject)]
pub struct NumberRangeInput {
    /// The least.
    from: Decimal,
    /// The most.
    to: Decimal,
}

/// An exact amount of money.
#[derive(InputObject)]
pub struct MoneyInput {
    /// Amount in major units.
    amount: Decimal,
    /// ISO 4217 code.
    currency_code: String,
}

/// From an amount to an amount, both included.
#[derive(InputObject)]
pub struct MoneyRangeInput {
    /// The least.
    from: MoneyInput,
    /// The most.
    to: MoneyInput,
}

/// Something that can be bought: exactly one of these.
#[derive(OneofObject)]
pub enum ItemInput {
    /// A product, by your own id.
    Product(String),
    /// Any product of a category, by your own id.
    Category(String),
    /// Whatever is ordered by a form, by your own id; in the edition `MAX_CLASSIC`.
    OrderForm(String),
}

/// A window after entry, both bounds included; from one minute to 730 days.
#[derive(InputObject)]
pub struct ConditionWindowInput {
    /// Not before so long after entry.
    not_before: Option<Duration>,
    /// Within so long after entry.
    within: Option<Duration>,
}

/// A window in absolute time.
#[derive(InputObject)]
pub struct ConditionOccurredInput {
    /// From this instant on.
    after: Option<DateTime>,
    /// Before this instant, which is excluded.
    before: Option<DateTime>,
}

/// How often it has to happen, 1 to 10,000: exactly one of these. Events count that pass the filters, each once.
#[derive(OneofObject)]
pub enum ConditionOccurrenceInput {
    /// So many times or more; an entry rule counts anew after each entry.
    AtLeast(i32),
    /// The time of that number; an entry rule counts over entries, so that it is met once for ever.
    Nth(i32),
    /// Each time whose number is a multiple of it; an entry rule counts over entries.
    EveryNth(i32),
}

/// What has to add up over the events that pass the filters; an entry rule adds up anew after each entry.
#[derive(InputObject)]
pub struct ConditionSumInput {
    /// A filter of numbers or amounts, such as `amount`; for events of your own, the path of a property.
    of: String,
    /// How much it has to come to.
    at_least: ConditionTotalInput,
}

/// What a sum has to come to, more than 0: exactly one of these.
#[derive(OneofObject)]
pub enum ConditionTotalInput {
    /// A number.
    Number(Decimal),
    /// An amount; what comes in another currency does not add to it.
    Money(MoneyInput),
}

impl From<ConditionInput> for domain::ConditionDraft {
    fn from(input: ConditionInput) -> Self {
        Self {
            key: input.key,
            filters: input.filters.into_iter().map(Into::into).collect(),
            window: input.window.map(|window| domain::WindowDraft {
                not_before: window.not_before.map(|length| length.0),
                within: window.within.map(|length| length.0),
            }),
            occurred: input.occurred.map(|occurred| domain::OccurredDraft {
                after: occurred.after.map(|instant| instant.0),
                before: occurred.before.map(|instant| instant.0),
            }),
            occurrence: input.occurrence.map(Into::into),
            sum: input.sum.map(Into::into),
            first_ever: input.first_ever,
            lookback: input.lookback.map(|length| length.0),
            same_as_entry: input
                .same_as_entry
                .map(|same| domain::CorrelationDraft { path: same.path, entry_path: same.entry_path }),
            include_test_events: input.include_test_events,
            join: input.join.map_or_else(domain::Join::default, Into::into),
            conditions: input.conditions.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ConditionOccurrenceInput> for domain::OccurrenceDraft {
    fn from(input: ConditionOccurrenceInput) -> Self {
        match input {
            ConditionOccurrenceInput::AtLeast(n) => Self::AtLeast(n.into()),
            ConditionOccurrenceInput::Nth(n) => Self::Nth(n.into()),
            ConditionOccurrenceInput::EveryNth(n) => Self::EveryNth(n.into()),
        }
    }
}

impl From<ConditionSumInput> for domain::SumDraft {
    fn from(input: ConditionSumInput) -> Self {
        let at_least = match input.at_least {
            ConditionTotalInput::Number(number) => domain::TotalDraft::Number(number.0),
            ConditionTotalInput::Money(money) => domain::TotalDraft::Money(money.into()),
        };
        Self { of: input.of, at_least }
    }
}

impl From<ConditionFilterInput> for domain::FilterDraft {
    fn from(input: ConditionFilterInput) -> Self {
        let value = input.value.map(Into::into);
        let (operator, ignore_case) = (input.operator.into(), input.ignore_case);
        Self { key: input.key, path: input.path, operator, value, ignore_case }
    }
}

impl From<FilterValueInput> for domain::ValueDraft {
    fn from(input: FilterValueInput) -> Self {
        match input {
            FilterValueInput::Text(text) => Self::Text(text),
            FilterValueInput::Texts(texts) => Self::Texts(texts),
            FilterValueInput::Number(number) => Self::Number(number.0),
            FilterValueInput::NumberRange(range) => {
                Self::NumberRange(domain::NumberRangeDraft { from: range.from.0, to: range.to.0 })
            }
            FilterValueInput::Money(money) => Self::Money(money.into()),
            FilterValueInput::MoneyRange(range) => {
                Self::MoneyRange(domain::MoneyRangeDraft { from: range.from.into(), to: range.to.into() })
            }
            FilterValueInput::Flag(flag) => Self::Flag(flag),
            FilterValueInput::Items(items) => Self::Items(items.into_iter().map(Into::into).collect()),
            FilterValueInput::Instant(at) => Self::Instant(at.0),
            FilterValueInput::InstantRange(range) => {
                Self::InstantRange(domain::InstantRangeDraft { from: range.from.0, to: range.to.0 })
            }
            FilterValueInput::Day(day) => Self::Day(day),
            FilterValueInput::Duration(length) => Self::Duration(length.0),
            FilterValueInput::AfterEntry(length) => Self::AfterEntry(length.0),
            FilterValueInput::Change(change) => {
                Self::Change(domain::TextChangeDraft { from: change.from, to: change.to })
            }
        }
    }
}

impl From<ItemInput> for domain::ItemDraft {
    fn from(input: ItemInput) -> Self {
        match input {
            ItemInput::Product(id) => Self::Product(id),
            ItemInput::Category(id) => Self::Category(id),
            ItemInput::OrderForm(id) => Self::OrderForm(id),
        }
    }
}

impl From<MoneyInput> for MoneyDraft {
    fn from(input: MoneyInput) -> Self {
        Self { amount: input.amount.0, currency_code: input.currency_code }
    }
}
