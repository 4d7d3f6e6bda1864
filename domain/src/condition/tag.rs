//! Tags of a contact.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterDefinition, Kind, State, ids, one_of, setting_flag,
};
use super::state::{HAVE, Subject};
use crate::event::Event;
use crate::facts::{FactDefinition, Facts};
use serde_json::{Value, json};

const ADDED: &str = "tag.added";
const REMOVED: &str = "tag.removed";
const ACTORS: &[&str] = &["USER", "AUTOMATION", "API"];
/// The facts about tags, by the tag.
const TAG: &str = "tag";
const TAG_ID: FilterDefinition = ids("tag", "tag", "tag", "tags");
const TAG_CATEGORY: FilterDefinition = ids("category", "tag category", "categoryId", "tag_categories");

pub(super) const FAMILY: Family = Family {
    category: "Contact and audience",
    conditions: &[
        ConditionDefinition {
            key: "tag.applied",
            name: "Tag applied",
            synonyms: &["tagged", "gets a tag", "tag added", "label added", "marked with"],
            description: "A tag is put on the contact.",
            kind: Kind::Event(|_| EventTypes::These(&[ADDED])),
            filters: &[TAG_ID, TAG_CATEGORY, one_of("by", "who applied it", "by", ACTORS)],
        },
        ConditionDefinition {
            key: "tag.removed",
            name: "Tag removed",
            synonyms: &["untagged", "loses a tag", "tag taken off", "label removed", "tag deleted"],
            description: "A tag is taken off the contact.",
            kind: Kind::Event(|_| EventTypes::These(&[REMOVED])),
            filters: &[TAG_ID, TAG_CATEGORY, one_of("by", "who removed it", "by", ACTORS)],
        },
        ConditionDefinition {
            key: "tag.has",
            name: "Has a tag",
            synonyms: &["is tagged", "does not have a tag", "without tag", "has label", "carries a tag"],
            description: "The contact has a tag, or has it not.",
            kind: Kind::State(State {
                facts: &[TAG],
                history: &[],
                turns_by_time: false,
                changed_by: &[ADDED, REMOVED],
                subjects: |_, scene| tags(scene.facts),
            }),
            filters: &[setting_flag(HAVE, "has it").help("false for contacts who have none such."), TAG_ID],
        },
    ],
    events: &[
        EventDefinition { event_type: ADDED, required: &["tag"], more: &[] },
        EventDefinition { event_type: REMOVED, required: &["tag"], more: &[] },
    ],
    facts: &[FactDefinition { kind: TAG, event_types: &[ADDED, REMOVED], note: noted }],
};

fn noted(event: &Event, _: &Facts) -> Vec<(String, Value)> {
    let is_added = event.event_type == ADDED;
    let value = if is_added { Value::Bool(true) } else { Value::Null };
    event.text("tag").map(|tag| (tag.to_owned(), value)).into_iter().collect()
}

/// All tags are one subject, so that several can be asked for at once.
fn tags(facts: &Facts) -> Vec<Subject> {
    let tags: Vec<_> = facts.of_kind(TAG).map(|(tag, _)| tag).collect();
    vec![Subject::of([("tag", json!(tags))])]
}
