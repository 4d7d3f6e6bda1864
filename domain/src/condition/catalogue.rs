//! The catalogue of condition types, as data. One family a file beside this one; here is what an entry looks like and
//! how it is found. Search, validation, matching, English, the index and the reference page follow from the entries.

mod entry;

pub use entry::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterDefinition, FilterKind, Kind, Reads, State,
};
pub(super) use entry::{
    change, custom, duration, event_name, flag, ids, instant, items, money, number, one_of, path, setting_flag, text,
};

use super::{
    appointment, audience, billing, booking, cart, custom as own_events, date, elsewhere, field, form, group,
    membership, message, package, payment, platform, purchase, sales, score, spend, tag, visit, web,
};
use crate::facts::FactDefinition;

/// Every family, in the order in which a list shows them.
const FAMILIES: &[&Family] = &[
    &purchase::FAMILY,
    &payment::FAMILY,
    &billing::FAMILY,
    &cart::FAMILY,
    &spend::FAMILY,
    &membership::FAMILY,
    &package::FAMILY,
    &booking::FAMILY,
    &visit::FAMILY,
    &appointment::FAMILY,
    &sales::FAMILY,
    &score::FAMILY,
    &tag::FAMILY,
    &field::FAMILY,
    &audience::FAMILY,
    &date::FAMILY,
    &form::FAMILY,
    &web::PAGES,
    &message::FAMILY,
    &platform::FAMILY,
    &web::PLACES,
    &own_events::FAMILY,
    &elsewhere::FAMILY,
    &group::FAMILY,
    #[cfg(test)]
    &super::trial::FAMILY,
];

/// Every type, in the order in which a list shows them.
pub fn all() -> impl Iterator<Item = &'static ConditionDefinition> + Clone {
    FAMILIES.iter().flat_map(|family| family.conditions)
}

/// The category of a type.
pub fn category_of(definition: &ConditionDefinition) -> &'static str {
    let is_of = |family: &&&Family| family.conditions.iter().any(|one| one.key == definition.key);
    FAMILIES.iter().find(is_of).map_or("", |family| family.category)
}

/// Every category, in the order in which a list shows them.
pub fn categories() -> Vec<&'static str> {
    let mut categories = Vec::new();
    for family in FAMILIES {
        if !categories.contains(&family.category) {
            categories.push(family.category);
        }
    }
    categories
}

/// The category of that name.
///
/// # Errors
/// A sentence with the nearest right name, if there is none.
pub fn category(name: &str) -> Result<&'static str, String> {
    let known = categories();
    let found = known.iter().find(|known| **known == name).copied();
    found.ok_or_else(|| super::draft::unknown("category", name, known.into_iter()))
}

/// The type of that key.
pub fn find(key: &str) -> Option<&'static ConditionDefinition> {
    all().find(|definition| definition.key == key)
}

/// The property of events that a filter reads, where it is one of something that happens and reads just one.
pub fn event_property(filter: &'static FilterDefinition) -> Option<&'static str> {
    let mut events = all().filter(|definition| matches!(definition.kind, Kind::Event(_)));
    let is_of_event = events.any(|definition| definition.every_filter().any(|one| std::ptr::eq(one, filter)));
    filter.property().filter(|_| is_of_event)
}

/// What there is to be known of the event types that families speak of.
pub fn events() -> impl Iterator<Item = &'static EventDefinition> + Clone {
    FAMILIES.iter().flat_map(|family| family.events)
}

/// What is kept of contacts.
pub fn facts() -> impl Iterator<Item = &'static FactDefinition> + Clone {
    FAMILIES.iter().flat_map(|family| family.facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_unique_and_every_entry_says_what_it_is() {
        let mut seen = BTreeSet::new();
        for definition in all() {
            assert!(seen.insert(definition.key), "{} stands twice", definition.key);
            assert!(!definition.synonyms.is_empty() && definition.description.ends_with('.'), "{}", definition.key);
            let keys: BTreeSet<_> = definition.filters.iter().map(|filter| filter.key).collect();
            assert_eq!(keys.len(), definition.filters.len(), "{} has a filter twice", definition.key);
        }
    }

    #[test]
    fn facts_and_events_stand_once() {
        let (mut kinds, mut types) = (BTreeSet::new(), BTreeSet::new());
        assert!(facts().all(|fact| kinds.insert(fact.kind)));
        for event in events() {
            assert!(types.insert(event.event_type), "{} stands twice", event.event_type);
        }
        for state in all().filter_map(|definition| match &definition.kind {
            Kind::State(state) => Some(state),
            _ => None,
        }) {
            assert!(state.facts.iter().all(|kind| kinds.contains(kind)), "{:?} are kept", state.facts);
        }
    }
}
