//! What a sender is told.

use offramp_domain::fault::Fault;

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
}

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
