//! Filters: whether there is such an option, whether it knows the operator, and whether the value is one for both.

use super::written::{FilterDraft, ItemDraft, ValueDraft};
use super::{too_many, unknown};
use crate::condition::catalogue::{ConditionDefinition, FilterDefinition, FilterKind};
use crate::condition::pattern::Pattern;
use crate::condition::{Filter, ItemRef, Operand, Operator};
use crate::fault::{self, Code, Faults, Path};
use crate::limits::{VALUE_CHARS_MAX, VALUES_PER_FILTER_MAX, WINDOW_MAX, WINDOW_MIN};
use crate::money::Money;
use crate::time::{Day, Elapsed, Timestamp, clip};
use rust_decimal::Decimal;

pub(super) fn check(
    definition: &ConditionDefinition,
    draft: &FilterDraft,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Filter> {
    let Some(wanted) = definition.filter(&draft.key) else {
        let message = unknown("filter", &draft.key, definition.every_filter().map(|filter| filter.key));
        return faults.add(&path.field("key"), Code::Unknown, message);
    };
    let path_path = path.field("path");
    let read_path = match (wanted.takes_path, &draft.path) {
        (true, Some(text)) => Some(faults.keep(&path_path, fault::key(text, VALUE_CHARS_MAX))?),
        (true, None) => {
            return faults.add(&path_path, Code::Required, "Say which property, such as `cart.total`.");
        }
        (false, Some(_)) => {
            return faults.add(&path_path, Code::Invalid, format!("`{}` knows no path; leave it out.", wanted.key));
        }
        (false, None) => None,
    };
    let operand = faults.keep(&path.field("value"), operand(wanted, draft))?;
    let operators = operators(wanted.kind, &operand);
    if !operators.contains(&draft.operator) {
        let known: Vec<_> = operators.iter().map(|operator| operator.name()).collect();
        let (key, name) = (wanted.key, draft.operator.name());
        let message = format!("`{key}` knows no {name} for this value; it knows {}.", known.join(", "));
        return faults.add(&path.field("operator"), Code::Invalid, message);
    }
    if draft.ignore_case && !matches!(operand, Operand::Texts(_) | Operand::Pattern(_)) {
        let message = "Only texts have capital letters; leave it out.";
        return faults.add(&path.field("ignoreCase"), Code::Invalid, message);
    }
    let ignores_case = draft.ignore_case;
    Some(Filter { key: draft.key.clone(), path: read_path, operator: draft.operator, operand, ignores_case })
}

/// The operators that a filter knows for such a value.
fn operators(kind: FilterKind, operand: &Operand) -> &'static [Operator] {
    use Operator::{
        After, AllOf, AnyOf, Before, Between, Changed, ChangedFrom, ChangedFromTo, ChangedTo, Contains, DecreasedPast,
        EndsWith, Eq, Gt, Gte, In, IncreasedPast, Is, IsNotSet, IsSet, Lt, Lte, Matches, Neq, NoneOf, NotContains,
        NotIn, OlderThan, On, StartsWith, WithinLast, WithinNext,
    };
    match (kind, operand) {
        (_, Operand::NumberRange(..) | Operand::MoneyRange(..) | Operand::InstantRange(..)) => &[Between],
        (_, Operand::Change(..)) => &[ChangedFromTo],
        (_, Operand::Pattern(_)) => &[Matches],
        (FilterKind::Change, Operand::Nothing) => &[Changed],
        (FilterKind::Change, Operand::Texts(_)) => &[ChangedTo, ChangedFrom],
        (FilterKind::Change, _) => &[IncreasedPast, DecreasedPast],
        (_, Operand::Nothing) => &[IsSet, IsNotSet],
        (FilterKind::Ids(_), _) => &[AnyOf, NoneOf, AllOf],
        (FilterKind::Enum(_), _) => &[AnyOf, NoneOf],
        (FilterKind::EventName, _) => &[Eq, In],
        (FilterKind::Items, _) => &[AnyOf, NoneOf, AllOf],
        (FilterKind::Duration, _) => &[Eq],
        (_, Operand::Flag(_)) | (FilterKind::Flag, _) => &[Is],
        (_, Operand::Texts(_)) => &[Eq, Neq, Contains, NotContains, StartsWith, EndsWith, In, NotIn],
        (_, Operand::Instant(_) | Operand::AfterEntry(_)) => &[Before, After],
        (_, Operand::Day(_)) => &[On],
        (_, Operand::Duration(_)) => &[WithinLast, OlderThan, WithinNext],
        (_, Operand::Number(_) | Operand::Money(_) | Operand::Items(_)) => &[Eq, Neq, Gt, Gte, Lt, Lte],
    }
}

/// Whether a filter can ask whether there is a value at all.
const fn may_be_unset(kind: FilterKind) -> bool {
    matches!(
        kind,
        FilterKind::Text | FilterKind::Number | FilterKind::Money | FilterKind::Instant | FilterKind::Property
    )
}

fn operand(wanted: &FilterDefinition, draft: &FilterDraft) -> Result<Operand, (Code, String)> {
    use FilterKind as Kind;
    let kind = wanted.kind;
    let is_valueless = match draft.operator {
        Operator::IsSet | Operator::IsNotSet => true,
        Operator::Changed => kind == Kind::Change,
        _ => false,
    };
    match (kind, &draft.value) {
        (_, None) if is_valueless && (may_be_unset(kind) || kind == Kind::Change) => Ok(Operand::Nothing),
        (_, Some(_)) if is_valueless => Err((Code::Invalid, format!("{} takes no value.", draft.operator.name()))),
        (_, None) => Err((Code::Required, format!("Give a value, as {}.", accepted(kind)))),
        (Kind::Text | Kind::Property, Some(ValueDraft::Text(text))) if draft.operator == Operator::Matches => {
            Pattern::new(text, draft.ignore_case).map(Operand::Pattern).map_err(invalid)
        }
        (
            Kind::Ids(_) | Kind::Enum(_) | Kind::EventName | Kind::Text | Kind::Property,
            Some(ValueDraft::Text(text)),
        ) => texts(kind, std::slice::from_ref(text)).map(Operand::Texts),
        (
            Kind::Ids(_) | Kind::Enum(_) | Kind::EventName | Kind::Text | Kind::Property | Kind::Change,
            Some(ValueDraft::Texts(values)),
        ) => texts(kind, values).map(Operand::Texts),
        (Kind::Change, Some(ValueDraft::Change(change))) => {
            Ok(Operand::Change(texts(kind, &change.from)?, texts(kind, &change.to)?))
        }
        (Kind::Items, Some(ValueDraft::Items(items))) => item_refs(items),
        (Kind::Number | Kind::Property | Kind::Change, Some(ValueDraft::Number(number))) => {
            Ok(Operand::Number(decimal(number)?))
        }
        (Kind::Number | Kind::Property, Some(ValueDraft::NumberRange(range))) => {
            let (from, to) = (decimal(&range.from)?, decimal(&range.to)?);
            if from > to { Err(backwards()) } else { Ok(Operand::NumberRange(from, to)) }
        }
        (Kind::Money | Kind::Property, Some(ValueDraft::Money(money))) => {
            Ok(Operand::Money(Money::try_from(money.clone())?))
        }
        (Kind::Money | Kind::Property, Some(ValueDraft::MoneyRange(range))) => {
            let (from, to) = (Money::try_from(range.from.clone())?, Money::try_from(range.to.clone())?);
            if from.currency != to.currency {
                return Err((Code::CurrencyMismatch, "Both ends of the range must be in one currency.".to_owned()));
            }
            if from.minor > to.minor { Err(backwards()) } else { Ok(Operand::MoneyRange(from, to)) }
        }
        (Kind::Flag | Kind::Property, Some(ValueDraft::Flag(flag))) => Ok(Operand::Flag(*flag)),
        (Kind::Duration, Some(ValueDraft::Duration(length))) => {
            Elapsed::parse(length, WINDOW_MIN, WINDOW_MAX).map(Operand::Duration)
        }
        (Kind::Instant | Kind::Property, Some(value)) => time(kind, value),
        (kind, Some(value)) => Err(mistaken(kind, value)),
    }
}

/// An instant, a day, or a length of time from now or from entry.
fn time(kind: FilterKind, value: &ValueDraft) -> Result<Operand, (Code, String)> {
    match value {
        ValueDraft::Instant(at) => Timestamp::parse(at).map(Operand::Instant).map_err(invalid),
        ValueDraft::InstantRange(range) => {
            let (from, to) =
                (Timestamp::parse(&range.from).map_err(invalid)?, Timestamp::parse(&range.to).map_err(invalid)?);
            if from >= to { Err(backwards()) } else { Ok(Operand::InstantRange(from, to)) }
        }
        ValueDraft::Day(day) => Day::parse(day).map(Operand::Day).map_err(invalid),
        ValueDraft::Duration(length) => {
            Elapsed::parse(length, Elapsed::from_micros(0), WINDOW_MAX).map(Operand::Duration)
        }
        ValueDraft::AfterEntry(length) => {
            let least = Elapsed::from_micros(WINDOW_MAX.as_micros().saturating_neg());
            Elapsed::parse(length, least, WINDOW_MAX).map(Operand::AfterEntry)
        }
        value => Err(mistaken(kind, value)),
    }
}

fn mistaken(kind: FilterKind, value: &ValueDraft) -> (Code, String) {
    (Code::WrongType, format!("`{}` was given; this filter takes {}.", value.kind(), accepted(kind)))
}

fn accepted(kind: FilterKind) -> String {
    match kind {
        FilterKind::Ids(source) => format!("`texts`, a list of ids of {}", source.replace('_', " ")),
        FilterKind::Enum(options) => format!("`texts`, of {}", options.join(", ")),
        FilterKind::Text => "`text` or `texts`".to_owned(),
        FilterKind::EventName => "`text` or `texts`, names of events".to_owned(),
        FilterKind::Items => "`items`, products, categories and order forms".to_owned(),
        FilterKind::Number => "`number` or `numberRange`".to_owned(),
        FilterKind::Money => "`money` or `moneyRange`".to_owned(),
        FilterKind::Flag => "`flag`, true or false".to_owned(),
        FilterKind::Instant => "`instant`, `instantRange`, `day`, `duration` or `afterEntry`".to_owned(),
        FilterKind::Duration => "`duration`".to_owned(),
        FilterKind::Property => "a text, a number, an amount, an instant or a `flag`".to_owned(),
        FilterKind::Change => "`texts`, `change` or `number`".to_owned(),
    }
}

fn texts(kind: FilterKind, values: &[String]) -> Result<Vec<String>, (Code, String)> {
    bounded(values.len())?;
    let values: Vec<_> = values.iter().map(|value| fault::key(value, VALUE_CHARS_MAX)).collect::<Result<_, _>>()?;
    if let FilterKind::Enum(options) = kind
        && let Some(wrong) = values.iter().find(|value| !options.contains(&value.as_str()))
    {
        return Err((Code::Unknown, unknown("value", wrong, options.iter().copied())));
    }
    Ok(values)
}

fn item_refs(items: &[ItemDraft]) -> Result<Operand, (Code, String)> {
    bounded(items.len())?;
    let check = |item: &ItemDraft| match item {
        ItemDraft::Product(id) => fault::key(id, VALUE_CHARS_MAX).map(ItemRef::Product),
        ItemDraft::Category(id) => fault::key(id, VALUE_CHARS_MAX).map(ItemRef::Category),
        ItemDraft::OrderForm(id) => fault::key(id, VALUE_CHARS_MAX).map(ItemRef::OrderForm),
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

pub(in crate::condition) fn decimal(text: &str) -> Result<Decimal, (Code, String)> {
    Decimal::from_str_exact(text)
        .map_err(|_| (Code::Invalid, format!("`{}` is not a decimal number of at most 28 digits.", clip(text))))
}

fn backwards() -> (Code, String) {
    (Code::OutOfRange, "`from` must not be greater than `to`.".to_owned())
}

fn invalid(message: String) -> (Code, String) {
    (Code::Invalid, message)
}
