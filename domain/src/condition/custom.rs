//! Events of the customer's own making, by name, with filters on any of their properties.

use super::catalogue::{ConditionDefinition, EventTypes, FilterDefinition, FilterKind};
use super::filter::{Filter, Found, Operand};

const NAME: &str = "name";

pub(super) const DEFINITIONS: &[ConditionDefinition] = &[ConditionDefinition {
    key: "event.custom",
    name: "Custom event",
    synonyms: &["any event", "something happens", "track event", "own event"],
    description: "An event of your own arrives, told by its name and its properties.",
    category: "Platform",
    event_types: named,
    filters: &[
        FilterDefinition {
            key: NAME,
            label: "name",
            kind: FilterKind::EventName,
            required: true,
            reads: |event, _| Found::text(Some(&event.event_type)),
        },
        FilterDefinition {
            key: "property",
            label: "property",
            kind: FilterKind::Property,
            required: false,
            reads: |event, path| path.and_then(|path| event.at_path(path)).map_or(Found::Nothing, Found::Json),
        },
    ],
}];

fn named(filters: &[Filter]) -> EventTypes<'_> {
    let names = filters.iter().filter(|filter| filter.key == NAME).filter_map(|filter| match &filter.operand {
        Operand::Texts(names) => Some(names.as_slice()),
        _ => None,
    });
    // Of several name filters all have to hold; the narrowest says enough to find the candidates.
    EventTypes::Named(names.min_by_key(|names| names.len()).unwrap_or_default())
}
