//! Events of the customer's own making, by name, with filters on any of their properties.

use super::catalogue::{ConditionDefinition, EventTypes, Family, Kind, event_name, path};
use super::filter::Filter;
use super::operand::Operand;

const NAME: &str = "name";

pub(super) const FAMILY: Family = Family {
    category: "Platform",
    conditions: &[ConditionDefinition {
        key: "event.custom",
        name: "Custom event",
        synonyms: &["any event", "something happens", "track event", "own event"],
        description: "An event of your own arrives, told by its name and its properties.",
        kind: Kind::Event(named),
        filters: &[event_name(NAME, "name").required(), path("property", "property")],
    }],
    events: &[],
    facts: &[],
};

fn named(filters: &[Filter]) -> EventTypes<'_> {
    let names = filters.iter().filter(|filter| filter.key == NAME).filter_map(|filter| match &filter.operand {
        Operand::Texts(names) => Some(names.as_slice()),
        _ => None,
    });
    // Of several name filters all have to hold; the narrowest says enough to find the candidates.
    EventTypes::Named(names.min_by_key(|names| names.len()).unwrap_or_default())
}
