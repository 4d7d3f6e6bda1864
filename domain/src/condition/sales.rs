//! What those who sell do with a contact: opportunities, tasks, notes and calls.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterDefinition, FilterKind, Kind, custom, flag, ids,
    money, number, one_of, text,
};
use super::found::Found;

const STAGE_CHANGED: &str = "opportunity.stage_changed";
const WON: &str = "opportunity.won";
const LOST: &str = "opportunity.lost";
const TASK_COMPLETED: &str = "task.completed";
const NOTE_CREATED: &str = "note.created";
const CALL_LOGGED: &str = "call.logged";

const DIRECTIONS: &[&str] = &["FORWARD", "BACKWARD"];
const RESULTS: &[&str] = &["WON", "LOST"];
/// What came of a call.
const CALL_OUTCOMES: &[&str] = &["ANSWERED", "NO_ANSWER", "BUSY", "VOICEMAIL", "CALL_BACK", "WRONG_NUMBER", "FAILED"];
const CALL_DIRECTIONS: &[&str] = &["INBOUND", "OUTBOUND"];

const PIPELINE: FilterDefinition = ids("pipeline", "pipeline", "pipelineId", "pipelines");
const VALUE: FilterDefinition = money("value", "value", "amount");
const OWNER: FilterDefinition = ids("owner", "owner", "ownerId", "staff");

pub(super) const FAMILY: Family = Family {
    category: "Sales / CRM",
    conditions: &[
        ConditionDefinition {
            key: "opportunity.stage_moved",
            name: "Opportunity changes stage",
            synonyms: &["deal stage", "pipeline stage changed", "moves in the pipeline", "deal moved", "stage reached"],
            description: "An opportunity with the contact moves to another stage.",
            kind: Kind::Event(|_| EventTypes::These(&[STAGE_CHANGED])),
            filters: &[
                PIPELINE,
                ids("from", "from stage", "fromStageId", "stages"),
                ids("to", "to stage", "stageId", "stages"),
                one_of("direction", "direction", "direction", DIRECTIONS),
                VALUE,
                OWNER,
            ],
        },
        ConditionDefinition {
            key: "opportunity.closed",
            name: "Opportunity won or lost",
            synonyms: &["deal won", "deal lost", "opportunity closed", "closes a deal", "sale closed", "lost deal"],
            description: "An opportunity with the contact is won or lost.",
            kind: Kind::Event(|_| EventTypes::These(&[WON, LOST])),
            filters: &[
                custom("result", "result", FilterKind::Enum(RESULTS), |scene, _| {
                    match scene.event.event_type.as_str() {
                        WON => Found::Text("WON"),
                        LOST => Found::Text("LOST"),
                        _ => Found::Nothing,
                    }
                }),
                PIPELINE,
                VALUE,
                ids("lossReason", "reason of the loss", "lossReasonId", "loss_reasons"),
                OWNER,
            ],
        },
        ConditionDefinition {
            key: "task.completed",
            name: "Task completed",
            synonyms: &["to-do done", "task done", "task outcome", "follow-up done", "finishes a task"],
            description: "A task about the contact is done.",
            kind: Kind::Event(|_| EventTypes::These(&[TASK_COMPLETED])),
            filters: &[
                ids("template", "task template", "templateId", "task_templates"),
                ids("outcome", "outcome", "outcome", "task_outcomes"),
                flag("allRequired", "all required tasks of its group are done", "allRequiredDone"),
                ids("assignee", "done by", "assigneeId", "staff"),
            ],
        },
        ConditionDefinition {
            key: "note.applied",
            name: "Note applied",
            synonyms: &["note added", "note created", "comment on contact", "writes a note", "note template"],
            description: "A note about the contact is written.",
            kind: Kind::Event(|_| EventTypes::These(&[NOTE_CREATED])),
            filters: &[
                ids("template", "note template", "templateId", "note_templates"),
                text("text", "text", "text"),
                ids("author", "written by", "authorId", "staff"),
            ],
        },
        ConditionDefinition {
            key: "call.logged",
            name: "Call logged",
            synonyms: &["phone call", "call outcome", "call answered", "voicemail left", "no answer", "called"],
            description: "A call with the contact is logged.",
            kind: Kind::Event(|_| EventTypes::These(&[CALL_LOGGED])),
            filters: &[
                one_of("outcome", "outcome", "outcome", CALL_OUTCOMES),
                one_of("direction", "direction", "direction", CALL_DIRECTIONS),
                number("duration", "length in seconds", "durationSeconds"),
            ],
        },
    ],
    events: &[
        EventDefinition { event_type: STAGE_CHANGED, required: &["opportunityId", "stageId"], more: &[] },
        EventDefinition { event_type: WON, required: &["opportunityId"], more: &[] },
        EventDefinition { event_type: LOST, required: &["opportunityId"], more: &[] },
        EventDefinition { event_type: TASK_COMPLETED, required: &["taskId"], more: &[] },
    ],
    facts: &[],
};
