//! A type that is there in tests only: what one file says of it is found wherever types are found.

use super::catalogue::{ConditionDefinition, EventDefinition, EventTypes, Family, Kind, ids, number};

pub(super) const FAMILY: Family = Family {
    category: "Trial",
    conditions: &[ConditionDefinition {
        key: "rocket.launched",
        name: "Launches a rocket",
        synonyms: &["lift-off", "goes to space"],
        description: "The contact launches a rocket.",
        kind: Kind::Event(|_| EventTypes::These(&["rocket.launched"])),
        filters: &[ids("pad", "launch pad", "padId", "pads"), number("altitude", "altitude", "altitude")],
    }],
    events: &[EventDefinition { event_type: "rocket.launched", required: &["padId"], more: &[] }],
    facts: &[],
};
