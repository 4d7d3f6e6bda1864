//! What of the workspace conditions name, such as products (R22): whether it is there.

use super::catalogue::FilterKind;
use super::{Condition, Filter, ItemRef, Operand};
use crate::fault::{Code, Faults, Path};
use crate::time::clip;
use crate::workspace::Edition;
use std::collections::BTreeSet;

/// How many of one filter's values are said to be missing: who has that many wrong has to look them all up.
const MISSING_TOLD_MAX: usize = 20;

/// Something of the workspace's own that a condition names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A product, a category or an order form.
    Item(ItemRef),
    /// An automation, by its id as events carry it.
    Automation(String),
    /// A goal, by its id as events carry it.
    Goal(String),
}

/// All that conditions name, those within groups too.
pub fn named_in(conditions: &[Condition]) -> BTreeSet<Named> {
    let every = super::each(conditions).into_iter();
    every.flat_map(|condition| condition.filters.iter().flat_map(|filter| named_by(condition, filter))).collect()
}

fn named_by(condition: &Condition, filter: &Filter) -> Vec<Named> {
    let kind = condition.definition.0.filter(&filter.key).map(|definition| definition.kind);
    match (&filter.operand, kind) {
        (Operand::Items(items), _) => items.iter().cloned().map(Named::Item).collect(),
        (Operand::Texts(ids), Some(FilterKind::Ids("automations"))) => {
            ids.iter().cloned().map(Named::Automation).collect()
        }
        (Operand::Texts(ids), Some(FilterKind::Ids("goals"))) => ids.iter().cloned().map(Named::Goal).collect(),
        _ => Vec::new(),
    }
}

/// Notes what conditions name that is not among what the workspace has, and order forms that its edition has not.
/// Conditions are where their drafts were: all of them were right.
pub fn check_all_named(
    conditions: &[Condition],
    known: &BTreeSet<Named>,
    edition: Edition,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    for (index, condition) in conditions.iter().enumerate() {
        check_named_of(condition, known, edition, &path.index(index), faults);
    }
}

/// The same of one condition and those within it.
pub fn check_named_of(
    condition: &Condition,
    known: &BTreeSet<Named>,
    edition: Edition,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    let filters = path.field("filters");
    for (place, filter) in condition.filters.iter().enumerate() {
        let of_filter = filters.index(place);
        let value = of_filter.field("value");
        let list = if matches!(filter.operand, Operand::Items(_)) { "items" } else { "texts" };
        check_each(&named_by(condition, filter), known, edition, &value.field(list), faults);
    }
    check_all_named(&condition.conditions, known, edition, &path.field("conditions"), faults);
}

fn check_each(items: &[Named], known: &BTreeSet<Named>, edition: Edition, path: &Path<'_>, faults: &mut Faults) {
    let mut told = 0;
    for (number, item) in items.iter().enumerate().filter(|(_, item)| !known.contains(*item) || is_form(item)) {
        if told == MISSING_TOLD_MAX {
            return;
        }
        let here = path.index(number);
        let without_forms = edition.has_order_forms(&here).err().filter(|_| is_form(item));
        match without_forms {
            Some(fault) => faults.add::<()>(&here, fault.code, fault.message),
            None if known.contains(item) => continue,
            None => faults.add(&here, Code::NotFound, missing(item)),
        };
        told += 1;
    }
}

const fn is_form(item: &Named) -> bool {
    matches!(item, Named::Item(ItemRef::OrderForm(_)))
}

fn missing(item: &Named) -> String {
    let (what, id, how) = match item {
        Named::Item(ItemRef::Product(id)) => ("product", id, "make it with `productUpsert`"),
        Named::Item(ItemRef::Category(id)) => ("category", id, "make it with `categoryUpsert`"),
        Named::Item(ItemRef::OrderForm(id)) => ("order form", id, "make it with `orderFormUpsert`"),
        Named::Automation(id) => ("automation", id, "take a value of the filter's `options`"),
        Named::Goal(id) => ("goal", id, "take a value of the filter's `options`"),
    };
    format!("There is no {what} `{}` in this workspace; {how}.", clip(id))
}
