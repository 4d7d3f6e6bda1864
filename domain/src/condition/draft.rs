//! From what a caller wrote to a condition that can be judged: every fault with its path and the nearest right name.

use super::catalogue::{self, ConditionDefinition, FilterDefinition, FilterKind};
use super::filter::{Filter, ItemRef, Operand, Operator};
use super::tally::{self, OccurrenceDraft, SumDraft};
use super::{Condition, DefinitionRef, Occurred, Window};
use crate::fault::{self, Code, Faults, Path};
use crate::ids::ConditionId;
use crate::limits::{FILTERS_PER_CONDITION_MAX, VALUE_CHARS_MAX, VALUES_PER_FILTER_MAX, WINDOW_MAX, WINDOW_MIN};
use crate::money::{Money, MoneyDraft};
use crate::spelling::nearest;
use crate::time::{Elapsed, Timestamp, clip};
use rust_decimal::Decimal;
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
    /// Products and categories.
    Items(Vec<ItemDraft>),
}

impl ValueDraft {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Texts(_) => "texts",
            Self::Number(_) => "number",
            Self::NumberRange(_) => "numberRange",
            Self::Money(_) => "money",
            Self::MoneyRange(_) => "moneyRange",
            Self::Flag(_) => "flag",
            Self::Items(_) => "items",
        }
    }
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

/// Something that can be bought: one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemDraft {
    /// A product.
    Product(String),
    /// Any product of a category.
    Category(String),
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

/// Checks a draft against the catalogue.
pub fn check(draft: &ConditionDraft, id: ConditionId, path: &Path<'_>, faults: &mut Faults) -> Option<Condition> {
    let key_path = path.field("key");
    let Some(definition) = catalogue::find(&draft.key) else {
        let message = unknown("condition type", &draft.key, catalogue::all().map(|definition| definition.key));
        return faults.add(&key_path, Code::Unknown, message);
    };
    let filters_path = path.field("filters");
    if draft.filters.len() > FILTERS_PER_CONDITION_MAX {
        return faults.add(
            &filters_path,
            Code::TooMany,
            too_many("filters", draft.filters.len(), FILTERS_PER_CONDITION_MAX),
        );
    }
    for wanted in definition.filters.iter().filter(|filter| filter.required) {
        if !draft.filters.iter().any(|filter| filter.key == wanted.key) {
            let message = format!("`{}` needs a filter `{}`.", definition.key, wanted.key);
            faults.add::<()>(&filters_path, Code::Required, message);
        }
    }
    let filters = draft
        .filters
        .iter()
        .enumerate()
        .filter_map(|(index, filter)| check_filter(definition, filter, &filters_path.index(index), faults));
    let filters: Vec<_> = filters.collect();
    let tally = tally::check(definition, &filters, draft.occurrence, draft.sum.as_ref(), path, faults);
    let window = check_window(draft.window.as_ref(), &path.field("window"), faults)?;
    let occurred = check_occurred(draft.occurred.as_ref(), &path.field("occurred"), faults)?;
    (filters.len() == draft.filters.len()).then_some(Condition {
        id,
        definition: DefinitionRef(definition),
        filters,
        window,
        occurred,
        tally: tally?,
    })
}

fn check_filter(
    definition: &ConditionDefinition,
    draft: &FilterDraft,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Filter> {
    let Some(wanted) = definition.filter(&draft.key) else {
        let message = unknown("filter", &draft.key, definition.filters.iter().map(|filter| filter.key));
        return faults.add(&path.field("key"), Code::Unknown, message);
    };
    let path_path = path.field("path");
    let read_path = match (wanted.kind, &draft.path) {
        (FilterKind::Property, Some(text)) => Some(faults.keep(&path_path, fault::key(text, VALUE_CHARS_MAX))?),
        (FilterKind::Property, None) => {
            return faults.add(&path_path, Code::Required, "Say which property, such as `cart.total`.");
        }
        (_, Some(_)) => {
            return faults.add(&path_path, Code::Invalid, format!("`{}` knows no path; leave it out.", wanted.key));
        }
        (_, None) => None,
    };
    let operand = faults.keep(&path.field("value"), operand(wanted, draft))?;
    let operators = operators(wanted.kind, &operand);
    if !operators.contains(&draft.operator) {
        let known: Vec<_> = operators.iter().map(operator_name).collect();
        let message = format!(
            "`{}` knows no {} for this value; it knows {}.",
            wanted.key,
            operator_name(&draft.operator),
            known.join(", ")
        );
        return faults.add(&path.field("operator"), Code::Invalid, message);
    }
    Some(Filter { key: draft.key.clone(), path: read_path, operator: draft.operator, operand })
}

/// The operators that a filter knows for such a value.
fn operators(kind: FilterKind, operand: &Operand) -> &'static [Operator] {
    use Operator::{
        AllOf, AnyOf, Between, Contains, EndsWith, Eq, Gt, Gte, In, Is, IsNotSet, IsSet, Lt, Lte, Neq, NoneOf,
        NotContains, NotIn, StartsWith,
    };
    match (kind, operand) {
        (_, Operand::NumberRange(..) | Operand::MoneyRange(..)) => &[Between],
        (FilterKind::Number | FilterKind::Money | FilterKind::Property, Operand::Nothing) => &[IsSet, IsNotSet],
        (FilterKind::Ids | FilterKind::Enum(_), _) => &[AnyOf, NoneOf],
        (FilterKind::EventName, _) => &[Eq, In],
        (FilterKind::Items, _) => &[AnyOf, NoneOf, AllOf],
        (FilterKind::Flag, _) | (FilterKind::Property, Operand::Flag(_)) => &[Is],
        (FilterKind::Property, Operand::Texts(_)) => &[Eq, Neq, Contains, NotContains, StartsWith, EndsWith, In, NotIn],
        (FilterKind::Number | FilterKind::Money | FilterKind::Property, _) => &[Eq, Neq, Gt, Gte, Lt, Lte],
    }
}

fn operand(wanted: &FilterDefinition, draft: &FilterDraft) -> Result<Operand, (Code, String)> {
    use FilterKind::{Enum, EventName, Flag, Ids, Items, Money as Amount, Number, Property};
    let valueless = matches!(draft.operator, Operator::IsSet | Operator::IsNotSet);
    match (wanted.kind, &draft.value) {
        (Number | Amount | Property, None) if valueless => Ok(Operand::Nothing),
        (_, Some(_)) if valueless => {
            Err((Code::Invalid, format!("{} takes no value.", operator_name(&draft.operator))))
        }
        (_, None) => Err((Code::Required, format!("Give a value, as {}.", accepted(wanted.kind)))),
        (Ids | Enum(_) | EventName | Property, Some(ValueDraft::Text(text))) => {
            texts(wanted.kind, std::slice::from_ref(text))
        }
        (Ids | Enum(_) | EventName | Property, Some(ValueDraft::Texts(values))) => texts(wanted.kind, values),
        (Items, Some(ValueDraft::Items(items))) => item_refs(items),
        (Number | Property, Some(ValueDraft::Number(number))) => Ok(Operand::Number(decimal(number)?)),
        (Number | Property, Some(ValueDraft::NumberRange(range))) => {
            let (from, to) = (decimal(&range.from)?, decimal(&range.to)?);
            if from > to { Err(backwards()) } else { Ok(Operand::NumberRange(from, to)) }
        }
        (Amount, Some(ValueDraft::Money(money))) => Ok(Operand::Money(Money::try_from(money.clone())?)),
        (Amount, Some(ValueDraft::MoneyRange(range))) => {
            let (from, to) = (Money::try_from(range.from.clone())?, Money::try_from(range.to.clone())?);
            if from.currency != to.currency {
                return Err((Code::CurrencyMismatch, "Both ends of the range must be in one currency.".to_owned()));
            }
            if from.minor > to.minor { Err(backwards()) } else { Ok(Operand::MoneyRange(from, to)) }
        }
        (Flag | Property, Some(ValueDraft::Flag(flag))) => Ok(Operand::Flag(*flag)),
        (kind, Some(value)) => {
            Err((Code::WrongType, format!("`{}` was given; this filter takes {}.", value.kind(), accepted(kind))))
        }
    }
}

fn accepted(kind: FilterKind) -> String {
    match kind {
        FilterKind::Ids => "`texts`, a list of ids".to_owned(),
        FilterKind::Enum(options) => format!("`texts`, of {}", options.join(", ")),
        FilterKind::EventName => "`text` or `texts`, names of events".to_owned(),
        FilterKind::Items => "`items`, products and categories".to_owned(),
        FilterKind::Number => "`number` or `numberRange`".to_owned(),
        FilterKind::Money => "`money` or `moneyRange`".to_owned(),
        FilterKind::Flag => "`flag`, true or false".to_owned(),
        FilterKind::Property => "`text`, `texts`, `number`, `numberRange` or `flag`".to_owned(),
    }
}

fn texts(kind: FilterKind, values: &[String]) -> Result<Operand, (Code, String)> {
    bounded(values.len())?;
    let values: Vec<_> = values.iter().map(|value| fault::key(value, VALUE_CHARS_MAX)).collect::<Result<_, _>>()?;
    if let FilterKind::Enum(options) = kind
        && let Some(wrong) = values.iter().find(|value| !options.contains(&value.as_str()))
    {
        return Err((Code::Unknown, unknown("value", wrong, options.iter().copied())));
    }
    Ok(Operand::Texts(values))
}

fn item_refs(items: &[ItemDraft]) -> Result<Operand, (Code, String)> {
    bounded(items.len())?;
    let check = |item: &ItemDraft| match item {
        ItemDraft::Product(id) => fault::key(id, VALUE_CHARS_MAX).map(ItemRef::Product),
        ItemDraft::Category(id) => fault::key(id, VALUE_CHARS_MAX).map(ItemRef::Category),
    };
    Ok(Operand::Items(items.iter().map(check).collect::<Result<_, _>>()?))
}

fn bounded(values: usize) -> Result<(), (Code, String)> {
    match values {
        0 => Err((Code::Blank, "Give at least one value, or leave the filter out.".to_owned())),
        1..=VALUES_PER_FILTER_MAX => Ok(()),
        _ => Err((Code::TooMany, too_many("values", values, VALUES_PER_FILTER_MAX))),
    }
}

pub(super) fn decimal(text: &str) -> Result<Decimal, (Code, String)> {
    Decimal::from_str_exact(text)
        .map_err(|_| (Code::Invalid, format!("`{}` is not a decimal number of at most 28 digits.", clip(text))))
}

fn backwards() -> (Code, String) {
    (Code::OutOfRange, "`from` must not be greater than `to`.".to_owned())
}

fn check_window(draft: Option<&WindowDraft>, path: &Path<'_>, faults: &mut Faults) -> Option<Window> {
    let Some(draft) = draft else { return Some(Window::default()) };
    let mut read = |name: &str, text: &Option<String>| match text {
        None => Some(None),
        Some(text) => faults.keep(&path.field(name), Elapsed::parse(text, WINDOW_MIN, WINDOW_MAX)).map(Some),
    };
    let (not_before, within) = (read("notBefore", &draft.not_before)?, read("within", &draft.within)?);
    if not_before.zip(within).is_some_and(|(least, most)| least > most) {
        return faults.add(
            path,
            Code::OutOfRange,
            "`notBefore` must not be longer than `within`: nothing could ever match.",
        );
    }
    Some(Window { not_before, within })
}

fn check_occurred(draft: Option<&OccurredDraft>, path: &Path<'_>, faults: &mut Faults) -> Option<Occurred> {
    let Some(draft) = draft else { return Some(Occurred::default()) };
    let mut read = |name: &str, text: &Option<String>| match text {
        None => Some(None),
        Some(text) => {
            faults.keep(&path.field(name), Timestamp::parse(text).map_err(|message| (Code::Invalid, message))).map(Some)
        }
    };
    let (after, before) = (read("after", &draft.after)?, read("before", &draft.before)?);
    if after.zip(before).is_some_and(|(after, before)| after >= before) {
        return faults.add(path, Code::OutOfRange, "`after` must be earlier than `before`: nothing could ever match.");
    }
    Some(Occurred { after, before })
}

pub(super) fn unknown<'a>(what: &str, typed: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let advice = match nearest(typed, known.clone()) {
        Some(name) => format!("Did you mean `{name}`?"),
        None => format!("Known are {}.", known.collect::<Vec<_>>().join(", ")),
    };
    format!("There is no {what} `{}`. {advice}", clip(typed))
}

fn too_many(what: &str, count: usize, most: usize) -> String {
    format!("Has {count} {what}; at most {most} are allowed.")
}

fn operator_name(operator: &Operator) -> String {
    serde_json::to_value(operator).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
