//! What a sender is told.

use crate::clock::Clock;
use offramp_domain::enrollment::Refusal;
use offramp_domain::fault::{Code, Fault, Path};
use offramp_domain::ids::EventId;
use offramp_domain::limits::{
    CONTACT_ATTRIBUTES_BYTES_MAX, EVENT_PROPERTIES_BYTES_MAX, FACTS_PER_KIND_MAX, LATER_EVENTS_MAX,
    ORDER_EDITS_BYTES_MAX, ORDER_EDITS_MAX, ORDER_REFUNDS_MAX,
};
use std::fmt::Display;

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Stored, judged, and its exits committed.
    Accepted {
        /// The id under which it is stored.
        event: EventId,
        /// Whether it had a key, so that sending it again is safe (R61).
        deduplicated: bool,
    },
    /// The same had been applied before.
    Duplicate,
    /// Not stored; its key is still free.
    Refused(Vec<Fault>),
    /// Not stored, because of what the contact's stays say.
    Declined(Refusal),
    /// Not stored, by a failure of ours that only this event meets; the log has it under this id.
    Failed {
        /// To ask about.
        error_id: String,
    },
    /// A failure of ours, and nobody knows whether it was stored before it: sent again, its key tells. The log has it under
    /// this id.
    Unknown {
        /// To ask about.
        error_id: String,
    },
}

impl Outcome {
    /// What an event is whose key was used before: for the same, or for another.
    pub(super) fn repeat(index: usize, same: bool) -> Self {
        if same { Self::Duplicate } else { refused(index, "messageId", Code::IdempotencyKeyReused, REUSED) }
    }

    /// An event that cannot be stored.
    pub(super) fn failed(clock: &Clock, error: &impl Display) -> Self {
        let error_id = clock.fresh_id().simple().to_string();
        tracing::error!(%error_id, %error, "an event could not be stored");
        Self::Failed { error_id }
    }

    /// Events that may have been stored or not.
    pub(super) fn unknown(clock: &Clock, error: &impl Display) -> Self {
        let error_id = clock.fresh_id().simple().to_string();
        tracing::error!(%error_id, %error, "what became of events is not known");
        Self::Unknown { error_id }
    }

    /// The same for an event of a batch, told by faults below its place.
    pub(super) fn in_batch(self, index: usize) -> Self {
        match self {
            Self::Declined(Refusal::TooMuchKnown) => refused(index, "properties", Code::TooMany, too_much_known()),
            Self::Declined(refusal @ (Refusal::TooManyEdits | Refusal::TooManyRefunds)) => {
                refused_at(index, "orderId", refusal, &too_many_of_order())
            }
            Self::Declined(Refusal::OfAnotherOrder) => {
                refused_at(index, "paymentId", Refusal::OfAnotherOrder, OF_ANOTHER_ORDER)
            }
            Self::Declined(_) => refused(index, "occurredAt", Code::TooLate, too_late()),
            other => other,
        }
    }
}

fn refused(index: usize, field: &str, code: Code, message: impl Into<String>) -> Outcome {
    let input = Path::root("input");
    let events = input.field("events");
    Outcome::Refused(vec![events.index(index).field(field).fault(code, message)])
}

/// What the core has against a property of an event.
fn refused_at(index: usize, property: &str, refusal: Refusal, message: &str) -> Outcome {
    let input = Path::root("input");
    let events = input.field("events");
    let event = events.index(index);
    Outcome::Refused(vec![event.field("properties").field(property).fault(refusal.code(), message)])
}

/// What is said where [`Refusal::OfAnotherOrder`] is the answer.
pub(crate) const OF_ANOTHER_ORDER: &str =
    "This payment is known already, of another order; give each payment an id of its own.";

/// What is said where [`Refusal::TooLate`] is the answer.
pub(crate) fn too_late() -> String {
    format!(
        "This would enter the contact so far in the past that more than {LATER_EVENTS_MAX} stored events would have to be \
         judged anew."
    )
}

/// What is said where [`Refusal::TooMuchKnown`] is the answer.
pub(crate) fn too_much_known() -> String {
    format!(
        "More would be known of the contact than may be: at most {FACTS_PER_KIND_MAX} of a kind, such as tags, and \
         {CONTACT_ATTRIBUTES_BYTES_MAX} bytes of attributes."
    )
}

/// What is said where [`Refusal::TooManyEdits`] or [`Refusal::TooManyRefunds`] is the answer.
pub(crate) fn too_many_of_order() -> String {
    format!(
        "An order takes at most {ORDER_EDITS_MAX} edits of together {ORDER_EDITS_BYTES_MAX} bytes before its first payment, \
         says at most {EVENT_PROPERTIES_BYTES_MAX} bytes of itself, and is refunded in at most {ORDER_REFUNDS_MAX} parts."
    )
}

const REUSED: &str =
    "This messageId was used before for another event; give each event its own, and the same event the same.";

/// Why a batch was not taken in: nothing of it is stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// Too many are waiting.
    #[error("the queue is full")]
    Overloaded,
    /// The server is going down.
    #[error("the server is shutting down")]
    Closed,
}
