//! From what a caller asked for to a count or a sum that can be kept.

use super::{Sum, Tally, Total};
use crate::condition::catalogue::{ConditionDefinition, FilterDefinition, FilterKind};
use crate::condition::draft::{decimal, unknown};
use crate::condition::filter::Filter;
use crate::fault::{self, Code, Faults, Path};
use crate::limits::{OCCURRENCES_MAX, SUM_NUMBER_MAX, VALUE_CHARS_MAX};
use crate::money::{Money, MoneyDraft};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

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

/// Types that mean nothing without a number of times, which a filter may name as well.
const COUNTED: &[&str] = &["purchase.nth", "visit.milestone"];

/// Whether a condition of the type has to say how often.
pub(in crate::condition) fn is_counted(definition: &ConditionDefinition) -> bool {
    COUNTED.contains(&definition.key)
}

fn names_a_number(definition: &ConditionDefinition, filters: &[Filter]) -> bool {
    let is_number = |filter: &Filter| definition.filter(&filter.key).is_some_and(|one| one.kind == FilterKind::Number);
    filters.iter().any(is_number)
}

/// Checks how often, or how much, a condition asks for; `filters` are its own.
pub(in crate::condition) fn check(
    definition: &ConditionDefinition,
    filters: &[Filter],
    occurrence: Option<OccurrenceDraft>,
    sum: Option<&SumDraft>,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Tally> {
    let sum_path = path.field("sum");
    match (occurrence, sum) {
        (None, None) if is_counted(definition) && !names_a_number(definition, filters) => {
            let message = format!("`{}` is about how often: say so, such as {{\"nth\": 2}}.", definition.key);
            faults.add(&path.field("occurrence"), Code::Required, message)
        }
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
    let is_property = |filter: &&FilterDefinition| filter.kind == FilterKind::Property;
    let mut adding = definition.filters.iter().filter(|filter| filter.adds_up);
    let known = adding.clone().filter(|filter| !is_property(filter));
    if let Some(found) = known.clone().find(|filter| filter.key == of) {
        return Ok((found, None));
    }
    if let Some(property) = adding.find(is_property) {
        return Ok((property, Some(fault::key(of, VALUE_CHARS_MAX)?)));
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

#[cfg(test)]
mod tests {
    use crate::condition::{self, ConditionDraft};
    use crate::fault::{Faults, Path};
    use crate::ids::ConditionId;
    use serde_json::{Value, json};

    /// The English of a right condition, or the codes and paths of the faults of a wrong one.
    fn check(extra: Value, expected: Result<&str, &[&str]>) {
        let mut draft = json!({"key": "purchase.made"});
        for (name, value) in extra.as_object().into_iter().flatten() {
            draft[name] = value.clone();
        }
        let draft: ConditionDraft = serde_json::from_value(draft).expect("a draft");
        let mut faults = Faults::none();
        let id = ConditionId(uuid::Uuid::nil());
        let checked = condition::check(&draft, 1, &mut || id, &Path::root("c"), &mut faults);
        let found = faults.or_value(checked).map(|checked| condition::describe(&checked)).map_err(|faults| {
            let told = faults.iter().map(|fault| format!("{} {}", fault.code.as_str(), fault.path.join(".")));
            told.collect::<Vec<_>>()
        });
        let wanted = expected.map(str::to_owned);
        assert_eq!(found, wanted.map_err(|faults| faults.iter().map(ToString::to_string).collect()), "{extra}");
    }

    #[test]
    fn how_often_is_bounded() {
        check(json!({"occurrence": {"atLeast": 1}}), Ok("Makes a purchase"));
        check(json!({"occurrence": {"atLeast": 10_000}}), Ok("Makes a purchase at least 10000 times"));
        check(
            json!({"occurrence": {"nth": 2}, "window": {"within": "P30D"}}),
            Ok("Makes a purchase for the 2nd time within 30 days of entry"),
        );
        check(json!({"occurrence": {"everyNth": 0}}), Err(&["OUT_OF_RANGE c.occurrence.everyNth"]));
        check(json!({"occurrence": {"atLeast": 10_001}}), Err(&["OUT_OF_RANGE c.occurrence.atLeast"]));
        check(json!({"occurrence": {"nth": i64::MIN}}), Err(&["OUT_OF_RANGE c.occurrence.nth"]));
    }

    #[test]
    fn what_adds_up_is_a_number_or_an_amount_of_the_type() {
        let usd = |amount: &str| json!({"money": {"amount": amount, "currencyCode": "USD"}});
        let number = |number: &str| json!({"number": number});
        let sum = |of: &str, at_least: Value| json!({"sum": {"of": of, "atLeast": at_least}});
        let spent = "Makes a purchase with amount adding up to at least 200.00 USD";
        check(sum("amount", usd("200")), Ok(spent));
        check(sum("orderNumber", number("1")), Err(&["UNKNOWN c.sum.of"]));
        check(sum("productAttribute", number("1")), Err(&["UNKNOWN c.sum.of"]));
        check(sum("quantity", number("1.5")), Ok("Makes a purchase with number of items adding up to at least 1.5"));
        check(sum("source", number("1")), Err(&["UNKNOWN c.sum.of"]));
        check(sum("amount", number("1")), Err(&["WRONG_TYPE c.sum.atLeast"]));
        check(sum("quantity", usd("1")), Err(&["WRONG_TYPE c.sum.atLeast"]));
        check(sum("amount", usd("0.00")), Err(&["OUT_OF_RANGE c.sum.atLeast"]));
        check(sum("quantity", number("1000000000001")), Err(&["OUT_OF_RANGE c.sum.atLeast"]));
        let both = json!({"occurrence": {"nth": 2}, "sum": {"of": "amount", "atLeast": usd("1")}});
        check(both, Err(&["INVALID c.sum"]));
        let filtered = |code: &str| {
            let range = |amount: &str| json!({"amount": amount, "currencyCode": code});
            json!({"sum": {"of": "amount", "atLeast": usd("200")}, "filters": [
                {"key": "amount", "operator": "BETWEEN", "value": {"moneyRange": {"from": range("1"), "to": range("9")}}}]})
        };
        check(filtered("EUR"), Err(&["CURRENCY_MISMATCH c.sum.atLeast"]));
        let english =
            "Makes a purchase (amount between 1.00 USD and 9.00 USD) with amount adding up to at least 200.00 USD";
        check(filtered("USD"), Ok(english));
        let mut visit = sum("location", number("1"));
        visit["key"] = json!("visit.completed");
        check(visit, Err(&["UNKNOWN c.sum.of"]));
    }
}
