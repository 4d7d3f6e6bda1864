//! The data plane: events in, exits out.
//!
//! One way, and each step takes the type of the step before it, whose fields are its own: `Accepted` → `Candidates` →
//! `Locked` → `Decided` → `Committed` → `Published`. The one transaction between them makes no choices; what it finds
//! changed it gives up and begins anew. Subscribers read the table; a watermark only wakes them.
//!
//! Knows nothing of GraphQL or HTTP, nor of the control plane: a revision in the store says when to reload what runs.

mod accept;
mod archive;
mod commit;
pub mod cursor;
mod decide;
mod definitions;
mod hand;
mod ingest;
mod intake;
mod lane;
mod lock;
mod matching;
mod outcome;
mod publish;
mod queue;
mod room;
pub mod subscribe;
mod watermark;

pub use hand::{EnrollmentDraft, HandError};
pub use ingest::Engine;
pub use outcome::{IngestError, Outcome};

use offramp_domain::enrollment::Refusal;
use offramp_domain::ids::EventId;

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
    #[error("{} events are refused", .0.len())]
    Refused(Vec<(EventId, Refusal)>),
    /// The workspace is gone.
    #[error("there is no such workspace any more")]
    NoWorkspace,
}
