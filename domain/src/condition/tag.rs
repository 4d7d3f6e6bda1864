//! Tags put on a contact.

use super::catalogue::{ConditionDefinition, EventTypes, FilterDefinition, FilterKind};
use super::filter::Found;
use crate::event::{TAG_ACTORS, TAG_ADDED};

pub(super) const DEFINITIONS: &[ConditionDefinition] = &[ConditionDefinition {
    key: "tag.applied",
    name: "Tag applied",
    synonyms: &["tagged", "gets a tag", "tag added", "label added"],
    description: "A tag is put on the contact.",
    category: "Contact and audience",
    event_types: |_| EventTypes::One(TAG_ADDED),
    filters: &[
        FilterDefinition {
            key: "tag",
            label: "tag",
            kind: FilterKind::Ids,
            required: false,
            reads: |event, _| Found::text(event.text("tag")),
        },
        FilterDefinition {
            key: "by",
            label: "who applied it",
            kind: FilterKind::Enum(TAG_ACTORS),
            required: false,
            reads: |event, _| Found::text(event.text("by")),
        },
    ],
}];
