//! What programs and people of the customer's say of a contact.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, custom, flag, ids, one_of, path, text,
};
use super::found::Found;
use crate::contact::{ARCHIVED, DELETED, MERGED};

const GOAL_CALL: &str = "goal.call";
const CODED_EMAIL: &str = "inbound.coded_email";
const MARKED: &str = "contact.marked";

/// As what staff mark a contact.
const MARKS: &[&str] = &["CONVERTED", "REMOVED", "NOT_INTERESTED", "DUPLICATE", "OTHER"];
/// Why a contact cannot be reached any more.
const CAUSES: &[&str] = &["ARCHIVED", "DELETED", "MERGED"];

pub(super) const FAMILY: Family = Family {
    category: "Platform",
    conditions: &[
        ConditionDefinition {
            key: "api.goal",
            name: "API goal achieved",
            synonyms: &["api call", "http goal", "webhook goal", "named call", "goal call", "integration goal"],
            description: "A program calls a goal by its name.",
            kind: Kind::Event(|_| EventTypes::These(&[GOAL_CALL])),
            filters: &[
                text("integration", "integration", "integration"),
                text("callName", "call name", "callName"),
                custom("value", "value", FilterKind::Money, |scene, _| {
                    scene.event.value.map_or(Found::Nothing, Found::Money)
                }),
                path("property", "property"),
            ],
        },
        ConditionDefinition {
            key: "email.code",
            name: "Confirmation email received",
            synonyms: &[
                "email code",
                "coded email",
                "third-party confirmation",
                "order confirmation email",
                "parses email",
            ],
            description: "An email of a third party about the contact comes in, told by its code.",
            kind: Kind::Event(|_| EventTypes::These(&[CODED_EMAIL])),
            filters: &[text("code", "code", "code"), text("subject", "subject", "subject")],
        },
        ConditionDefinition {
            key: "staff.marked",
            name: "Marked by staff",
            synonyms: &["manually converted", "marked as won", "staff removes", "manual goal", "marked by hand"],
            description: "A member of staff marks the contact, such as converted.",
            kind: Kind::Event(|_| EventTypes::These(&[MARKED])),
            filters: &[
                one_of("reason", "reason", "reason", MARKS),
                ids("actor", "who marked", "actorId", "staff"),
                flag("mayReenter", "may come back", "mayReenter"),
            ],
        },
        ConditionDefinition {
            key: "contact.unreachable",
            name: "Contact archived or deleted",
            synonyms: &["contact deleted", "contact merged", "contact archived", "merged away", "erased", "gone"],
            description: "The contact is archived, deleted, or merged into another.",
            kind: Kind::Event(|_| EventTypes::These(&[ARCHIVED, DELETED, MERGED])),
            filters: &[custom("cause", "cause", FilterKind::Enum(CAUSES), |scene, _| {
                Found::text(match scene.event.event_type.as_str() {
                    ARCHIVED => Some("ARCHIVED"),
                    DELETED => Some("DELETED"),
                    MERGED => Some("MERGED"),
                    _ => None,
                })
            })],
        },
    ],
    events: &[
        EventDefinition { event_type: GOAL_CALL, required: &["callName"], more: &[] },
        EventDefinition { event_type: CODED_EMAIL, required: &["code"], more: &[] },
        EventDefinition { event_type: MARKED, required: &["reason"], more: &[] },
    ],
    facts: &[],
};
