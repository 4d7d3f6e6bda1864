//! What is done to a contact by hand: somebody puts the contact into an automation, or takes it out.
//!
//! A hand is an event like any other, of a type that senders cannot use: it is kept, has a place among what the contact
//! did, and is judged by the same fold.

use crate::decide::Owner;
use crate::enrollment::ExitReason;
use crate::event::Event;
use crate::ids::{AutomationId, ConditionId, EnrollmentId, EventId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How the types of our own events begin; senders cannot use them.
pub const RESERVED_PREFIX: &str = "offramp.";
/// Somebody put the contact into an automation.
const ENROLLED: &str = "offramp.enrolled";
/// Somebody took the contact out of an automation.
const REMOVED: &str = "offramp.removed";
/// An instant came for which a condition waited.
const DUE: &str = "offramp.due";

/// What a hand does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Hand {
    /// Puts the contact into an automation (R1).
    Enroll {
        /// Which one.
        automation: AutomationId,
    },
    /// Takes the contact out (R30).
    Remove {
        /// Out of which automation.
        automation: AutomationId,
        /// Which stay ends.
        enrollment: EnrollmentId,
        /// Why.
        reason: ExitReason,
        /// Whether the contact may ever come back (R3).
        may_reenter: bool,
    },
    /// Nobody's hand: an instant came for which a condition waited.
    Due {
        /// Of which automation.
        automation: AutomationId,
        /// Whose condition.
        owner: Owner,
        /// Which one.
        condition: ConditionId,
    },
}

impl Hand {
    /// The automation concerned.
    pub const fn automation(&self) -> AutomationId {
        match self {
            Self::Enroll { automation } | Self::Remove { automation, .. } | Self::Due { automation, .. } => *automation,
        }
    }

    /// The event that keeps it.
    pub fn event(&self, id: EventId, occurred_at: Timestamp, received_at: Timestamp) -> Event {
        let event_type = match self {
            Self::Enroll { .. } => ENROLLED,
            Self::Remove { .. } => REMOVED,
            Self::Due { .. } => DUE,
        };
        let properties = match json!(self) {
            Value::Object(properties) => properties,
            _ => Map::new(),
        };
        let event_type = event_type.to_owned();
        Event { id, event_type, occurred_at, received_at, value: None, source: None, properties }
    }

    /// The hand that an event keeps, if it is one.
    pub fn of(event: &Event) -> Option<Self> {
        if !matches!(event.event_type.as_str(), ENROLLED | REMOVED | DUE) {
            return None;
        }
        Self::deserialize(&event.properties).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_hand_comes_back_from_the_event_that_keeps_it() {
        let (automation, enrollment) = (AutomationId(Uuid::from_u128(1)), EnrollmentId(Uuid::from_u128(2)));
        let reason = ExitReason::RemovedByUser;
        let now = Timestamp::from_micros(5);
        for hand in [Hand::Enroll { automation }, Hand::Remove { automation, enrollment, reason, may_reenter: false }] {
            let mut event = hand.event(EventId(Uuid::from_u128(3)), now, now);
            assert!(event.event_type.starts_with(RESERVED_PREFIX));
            assert_eq!(Hand::of(&event), Some(hand));
            event.event_type = "order.purchased".to_owned();
            assert_eq!(Hand::of(&event), None);
        }
    }
}
