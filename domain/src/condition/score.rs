//! Scores of leads, and documents to be signed.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, change, custom, ids, number,
};
use super::found::Found;
use super::scene::Scene;
use crate::event::{Event, decimal};
use crate::facts::{FactDefinition, Facts};
use serde_json::Value;

const SCORE_CHANGED: &str = "score.changed";
const VIEWED: &str = "document.viewed";
const SIGNED: &str = "document.signed";
const DECLINED: &str = "document.declined";
const COMPLETED: &str = "document.completed";

const DIRECTIONS: &[&str] = &["INCREASE", "DECREASE"];
const DOCUMENT_STATUSES: &[&str] = &["VIEWED", "SIGNED", "DECLINED", "COMPLETED"];
/// The facts about scores, by the model that gives them.
const SCORE: &str = "score";
/// The model of a score that names none.
const DEFAULT_MODEL: &str = "default";

pub(super) const FAMILY: Family = Family {
    category: "Sales / CRM",
    conditions: &[
        ConditionDefinition {
            key: "lead_score.crossed",
            name: "Lead score changes",
            synonyms: &["lead score reaches", "score threshold", "hot lead", "points reached", "score drops", "lead scoring"],
            description: "The score of the contact rises or falls, such as past a number.",
            kind: Kind::Event(|_| EventTypes::These(&[SCORE_CHANGED])),
            filters: &[
                ids("model", "model", "modelId", "score_models"),
                change("score", "score", |scene, _| {
                    let (before, after) = scores(scene);
                    Found::Change(before, after)
                })
                .from_facts(&[SCORE])
                .help("INCREASED_PAST and DECREASED_PAST tell when it crosses a number; one that is new comes from below."),
                custom("direction", "direction", FilterKind::Enum(DIRECTIONS), |scene, _| direction(scene))
                    .from_facts(&[SCORE]),
                number("now", "score now", "score").never_adds_up(),
            ],
        },
        ConditionDefinition {
            key: "document.status",
            name: "Document status",
            synonyms: &[
                "document signed",
                "contract signed",
                "document viewed",
                "waiver signed",
                "document declined",
                "e-signature",
            ],
            description: "A document for the contact is viewed, signed, declined or completed by all.",
            kind: Kind::Event(|_| EventTypes::These(&[VIEWED, SIGNED, DECLINED, COMPLETED])),
            filters: &[
                custom("status", "status", FilterKind::Enum(DOCUMENT_STATUSES), |scene, _| {
                    match scene.event.event_type.as_str() {
                        VIEWED => Found::Text("VIEWED"),
                        SIGNED => Found::Text("SIGNED"),
                        DECLINED => Found::Text("DECLINED"),
                        COMPLETED => Found::Text("COMPLETED"),
                        _ => Found::Nothing,
                    }
                }),
                ids("template", "document template", "templateId", "document_templates"),
                ids("signerRole", "role of the signer", "signerRole", "signer_roles"),
            ],
        },
    ],
    events: &[
        EventDefinition { event_type: SCORE_CHANGED, required: &["score"], more: &[] },
        document(VIEWED),
        document(SIGNED),
        document(DECLINED),
        document(COMPLETED),
    ],
    facts: &[FactDefinition { kind: SCORE, event_types: &[SCORE_CHANGED], note: noted }],
};

const fn document(event_type: &'static str) -> EventDefinition {
    EventDefinition { event_type, required: &["documentId"], more: &[] }
}

fn model(event: &Event) -> &str {
    event.text("modelId").unwrap_or(DEFAULT_MODEL)
}

fn noted(event: &Event, _: &Facts) -> Vec<(String, Value)> {
    event.properties.get("score").map(|score| (model(event).to_owned(), score.clone())).into_iter().collect()
}

/// The score before the event, and with it.
fn scores<'a>(scene: &Scene<'a>) -> (Option<&'a Value>, Option<&'a Value>) {
    let before = scene.facts.find(SCORE, model(scene.event)).map(|fact| &fact.value);
    (before, scene.event.properties.get("score"))
}

/// A score that is new rose.
fn direction<'a>(scene: &Scene<'a>) -> Found<'a> {
    let (before, after) = scores(scene);
    match (before.and_then(decimal), after.and_then(decimal)) {
        (Some(before), Some(after)) if after < before => Found::Text("DECREASE"),
        (Some(before), Some(after)) if after == before => Found::Nothing,
        (_, Some(_)) => Found::Text("INCREASE"),
        (_, None) => Found::Nothing,
    }
}
