//! The control plane: automations and their rules are written, published, paused and resumed.
//!
//! What is written is a draft; what runs is a version that nobody changes. Each change of what runs raises the
//! workspace's revision in its own transaction, which is all that the data plane hears of it. Knows nothing of GraphQL
//! or HTTP, nor of the engine.

pub mod automation;
pub mod rule;

use crate::clock::Clock;
use crate::store::Store;
use offramp_domain::fault::{Code, Fault, Path};

/// Writes automations.
#[derive(Clone)]
pub struct Authoring {
    store: Store,
    clock: Clock,
}

impl Authoring {
    /// Writes to a store.
    pub const fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AuthoringError {
    /// The caller's faults.
    #[error("{} faults", .0.len())]
    Refused(Vec<Fault>),
    /// A failure of ours.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
}

impl AuthoringError {
    fn one(path: &Path<'_>, code: Code, message: impl Into<String>) -> Self {
        Self::Refused(vec![path.fault(code, message)])
    }

    /// There is no automation of the id in this field of the input.
    pub fn no_automation(field: &str) -> Self {
        Self::one(&Path::root("input").field(field), Code::NotFound, "There is no such automation in this workspace.")
    }
}
