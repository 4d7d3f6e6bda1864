//! The data plane: events in, exits out.
//!
//! One way, and each step takes the type of the step before it, whose fields are its own: [`Accepted`] → `Candidates` →
//! `Locked` → `Decided` → `Committed` → `Published`. The one transaction between them makes no choices; what it finds
//! changed it gives up and begins anew. Subscribers read the table; a watermark only wakes them.
//!
//! Knows nothing of GraphQL or HTTP, nor of the control plane: a revision in the store says when to reload what runs.

mod accept;
mod commit;
pub mod cursor;
mod decide;
mod definitions;
mod ingest;
mod lane;
mod lock;
mod matching;
mod outcome;
mod publish;
pub mod subscribe;
mod watermark;

pub use accept::Accepted;
pub use ingest::Engine;
pub use outcome::{IngestError, Outcome};

/// What keeps a batch from getting through. Only a commit whose answer was lost may have left something behind.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interrupted {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// Somebody else was first: the same again will see what they did.
    #[error("lost a race for {0}")]
    Raced(&'static str),
    /// These events are refused; the others can be decided without them.
    #[error("{} events come too late", .0.len())]
    TooLate(Vec<offramp_domain::ids::EventId>),
    /// The workspace is gone.
    #[error("there is no such workspace any more")]
    NoWorkspace,
}
