//! Where a contact belongs: segments, stages of life, a home location, and what it consented to.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, State, custom, ids, one_of,
    setting_flag,
};
use super::field::HOME_LOCATION_ID;
use super::found::Found;
use super::state::{HAVE, Subject};
use crate::contact::UPDATED;
use crate::event::Event;
use crate::facts::{FactDefinition, Facts};
use serde_json::{Value, json};

const SEGMENT_ENTERED: &str = "segment.entered";
const SEGMENT_LEFT: &str = "segment.left";
const STAGE_CHANGED: &str = "lifecycle.stage_changed";
const CONSENT_CHANGED: &str = "consent.changed";

/// Ways on which messages go.
const CHANNELS: &[&str] = &["EMAIL", "SMS", "PUSH", "WHATSAPP", "PHONE", "POST"];
const OPT_IN: &str = "OPT_IN";
const OPT_OUT: &str = "OPT_OUT";

/// The facts about consent, by channel.
const CONSENT: &str = "consent";
/// The fact about the stage of life.
const LIFECYCLE: &str = "lifecycle";
/// Its key.
const STAGE: &str = "stage";
/// The fact about the home location.
const HOME_LOCATION: &str = "home_location";
/// Its key.
const HOME: &str = "home";

pub(super) const FAMILY: Family = Family {
    category: "Contact and audience",
    conditions: &[
        ConditionDefinition {
            key: "segment.entered",
            name: "Enters a segment",
            synonyms: &[
                "joins a list",
                "added to list",
                "in segment",
                "list membership",
                "audience entered",
                "smart list",
            ],
            description: "The contact comes into a segment or onto a list.",
            kind: Kind::Event(|_| EventTypes::These(&[SEGMENT_ENTERED])),
            filters: &[ids("segment", "segment", "segmentId", "segments")],
        },
        ConditionDefinition {
            key: "segment.left",
            name: "Leaves a segment",
            synonyms: &[
                "leaves a list",
                "removed from list",
                "out of segment",
                "audience left",
                "drops out of segment",
            ],
            description: "The contact goes out of a segment or off a list.",
            kind: Kind::Event(|_| EventTypes::These(&[SEGMENT_LEFT])),
            filters: &[ids("segment", "segment", "segmentId", "segments")],
        },
        ConditionDefinition {
            key: "lifecycle.stage",
            name: "Lifecycle stage changes",
            synonyms: &[
                "becomes a lead",
                "becomes a customer",
                "customer stage",
                "marketing qualified",
                "lifecycle",
                "mql",
            ],
            description: "The contact comes to another stage of its life as a customer.",
            kind: Kind::Event(|_| EventTypes::These(&[STAGE_CHANGED])),
            filters: &[
                custom("from", "from stage", FilterKind::Ids("lifecycle_stages"), |scene, _| {
                    let known = || scene.facts.find(LIFECYCLE, STAGE).and_then(|fact| fact.value.as_str());
                    Found::text(scene.event.text("fromStage").or_else(known))
                })
                .from_facts(&[LIFECYCLE]),
                ids("to", "to stage", "stage", "lifecycle_stages"),
            ],
        },
        ConditionDefinition {
            key: "location.home",
            name: "Home location is",
            synonyms: &[
                "home studio",
                "home club",
                "location changes",
                "belongs to location",
                "favourite location",
                "branch",
            ],
            description: "The contact is at home at a location, or is not.",
            kind: Kind::State(State {
                facts: &[HOME_LOCATION],
                history: &[],
                changed_by: &[UPDATED],
                turns_by_time: false,
                subjects: |_, scene| home(scene.facts),
            }),
            filters: &[
                setting_flag(HAVE, "is so").help("false for contacts who are at home at none such."),
                ids("location", "home location", "locationId", "locations"),
            ],
        },
        ConditionDefinition {
            key: "consent.changed",
            name: "Consent changes",
            synonyms: &[
                "unsubscribes",
                "opts in",
                "opts out",
                "subscribes to newsletter",
                "permission",
                "resubscribes",
                "gdpr",
            ],
            description: "The contact agrees to be written to, or no longer does.",
            kind: Kind::Event(|_| EventTypes::These(&[CONSENT_CHANGED])),
            filters: &[
                one_of("channel", "channel", "channel", CHANNELS),
                ids("topic", "topic", "topicId", "topics"),
                one_of("direction", "direction", "direction", &[OPT_IN, OPT_OUT]),
            ],
        },
    ],
    events: &[
        EventDefinition { event_type: SEGMENT_ENTERED, required: &["segmentId"], more: &[] },
        EventDefinition { event_type: SEGMENT_LEFT, required: &["segmentId"], more: &[] },
        EventDefinition {
            event_type: STAGE_CHANGED,
            required: &["stage"],
            more: &[("fromStage", FilterKind::Ids("lifecycle_stages"))],
        },
        EventDefinition { event_type: CONSENT_CHANGED, required: &["channel", "direction"], more: &[] },
    ],
    facts: &[
        FactDefinition { kind: LIFECYCLE, event_types: &[STAGE_CHANGED], note: note_stage },
        FactDefinition { kind: HOME_LOCATION, event_types: &[UPDATED], note: note_home },
        FactDefinition { kind: CONSENT, event_types: &[CONSENT_CHANGED], note: note_consent },
    ],
};

fn note_stage(event: &Event, _: &Facts) -> Vec<(String, Value)> {
    event.properties.get("stage").map(|stage| (STAGE.to_owned(), stage.clone())).into_iter().collect()
}

fn note_home(event: &Event, _: &Facts) -> Vec<(String, Value)> {
    event.properties.get(HOME_LOCATION_ID).map(|home| (HOME.to_owned(), home.clone())).into_iter().collect()
}

fn home(facts: &Facts) -> Vec<Subject> {
    let home = facts.find(HOME_LOCATION, HOME);
    home.map(|fact| Subject::of([("locationId", fact.value.clone())])).into_iter().collect()
}

/// Consent to a channel; of a topic alone nothing is kept, and the channel stays as it was.
fn note_consent(event: &Event, _: &Facts) -> Vec<(String, Value)> {
    let is_whole = event.properties.get("topicId").is_none_or(Value::is_null);
    let granted = event.text("direction").filter(|_| is_whole).map(|direction| direction == OPT_IN);
    let said = event.text("channel").zip(granted);
    said.map(|(channel, granted)| (channel.to_owned(), json!({"granted": granted}))).into_iter().collect()
}
