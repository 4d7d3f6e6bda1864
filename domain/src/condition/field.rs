//! Fields of a contact: what they are, and that they change.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, State, change, one_of, path,
};
use super::found::Found;
use super::scene::Scene;
use super::state::Subject;
use crate::event::Event;
use crate::facts::{FactDefinition, Facts};
use serde_json::Value;

pub(super) const UPDATED: &str = "contact.updated";
/// Where the event has the home location of the contact.
pub(super) const HOME_LOCATION_ID: &str = "homeLocationId";
/// The facts about fields, by their names.
pub(super) const ATTRIBUTE: &str = "attribute";

const ATTRIBUTES: &str = "attributes";
/// Fields that every contact has; they stand beside the attributes, and before an attribute of that name.
const OWN_FIELDS: &[&str] = &["email", "phone", "firstName", "lastName"];
/// Who changes fields.
const ACTORS: &[&str] = &["CONTACT", "USER", "AUTOMATION", "API", "IMPORT"];

pub(super) const FAMILY: Family = Family {
    category: "Contact and audience",
    conditions: &[
        ConditionDefinition {
            key: "field.value",
            name: "Contact field is",
            synonyms: &[
                "custom field",
                "attribute is",
                "property value",
                "profile field",
                "field equals",
                "contact data",
            ],
            description: "A field of the contact has such a value.",
            kind: Kind::State(State {
                facts: &[ATTRIBUTE],
                history: &[],
                changed_by: &[UPDATED],
                turns_by_time: false,
                subjects: |_, scene| vec![fields(scene.facts)],
            }),
            filters: &[path("field", "field")
                .required()
                .help("The path names the field: `email`, `phone`, `firstName`, `lastName` or an attribute.")],
        },
        ConditionDefinition {
            key: "field.changed",
            name: "Contact field changes",
            synonyms: &[
                "custom field updated",
                "attribute changed",
                "property changes",
                "profile updated",
                "field set",
                "contact edited",
            ],
            description: "A field of the contact gets another value.",
            kind: Kind::Event(|_| EventTypes::These(&[UPDATED])),
            filters: &[
                change("field", "field", changed)
                    .at_path()
                    .from_facts(&[ATTRIBUTE])
                    .required()
                    .help("The path names the field: `email`, `phone`, `firstName`, `lastName` or an attribute."),
                one_of("by", "who changed it", "by", ACTORS),
            ],
        },
    ],
    events: &[EventDefinition {
        event_type: UPDATED,
        required: &[],
        more: &[
            ("email", FilterKind::Text),
            ("phone", FilterKind::Text),
            ("firstName", FilterKind::Text),
            ("lastName", FilterKind::Text),
            (HOME_LOCATION_ID, FilterKind::Ids("locations")),
            (ATTRIBUTES, FilterKind::Property),
        ],
    }],
    facts: &[FactDefinition { kind: ATTRIBUTE, event_types: &[UPDATED], note: noted }],
};

/// All fields are one subject, so that several can be asked for at once.
fn fields(facts: &Facts) -> Subject {
    let properties = facts.of_kind(ATTRIBUTE).map(|(name, fact)| (name.to_owned(), fact.value.clone())).collect();
    Subject { properties, ..Subject::default() }
}

/// What the event says of a field; a null says that it is no more.
fn said<'a>(event: &'a Event, name: &str) -> Option<&'a Value> {
    let own = OWN_FIELDS.contains(&name).then(|| event.properties.get(name)).flatten();
    own.or_else(|| event.properties.get(ATTRIBUTES)?.get(name))
}

fn changed<'a>(scene: &Scene<'a>, path: Option<&'a str>) -> Found<'a> {
    let mut steps = path.unwrap_or_default().split('.');
    let name = steps.next().unwrap_or_default();
    // Of what the event does not speak stays as it is.
    let Some(after) = said(scene.event, name) else { return Found::Nothing };
    let before = scene.facts.find(ATTRIBUTE, name).map(|fact| &fact.value);
    let within = |value: &'a Value| steps.clone().try_fold(value, |value, step| value.get(step));
    Found::Change(before.and_then(within), within(after))
}

fn noted(event: &Event, _: &Facts) -> Vec<(String, Value)> {
    let attributes = event.properties.get(ATTRIBUTES).and_then(Value::as_object);
    let names = attributes.into_iter().flat_map(|attributes| attributes.keys().map(String::as_str));
    let names = names.filter(|name| !OWN_FIELDS.contains(name)).chain(OWN_FIELDS.iter().copied());
    names.filter_map(|name| Some((name.to_owned(), said(event, name)?.clone()))).collect()
}
