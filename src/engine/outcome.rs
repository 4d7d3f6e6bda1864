//! What a sender is told.

use offramp_domain::enrollment::Refusal;
use offramp_domain::fault::{Code, Fault, Path};
use offramp_domain::limits::LATER_EVENTS_MAX;

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Stored, judged, and its exits committed.
    Accepted {
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
}

impl Outcome {
    /// What an event is whose key was used before: for the same, or for another.
    pub(super) fn repeat(index: usize, same: bool) -> Self {
        if same { Self::Duplicate } else { refused(index, "messageId", Code::IdempotencyKeyReused, REUSED) }
    }

    /// The same for an event of a batch, told by faults below its place.
    pub(super) fn in_batch(self, index: usize) -> Self {
        match self {
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

/// What is said where [`Refusal::TooLate`] is the answer.
pub(crate) fn too_late() -> String {
    format!(
        "This would enter the contact so far in the past that more than {LATER_EVENTS_MAX} stored events would have to be \
         judged anew."
    )
}

const REUSED: &str =
    "This messageId was used before for another event; give each event its own, and the same event the same.";

/// Why there is no answer for a batch. After [`IngestError::Failed`] what became of it is told by sending it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// Too many are waiting.
    #[error("the queue is full")]
    Overloaded,
    /// The server is going down.
    #[error("the server is shutting down")]
    Closed,
    /// A failure of ours.
    #[error("{0}")]
    Failed(String),
}
