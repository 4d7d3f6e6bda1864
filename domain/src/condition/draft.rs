//! From what a caller wrote to a condition that can be judged: every fault with its path and the nearest right name.

mod filter;
mod window;
mod written;

pub use written::{
    ConditionDraft, CorrelationDraft, FilterDraft, InstantRangeDraft, ItemDraft, MoneyRangeDraft, NumberRangeDraft,
    OccurredDraft, TextChangeDraft, ValueDraft, WindowDraft,
};

pub(super) use filter::decimal;

use super::catalogue::{self, ConditionDefinition, FilterKind, Kind};
use super::group::FROM;
use super::{Condition, Correlation, DefinitionRef, Filter, Operator, tally};
use crate::fault::{self, Code, Faults, Path};
use crate::ids::ConditionId;
use crate::limits::{
    CONDITIONS_PER_RULE_MAX, CONDITIONS_WITHIN_RULE_MAX, FILTERS_PER_CONDITION_MAX, GROUPS_DEPTH_MAX, VALUE_CHARS_MAX,
    WINDOW_MAX, WINDOW_MIN,
};
use crate::spelling::nearest;
use crate::time::{Elapsed, clip};

/// Gives conditions their ids, by the place in which they were written: first a condition, then those within it.
pub type NextId<'a> = &'a mut dyn FnMut() -> ConditionId;

/// Checks all conditions of a rule, or of a group within it; those that can be read, the others are faults. Depth 1 is
/// the rule.
pub fn check_all(
    drafts: &[ConditionDraft],
    depth: usize,
    next_id: NextId<'_>,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Vec<Condition> {
    match drafts.len() {
        0 => return faults.add(path, Code::Blank, "Give at least one condition.").unwrap_or_default(),
        1..=CONDITIONS_PER_RULE_MAX => {}
        many => {
            let message = too_many("conditions", many, CONDITIONS_PER_RULE_MAX);
            return faults.add(path, Code::TooMany, message).unwrap_or_default();
        }
    }
    if depth == 1 && has_too_many(drafts, path, faults) {
        return Vec::new();
    }
    let numbered = drafts.iter().enumerate();
    numbered.filter_map(|(index, draft)| check(draft, depth, next_id, &path.index(index), faults)).collect()
}

/// Checks one condition by itself, as if it were the only one of a rule.
pub fn check_one(
    draft: &ConditionDraft,
    next_id: NextId<'_>,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Condition> {
    if has_too_many(std::slice::from_ref(draft), path, faults) { None } else { check(draft, 1, next_id, path, faults) }
}

fn has_too_many(drafts: &[ConditionDraft], path: &Path<'_>, faults: &mut Faults) -> bool {
    let within = drafts.iter().map(count).sum::<usize>();
    if within > CONDITIONS_WITHIN_RULE_MAX {
        let message = too_many("conditions with those within groups", within, CONDITIONS_WITHIN_RULE_MAX);
        faults.add::<()>(path, Code::TooMany, message);
        return true;
    }
    false
}

fn count(draft: &ConditionDraft) -> usize {
    draft.conditions.iter().map(count).sum::<usize>().saturating_add(1)
}

/// Checks a draft against the catalogue.
pub fn check(
    draft: &ConditionDraft,
    depth: usize,
    next_id: NextId<'_>,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Condition> {
    let id = next_id();
    let Some(definition) = catalogue::find(&draft.key) else {
        let message = unknown("condition type", &draft.key, catalogue::all().map(|definition| definition.key));
        return faults.add(&path.field("key"), Code::Unknown, message);
    };
    let filters = check_filters(definition, draft, &path.field("filters"), faults);
    let conditions = check_within(definition, draft, depth, next_id, path, faults);
    refuse_what_only_events_have(definition, draft, path, faults);
    let tally = tally::check(
        definition,
        filters.as_deref().unwrap_or_default(),
        draft.occurrence,
        draft.sum.as_ref(),
        path,
        faults,
    );
    let window = window::check_window(draft.window.as_ref(), &path.field("window"), faults)?;
    let occurred = window::check_occurred(draft.occurred.as_ref(), &path.field("occurred"), faults)?;
    let lookback = match &draft.lookback {
        Some(text) => Some(faults.keep(&path.field("lookback"), Elapsed::parse(text, WINDOW_MIN, WINDOW_MAX))?),
        None => None,
    };
    let same_as_entry = match &draft.same_as_entry {
        Some(same) => Some(check_correlation(same, &path.field("sameAsEntry"), faults)?),
        None => None,
    };
    Some(Condition {
        id,
        definition: DefinitionRef(definition),
        filters: filters?,
        window,
        occurred,
        tally: tally?,
        first_ever: draft.first_ever,
        lookback,
        same_as_entry,
        includes_test_events: draft.include_test_events,
        join: draft.join,
        conditions: conditions?,
    })
}

fn check_filters(
    definition: &ConditionDefinition,
    draft: &ConditionDraft,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Vec<Filter>> {
    if draft.filters.len() > FILTERS_PER_CONDITION_MAX {
        let message = too_many("filters", draft.filters.len(), FILTERS_PER_CONDITION_MAX);
        return faults.add(path, Code::TooMany, message);
    }
    for wanted in definition.filters.iter().filter(|filter| filter.required) {
        if !draft.filters.iter().any(|filter| filter.key == wanted.key) {
            let message = format!("`{}` needs a filter `{}`.", definition.key, wanted.key);
            faults.add::<()>(path, Code::Required, message);
        }
    }
    let numbered = draft.filters.iter().enumerate();
    let filters: Vec<_> =
        numbered.filter_map(|(index, one)| filter::check(definition, one, &path.index(index), faults)).collect();
    refuse_mixed_currencies(definition, &filters, path, faults);
    (filters.len() == draft.filters.len()).then_some(filters)
}

/// One thing has its amounts in one currency: what is filtered in two would never hold (R25).
fn refuse_mixed_currencies(definition: &ConditionDefinition, filters: &[Filter], path: &Path<'_>, faults: &mut Faults) {
    let is_amount =
        |filter: &Filter| definition.filter(&filter.key).is_some_and(|definition| definition.kind == FilterKind::Money);
    let mut currencies = filters.iter().filter(|filter| is_amount(filter)).filter_map(Filter::currency);
    let Some(first) = currencies.next() else { return };
    if let Some(other) = currencies.find(|other| *other != first) {
        let message =
            format!("Amounts in {} and in {} are never compared; use one currency.", first.code(), other.code());
        faults.add::<()>(path, Code::CurrencyMismatch, message);
    }
}

/// What is within a group, or the one thing whose absence is asked for.
fn check_within(
    definition: &ConditionDefinition,
    draft: &ConditionDraft,
    depth: usize,
    next_id: NextId<'_>,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Vec<Condition>> {
    let conditions = path.field("conditions");
    match definition.kind {
        Kind::Group if depth >= GROUPS_DEPTH_MAX => {
            let message =
                format!("Groups nest to depth {GROUPS_DEPTH_MAX}, the rule itself among them; this is deeper.");
            faults.add(path, Code::TooMany, message)
        }
        Kind::Group => Some(check_all(&draft.conditions, depth + 1, next_id, &conditions, faults)),
        Kind::Absence => {
            let [within] = draft.conditions.as_slice() else {
                let message = "Give the one condition that must not happen.";
                return faults.add(&conditions, Code::Required, message);
            };
            let from = draft.filters.iter().enumerate().find(|(_, one)| one.key == FROM);
            let is_plain =
                |one: &FilterDraft| one.operator == Operator::AnyOf && one.value.as_ref().is_some_and(is_one);
            if let Some((place, _)) = from.filter(|(_, one)| !is_plain(one)) {
                let message = "It waits from one of the two: use ANY_OF with ENTRY or with EVENT.";
                return faults.add(&path.field("filters").index(place), Code::Invalid, message);
            }
            let here = conditions.index(0);
            let within = check(within, depth + 1, next_id, &here, faults)?;
            if !within.is_event() {
                let message = "Only something that happens can be missing; use a type of kind EVENT.";
                return faults.add(&here.field("key"), Code::Invalid, message);
            }
            if !within.tally.is_once() {
                let message = "What must not happen is asked for once; leave out `occurrence` and `sum`.";
                return faults.add(&here, Code::Invalid, message);
            }
            Some(vec![within])
        }
        Kind::Event(_) | Kind::State(_) if !draft.conditions.is_empty() => {
            let message = format!("`{}` has no conditions within; use `composite`.", definition.key);
            faults.add(&conditions, Code::Invalid, message)
        }
        Kind::Event(_) | Kind::State(_) => Some(Vec::new()),
    }
}

/// Whether it is one text.
fn is_one(value: &ValueDraft) -> bool {
    match value {
        ValueDraft::Text(_) => true,
        ValueDraft::Texts(texts) => texts.len() == 1,
        _ => false,
    }
}

fn refuse_what_only_events_have(
    definition: &ConditionDefinition,
    draft: &ConditionDraft,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    if matches!(definition.kind, Kind::Event(_)) {
        return;
    }
    for (field, is_given) in [
        ("window", draft.window.is_some()),
        ("occurred", draft.occurred.is_some()),
        ("occurrence", draft.occurrence.is_some()),
        ("sum", draft.sum.is_some()),
        ("firstEver", draft.first_ever),
        ("lookback", draft.lookback.is_some()),
        ("sameAsEntry", draft.same_as_entry.is_some()),
        ("includeTestEvents", draft.include_test_events),
    ] {
        if is_given {
            let message =
                format!("Only what happens has `{field}`, and `{}` is no event; leave it out.", definition.key);
            faults.add::<()>(&path.field(field), Code::Invalid, message);
        }
    }
}

fn check_correlation(draft: &CorrelationDraft, path: &Path<'_>, faults: &mut Faults) -> Option<Correlation> {
    let here = faults.keep(&path.field("path"), fault::key(&draft.path, VALUE_CHARS_MAX));
    let there = draft.entry_path.as_ref().unwrap_or(&draft.path);
    let there = faults.keep(&path.field("entryPath"), fault::key(there, VALUE_CHARS_MAX));
    here.zip(there).map(|(path, entry_path)| Correlation { path, entry_path })
}

pub(super) fn unknown<'a>(what: &str, typed: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    const NAMED: usize = 12;
    let advice = match nearest(typed, known.clone()) {
        Some(name) => format!("Did you mean `{name}`?"),
        None if known.clone().count() > NAMED => "Search for what there is.".to_owned(),
        None => format!("Known are {}.", known.collect::<Vec<_>>().join(", ")),
    };
    format!("There is no {what} `{}`. {advice}", clip(typed))
}

pub(super) fn too_many(what: &str, count: usize, most: usize) -> String {
    format!("Has {count} {what}; at most {most} are allowed.")
}
