//! Whether a filter holds of what was found.

use super::filter::Filter;
use super::found::Found;
use super::operand::{ItemRef, Operand};
use super::operator::Operator;
use super::scene::Scene;
use crate::event::decimal;
use crate::time::{Elapsed, Timestamp, Zone};
use rust_decimal::Decimal;
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The instants that a comparison may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock<'a> {
    pub(super) now: Timestamp,
    pub(super) entered_at: Option<Timestamp>,
    pub(super) zone: &'a Zone,
}

impl<'a> Clock<'a> {
    pub(super) fn of(scene: &Scene<'a>) -> Self {
        Self { now: scene.at(), entered_at: scene.entry.map(|entry| entry.at), zone: scene.zone }
    }
}

/// Whether a filter holds of what was found.
pub(super) fn holds(filter: &Filter, found: &Found<'_>, clock: Clock<'_>) -> bool {
    let operator = filter.operator;
    if let Found::Each(values) = found {
        let mut each = values.iter().map(|value| holds(filter, &Found::Json(value), clock));
        return if operator.is_denial() { each.all(|holds| holds) } else { each.any(|holds| holds) };
    }
    match (&filter.operand, operator) {
        (_, Operator::IsSet) => found.is_set(),
        (_, Operator::IsNotSet) => !found.is_set(),
        (Operand::Nothing, Operator::Changed) => changed(found).is_some(),
        (Operand::Nothing, _) => false,
        (Operand::Texts(texts), Operator::ChangedTo) => changed(found).is_some_and(|(_, to)| is_among(to, texts)),
        (Operand::Texts(texts), Operator::ChangedFrom) => changed(found).is_some_and(|(from, _)| is_among(from, texts)),
        (Operand::Change(old, new), _) => {
            changed(found).is_some_and(|(from, to)| is_among(from, old) && is_among(to, new))
        }
        (Operand::Texts(texts), _) => text_holds(texts, operator, &found.texts(), filter.ignores_case),
        (Operand::Pattern(pattern), _) => found.texts().iter().any(|text| pattern.is_match(text)),
        (Operand::Number(past), Operator::IncreasedPast | Operator::DecreasedPast) => {
            has_passed(found, *past, operator == Operator::IncreasedPast)
        }
        (Operand::Number(wanted), _) => order_holds(operator, found.as_number().map(|number| number.cmp(wanted))),
        (Operand::NumberRange(from, to), _) => found.as_number().is_some_and(|number| (*from..=*to).contains(&number)),
        (Operand::Money(wanted), _) => match found.as_money() {
            Some(money) if money.currency != wanted.currency => false,
            money => order_holds(operator, money.map(|money| money.minor.cmp(&wanted.minor))),
        },
        (Operand::MoneyRange(from, to), _) => found
            .as_money()
            .is_some_and(|money| money.currency == from.currency && (from.minor..=to.minor).contains(&money.minor)),
        (Operand::Flag(wanted), _) => found.as_flag() == Some(*wanted),
        (Operand::Items(wanted), _) => match found {
            Found::Items(items) => items_hold(wanted, operator, items),
            _ => operator == Operator::NoneOf,
        },
        _ => found.as_instant().is_some_and(|at| instant_holds(&filter.operand, operator, at, clock)),
    }
}

fn text_holds(texts: &[String], operator: Operator, found: &[&str], ignores_case: bool) -> bool {
    if !ignores_case
        && matches!(operator, Operator::AnyOf | Operator::NoneOf | Operator::AllOf | Operator::In | Operator::NotIn)
    {
        // Both may be long lists.
        let found: BTreeSet<&str> = found.iter().copied().collect();
        let any = || texts.iter().any(|text| found.contains(text.as_str()));
        return match operator {
            Operator::AllOf => texts.iter().all(|text| found.contains(text.as_str())),
            Operator::NoneOf | Operator::NotIn => !any(),
            _ => any(),
        };
    }
    let fold = |text: &str| if ignores_case { text.to_lowercase() } else { text.to_owned() };
    let is = |found: &str, text: &str| found == text || (ignores_case && fold(found) == fold(text));
    let any =
        |holds: &dyn Fn(&str, &str) -> bool| found.iter().any(|found| texts.iter().any(|text| holds(found, text)));
    match operator {
        Operator::AnyOf | Operator::In | Operator::Eq => any(&is),
        Operator::NoneOf | Operator::NotIn | Operator::Neq => !any(&is),
        Operator::AllOf => texts.iter().all(|text| found.iter().any(|found| is(found, text))),
        Operator::Contains => any(&|found, text| fold(found).contains(&fold(text))),
        Operator::NotContains => !any(&|found, text| fold(found).contains(&fold(text))),
        Operator::StartsWith => any(&|found, text| fold(found).starts_with(&fold(text))),
        Operator::EndsWith => any(&|found, text| fold(found).ends_with(&fold(text))),
        _ => false,
    }
}

fn order_holds(operator: Operator, found: Option<Ordering>) -> bool {
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

/// `before` bounds are exclusive, every other is inclusive (R0).
fn instant_holds(operand: &Operand, operator: Operator, at: Timestamp, clock: Clock<'_>) -> bool {
    let begins = |bound: Timestamp| match operator {
        Operator::Before => at < bound,
        Operator::After => at >= bound,
        _ => false,
    };
    match operand {
        Operand::Instant(bound) => begins(*bound),
        Operand::InstantRange(from, to) => (*from..*to).contains(&at),
        Operand::Day(day) => clock.zone.span_of(*day).is_some_and(|(from, to)| (from..to).contains(&at)),
        Operand::AfterEntry(length) => clock.entered_at.is_some_and(|entered_at| begins(entered_at.plus(*length))),
        Operand::Duration(length) => match operator {
            Operator::WithinLast => at <= clock.now && clock.now <= at.plus(*length),
            Operator::OlderThan => clock.now >= at.plus(*length),
            Operator::WithinNext => at >= clock.now && at <= clock.now.plus(*length),
            _ => false,
        },
        _ => false,
    }
}

/// When the filter begins to hold of this instant, or no longer does, by the passing of time alone.
pub(super) fn turns(filter: &Filter, at: Timestamp) -> [Option<Timestamp>; 2] {
    const NEXT: Elapsed = Elapsed::from_micros(1);
    let Operand::Duration(length) = filter.operand else { return [None, None] };
    match filter.operator {
        Operator::OlderThan => [Some(at.plus(length)), None],
        Operator::WithinNext => {
            let from = at.plus(Elapsed::from_micros(length.as_micros().saturating_neg()));
            [Some(from), Some(at.plus(NEXT))]
        }
        Operator::WithinLast => [Some(at), Some(at.plus(length).plus(NEXT))],
        _ => [None, None],
    }
}

/// What was and what is, where that is another.
fn changed<'a>(found: &Found<'a>) -> Option<(Option<&'a Value>, Option<&'a Value>)> {
    let Found::Change(from, to) = found else { return None };
    let is_something = |value: &Option<&'a Value>| value.filter(|value| !value.is_null());
    let (from, to) = (is_something(from), is_something(to));
    (from != to).then_some((from, to))
}

/// Numbers are compared as they are written in JSON.
fn is_among(value: Option<&Value>, texts: &[String]) -> bool {
    value.is_some_and(|value| match value {
        Value::String(text) => texts.contains(text),
        other => texts.contains(&other.to_string()),
    })
}

fn has_passed(found: &Found<'_>, past: Decimal, upwards: bool) -> bool {
    let Found::Change(from, to) = found else { return false };
    let (from, to) = (from.and_then(decimal), to.and_then(decimal));
    match (from, to, upwards) {
        // What was nothing before came from below.
        (None, Some(to), true) => to >= past,
        (Some(from), Some(to), true) => from < past && to >= past,
        (Some(from), Some(to), false) => from > past && to <= past,
        _ => false,
    }
}
