//! Identifiers, one type a table, so that an automation's id is never taken for a goal's.
//!
//! Ids are made in two places only: by the clock's room (fresh ones) and here, derived from the stimulus that caused
//! the record, so that the same decision made twice names its records alike.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A tenant.
    WorkspaceId,
    /// A person.
    ContactId,
    /// Something that happened to a contact; time-ordered, and within one node in order of receipt.
    EventId,
    /// An automation, whatever its version.
    AutomationId,
    /// An entry rule, a goal or an alternate exit rule.
    RuleId,
    /// A condition of a rule; stable while the rule is edited, because progress is kept under it.
    ConditionId,
    /// One stay of a contact in an automation.
    EnrollmentId,
    /// The record that a stay ended.
    ExitId,
    /// The record that a goal was met.
    ConversionId,
    /// The record that a contact would have entered.
    SkipId,
    /// An order.
    OrderId,
    /// A payment.
    PaymentId,
    /// The record that a conversion was taken back.
    ReversalId,
    /// Something that the control plane asks the data plane to carry out.
    CommandId,
}

impl EventId {
    /// The id of what is derived of this event: right behind it, before that of anything received later.
    #[must_use]
    pub const fn following(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().wrapping_add(1)))
    }
}

impl EnrollmentId {
    /// The id of the stay that an event began in an automation: one event begins one there at most (R17).
    pub fn begun_by(event: EventId, automation: AutomationId) -> Self {
        Self(derive(event, "enrollment", &[automation.0]))
    }
}

/// The id of a record that `stimulus` caused, the same each time it is derived.
///
/// It keeps the time-ordered half of the stimulus, for the sake of the database's pages, and takes the other half from
/// a name-based UUID (RFC 9562, version 5) over what the record is about.
pub fn derive(stimulus: EventId, kind: &str, about: &[Uuid]) -> Uuid {
    let mut name = kind.as_bytes().to_vec();
    for part in about {
        name.extend_from_slice(part.as_bytes());
    }
    let (time, _) = stimulus.0.as_u64_pair();
    let (_, named) = Uuid::new_v5(&stimulus.0, &name).as_u64_pair();
    Uuid::from_u64_pair(time, named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_repeatable_and_keep_the_order_of_their_stimuli() {
        let first = EventId(Uuid::from_u128(0x0190_0000_0000_7001_8000_0000_0000_0001));
        let later = EventId(Uuid::from_u128(0x0190_0000_0001_7001_8000_0000_0000_0001));
        let about = [Uuid::from_u128(7)];
        assert_eq!(derive(first, "exit", &about), derive(first, "exit", &about));
        assert_ne!(derive(first, "exit", &about), derive(first, "conversion", &about));
        assert_ne!(derive(first, "exit", &about), derive(first, "exit", &[Uuid::from_u128(8)]));
        assert!(derive(first, "exit", &about) < derive(later, "exit", &about));
    }
}
