//! Products, categories and order forms that conditions name: whether the workspace has them (R22).

use super::{Condition, ItemRef, Operand};
use crate::fault::{Code, Faults, Path};
use crate::time::clip;
use crate::workspace::Edition;
use std::collections::BTreeSet;

/// How many of one filter's values are said to be missing: who has that many wrong has to look them all up.
const MISSING_TOLD_MAX: usize = 20;

/// All that conditions name, those within groups too.
pub fn items_of(conditions: &[Condition]) -> BTreeSet<ItemRef> {
    let named = super::each(conditions).into_iter().flat_map(|condition| &condition.filters);
    named.flat_map(|filter| items(&filter.operand)).cloned().collect()
}

fn items(operand: &Operand) -> &[ItemRef] {
    match operand {
        Operand::Items(items) => items,
        _ => &[],
    }
}

/// Notes what conditions name that is not among what the workspace has, and order forms that its edition has not.
/// Conditions are where their drafts were: all of them were right.
pub fn check_items(
    conditions: &[Condition],
    known: &BTreeSet<ItemRef>,
    edition: Edition,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    for (index, condition) in conditions.iter().enumerate() {
        check_items_of(condition, known, edition, &path.index(index), faults);
    }
}

/// The same of one condition and those within it.
pub fn check_items_of(
    condition: &Condition,
    known: &BTreeSet<ItemRef>,
    edition: Edition,
    path: &Path<'_>,
    faults: &mut Faults,
) {
    let filters = path.field("filters");
    for (place, filter) in condition.filters.iter().enumerate() {
        let of_filter = filters.index(place);
        let value = of_filter.field("value");
        check_named(items(&filter.operand), known, edition, &value.field("items"), faults);
    }
    check_items(&condition.conditions, known, edition, &path.field("conditions"), faults);
}

fn check_named(items: &[ItemRef], known: &BTreeSet<ItemRef>, edition: Edition, path: &Path<'_>, faults: &mut Faults) {
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

const fn is_form(item: &ItemRef) -> bool {
    matches!(item, ItemRef::OrderForm(_))
}

fn missing(item: &ItemRef) -> String {
    let (what, id, how) = match item {
        ItemRef::Product(id) => ("product", id, "productUpsert"),
        ItemRef::Category(id) => ("category", id, "categoryUpsert"),
        ItemRef::OrderForm(id) => ("order form", id, "orderFormUpsert"),
    };
    format!("There is no {what} `{}` in this workspace; make it with `{how}`.", clip(id))
}
