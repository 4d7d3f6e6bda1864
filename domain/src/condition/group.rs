//! What is made of other conditions: several of them together, and something that does not happen.

use super::Condition;
use super::catalogue::{ConditionDefinition, Family, Kind, duration, one_of};
use crate::time::Elapsed;

/// The filter that says how long something must not happen.
const FOR: &str = "for";
/// The filter that says from when on.
pub(super) const FROM: &str = "from";
/// From the entry on; the other is from the last time that it happened.
const FROM_ENTRY: &str = "ENTRY";

impl Condition {
    /// How long something must not happen.
    pub fn waits_for(&self) -> Option<Elapsed> {
        self.length(FOR).filter(|_| self.is_absence())
    }

    /// Whether that is waited for from entry on; otherwise from the last time that it happened.
    pub fn waits_from_entry(&self) -> bool {
        self.texts(FROM).first().is_none_or(|from| from == FROM_ENTRY)
    }
}

pub(super) const FAMILY: Family = Family {
    category: "Logic and time",
    conditions: &[
        ConditionDefinition {
            key: "composite",
            name: "Several conditions",
            synonyms: &["all of", "any of", "none of", "and", "or", "not", "group"],
            description: "All, any or none of the conditions within.",
            kind: Kind::Group,
            filters: &[],
        },
        ConditionDefinition {
            key: "inaction",
            name: "Does not do",
            synonyms: &["did not", "inactive", "no response", "has not", "absence", "nothing happens"],
            description: "Something does not happen for some time.",
            kind: Kind::Absence,
            filters: &[
                duration(FOR, "for").required(),
                one_of(FROM, "from", "", &["ENTRY", "EVENT"]).setting().help(
                    "From entry on, or from the last time that it happened; an entry rule knows only the latter.",
                ),
            ],
        },
    ],
    events: &[],
    facts: &[],
};
