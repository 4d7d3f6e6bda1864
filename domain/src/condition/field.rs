//! Fields of a contact: what they are, and that they change.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, State, change, one_of, path,
};
use super::found::Found;
use super::scene::Scene;
use super::state::Subject;
use crate::contact::{ATTRIBUTE, ATTRIBUTES, OWN_FIELDS, REPLACES_ATTRIBUTES, UPDATED};
use crate::event::Event;
use crate::facts::{FactDefinition, Facts};
use serde_json::{Map, Value};

/// Where the event has the home location of the contact.
pub(super) const HOME_LOCATION_ID: &str = "homeLocationId";

static NO_MORE: Value = Value::Null;
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
            (REPLACES_ATTRIBUTES, FilterKind::Flag),
        ],
    }],
    facts: &[FactDefinition { kind: ATTRIBUTE, event_types: &[UPDATED], note: noted }],
};

/// All fields are one subject, so that several can be asked for at once.
fn fields(facts: &Facts) -> Subject {
    let mut properties: Map<String, Value> =
        facts.of_kind(ATTRIBUTE).map(|(name, fact)| (name.to_owned(), fact.value.clone())).collect();
    // By the path that they have in a contact as well.
    properties.insert(ATTRIBUTES.to_owned(), Value::Object(properties.clone()));
    Subject { properties, ..Subject::default() }
}

/// What the event says of a field; a null says that it is no more, and so does the lack of it where all are replaced.
fn said<'a>(event: &'a Event, name: &str) -> Option<&'a Value> {
    let is_own = OWN_FIELDS.contains(&name);
    let own = is_own.then(|| event.properties.get(name)).flatten();
    let said = own.or_else(|| event.properties.get(ATTRIBUTES)?.get(name));
    let is_replaced = !is_own && event.flag(REPLACES_ATTRIBUTES) == Some(true);
    said.or_else(|| is_replaced.then_some(&NO_MORE))
}

fn changed<'a>(scene: &Scene<'a>, path: Option<&'a str>) -> Found<'a> {
    let path = path.unwrap_or_default();
    let mut steps = path.strip_prefix("attributes.").unwrap_or(path).split('.');
    let name = steps.next().unwrap_or_default();
    // Of what the event does not speak stays as it is.
    let Some(after) = said(scene.event, name) else { return Found::Nothing };
    let before = scene.facts.find(ATTRIBUTE, name).map(|fact| &fact.value);
    let within = |value: &'a Value| steps.clone().try_fold(value, |value, step| value.get(step));
    Found::Change(before.and_then(within), within(after))
}

/// Of attributes that are replaced as a whole, those that are not among them are no more.
fn noted(event: &Event, known: &Facts) -> Vec<(String, Value)> {
    let attributes = event.properties.get(ATTRIBUTES).and_then(Value::as_object);
    let names = attributes.into_iter().flat_map(|attributes| attributes.keys().map(String::as_str));
    let names = names.filter(|name| !OWN_FIELDS.contains(name)).chain(OWN_FIELDS.iter().copied());
    let mut noted: Vec<_> = names.filter_map(|name| Some((name.to_owned(), said(event, name)?.clone()))).collect();
    if event.flag(REPLACES_ATTRIBUTES) == Some(true) {
        let before = known.of_kind(ATTRIBUTE).map(|(name, _)| name).filter(|name| !OWN_FIELDS.contains(name));
        let gone = before.filter(|name| attributes.is_none_or(|attributes| !attributes.contains_key(*name)));
        noted.extend(gone.map(|name| (name.to_owned(), Value::Null)).collect::<Vec<_>>());
    }
    noted
}
