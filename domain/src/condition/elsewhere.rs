//! What becomes of the contact in other automations.

use super::catalogue::{ConditionDefinition, EventTypes, Family, FilterKind, Kind, custom, ids, one_of};
use super::found::Found;
use crate::event::{AUTOMATION_CONVERTED, AUTOMATION_ENTERED, AUTOMATION_EXITED};

const EVENTS: &[&str] = &["ENTERED", "EXITED", "CONVERTED"];
const REASONS: &[&str] =
    &["GOAL_MET", "ALTERNATE_EXIT", "REMOVED_BY_USER", "REMOVED_BY_API", "AUTOMATION_ARCHIVED", "MET_BEFORE_ENTRY"];

pub(super) const FAMILY: Family = Family {
    category: "Platform",
    conditions: &[ConditionDefinition {
        key: "automation.state",
        name: "Moves in another automation",
        synonyms: &[
            "enters another automation",
            "exits another automation",
            "leaves another automation",
            "converts in another automation",
            "finishes a campaign",
        ],
        description: "The contact enters or leaves another automation, or meets a goal there.",
        kind: Kind::Event(|_| EventTypes::These(&[AUTOMATION_ENTERED, AUTOMATION_EXITED, AUTOMATION_CONVERTED])),
        filters: &[
            ids("automation", "automation", "automationId", "automations")
                .help("By the value that the options of this filter give."),
            custom("event", "what happens there", FilterKind::Enum(EVENTS), |scene, _| {
                Found::text(match scene.event.event_type.as_str() {
                    AUTOMATION_ENTERED => Some("ENTERED"),
                    AUTOMATION_EXITED => Some("EXITED"),
                    AUTOMATION_CONVERTED => Some("CONVERTED"),
                    _ => None,
                })
            }),
            one_of("reason", "exit reason", "reason", REASONS),
            ids("goal", "goal", "goalId", "goals").help("By the value that the options of this filter give."),
        ],
    }],
    events: &[],
    facts: &[],
};
