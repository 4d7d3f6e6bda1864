//! Filters: whether there is such an option, whether it knows the operator, and whether the value is one for both.

use super::written::{FilterDraft, ItemDraft, ValueDraft};
use super::{too_many, unknown};
use crate::condition::catalogue::{ConditionDefinition, FilterKind};
use crate::condition::pattern::Pattern;
use crate::condition::shape::Shape;
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
    let value_path = path.field("value");
    let shape = faults.keep(&value_path, shape(wanted.kind, draft))?;
    let operand = faults.keep(&value_path, operand(wanted.kind, shape, draft))?;
    let operators = wanted.kind.operators_for(shape);
    if !operators.contains(&draft.operator) {
        let known: Vec<_> = operators.iter().map(|operator| operator.name()).collect();
        let (key, name) = (wanted.key, draft.operator.name());
        let message = format!("`{key}` knows no {name} for this value; it knows {}.", known.join(", "));
        return faults.add(&path.field("operator"), Code::Invalid, message);
    }
    if draft.ignore_case && !shape.has_case() {
        let message = "Only texts have capital letters; leave it out.";
        return faults.add(&path.field("ignoreCase"), Code::Invalid, message);
    }
    let ignores_case = draft.ignore_case;
    Some(Filter { key: draft.key.clone(), path: read_path, operator: draft.operator, operand, ignores_case })
}

/// What was given, if the filter takes it.
fn shape(kind: FilterKind, draft: &FilterDraft) -> Result<Shape, (Code, String)> {
    let is_valueless = match draft.operator {
        Operator::IsSet | Operator::IsNotSet => true,
        Operator::Changed => kind == FilterKind::Change,
        _ => false,
    };
    match &draft.value {
        None if is_valueless && kind.takes(Shape::Nothing) => Ok(Shape::Nothing),
        Some(_) if is_valueless => Err((Code::Invalid, format!("{} takes no value.", draft.operator.name()))),
        None => Err((Code::Required, format!("Give a value, as {}.", accepted(kind)))),
        Some(value) => match Shape::of(value) {
            Shape::Text if draft.operator == Operator::Matches && kind.takes(Shape::Pattern) => Ok(Shape::Pattern),
            shape if kind.takes(shape) => Ok(shape),
            shape => {
                let given = shape.as_str().unwrap_or_default();
                Err((Code::WrongType, format!("`{given}` was given; this filter takes {}.", accepted(kind))))
            }
        },
    }
}

fn operand(kind: FilterKind, shape: Shape, draft: &FilterDraft) -> Result<Operand, (Code, String)> {
    let Some(value) = &draft.value else { return Ok(Operand::Nothing) };
    Ok(match value {
        ValueDraft::Text(text) if shape == Shape::Pattern => {
            Operand::Pattern(Pattern::new(text, draft.ignore_case).map_err(invalid)?)
        }
        ValueDraft::Text(text) => Operand::Texts(texts(kind, std::slice::from_ref(text))?),
        ValueDraft::Texts(values) => Operand::Texts(texts(kind, values)?),
        ValueDraft::Change(change) => Operand::Change(texts(kind, &change.from)?, texts(kind, &change.to)?),
        ValueDraft::Items(items) => item_refs(items)?,
        ValueDraft::Number(number) => Operand::Number(decimal(number)?),
        ValueDraft::NumberRange(range) => {
            let (from, to) = (decimal(&range.from)?, decimal(&range.to)?);
            in_order(from <= to)?;
            Operand::NumberRange(from, to)
        }
        ValueDraft::Money(money) => Operand::Money(Money::try_from(money.clone())?),
        ValueDraft::MoneyRange(range) => {
            let (from, to) = (Money::try_from(range.from.clone())?, Money::try_from(range.to.clone())?);
            if from.currency != to.currency {
                return Err((Code::CurrencyMismatch, "Both ends of the range must be in one currency.".to_owned()));
            }
            in_order(from.minor <= to.minor)?;
            Operand::MoneyRange(from, to)
        }
        ValueDraft::Flag(flag) => Operand::Flag(*flag),
        ValueDraft::Instant(at) => Operand::Instant(Timestamp::parse(at).map_err(invalid)?),
        ValueDraft::InstantRange(range) => {
            let (from, to) =
                (Timestamp::parse(&range.from).map_err(invalid)?, Timestamp::parse(&range.to).map_err(invalid)?);
            in_order(from < to)?;
            Operand::InstantRange(from, to)
        }
        ValueDraft::Day(day) => Operand::Day(Day::parse(day).map_err(invalid)?),
        ValueDraft::Duration(length) => {
            let least = if kind == FilterKind::Duration { WINDOW_MIN } else { Elapsed::from_micros(0) };
            Operand::Duration(Elapsed::parse(length, least, WINDOW_MAX)?)
        }
        ValueDraft::AfterEntry(length) => {
            let least = Elapsed::from_micros(WINDOW_MAX.as_micros().saturating_neg());
            Operand::AfterEntry(Elapsed::parse(length, least, WINDOW_MAX)?)
        }
    })
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

fn in_order(is_so: bool) -> Result<(), (Code, String)> {
    if is_so { Ok(()) } else { Err((Code::OutOfRange, "`from` must not be greater than `to`.".to_owned())) }
}

fn invalid(message: String) -> (Code, String) {
    (Code::Invalid, message)
}
