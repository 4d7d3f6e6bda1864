//! The catalogue of condition types, as data. One family a file beside this one; here is what an entry looks like and
//! how it is found. Validation, matching, English and the index follow from the entries.

use super::filter::{Filter, Found};
use super::{booking, custom, membership, purchase, tag};
use crate::event::Event;
use std::fmt;

/// One type of condition.
#[derive(Debug)]
pub struct ConditionDefinition {
    /// Its stable id, such as `purchase.made`.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What they might type when they look for it.
    pub synonyms: &'static [&'static str],
    /// One sentence.
    pub description: &'static str,
    /// Where it stands among the others.
    pub category: &'static str,
    /// The event types that can meet it, given its filters.
    pub event_types: for<'a> fn(&'a [Filter]) -> EventTypes<'a>,
    /// Its drill-down options.
    pub filters: &'static [FilterDefinition],
}

/// One drill-down option of a condition type.
#[derive(Debug)]
pub struct FilterDefinition {
    /// Its stable id within the type.
    pub key: &'static str,
    /// What people call it, as in "where … is".
    pub label: &'static str,
    /// What its values are, and so which operators it knows.
    pub kind: FilterKind,
    /// Whether a condition without it is refused.
    pub required: bool,
    /// What the event says about it; the text is the filter's path, for the kinds that have one.
    pub reads: for<'a> fn(&'a Event, Option<&str>) -> Found<'a>,
}

/// What the values of a filter are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// Ids of the customer's own, such as tags.
    Ids,
    /// A closed list.
    Enum(&'static [&'static str]),
    /// The name of an event.
    EventName,
    /// Products and categories, mixed (R22).
    Items,
    /// An exact number.
    Number,
    /// An exact amount in one currency (R25).
    Money,
    /// Yes or no.
    Flag,
    /// A property at a path, of whatever type.
    Property,
}

/// Which event types a condition listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventTypes<'a> {
    /// A type of the catalogue.
    One(&'static str),
    /// Types that the condition's author named.
    Named(&'a [String]),
}

impl<'a> EventTypes<'a> {
    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let (one, named): (Option<&str>, &[String]) = match self {
            Self::One(one) => (Some(one), &[]),
            Self::Named(named) => (None, named),
        };
        one.into_iter().chain(named.iter().map(String::as_str))
    }

    /// Whether this is one of them.
    pub fn contain(self, event_type: &str) -> bool {
        self.iter().any(|one| one == event_type)
    }
}

impl fmt::Display for EventTypes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().collect::<Vec<_>>().join(" or "))
    }
}

/// Every type, in the order in which a list shows them.
pub fn all() -> impl Iterator<Item = &'static ConditionDefinition> + Clone {
    let families =
        [purchase::DEFINITIONS, membership::DEFINITIONS, booking::DEFINITIONS, tag::DEFINITIONS, custom::DEFINITIONS];
    families.into_iter().flatten()
}

/// The type of that key.
pub fn find(key: &str) -> Option<&'static ConditionDefinition> {
    all().find(|definition| definition.key == key)
}

impl ConditionDefinition {
    /// The filter of that key.
    pub fn filter(&self, key: &str) -> Option<&'static FilterDefinition> {
        self.filters.iter().find(|filter| filter.key == key)
    }
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
}
