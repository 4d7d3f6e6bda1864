//! The control plane: automations and their rules are written, published, paused, resumed and archived;
//! products with their categories, order forms and workspaces are written.
//!
//! What is written is a draft; what runs is a version that nobody changes. Each change of what runs raises the
//! workspace's revision in its own transaction, which is all that the data plane hears of it; what it is to carry out
//! is left as a command. Knows nothing of GraphQL or HTTP, nor of the engine.

pub mod automation;
pub mod condition;
pub mod product;
pub mod rule;
pub mod workspace;

use crate::clock::Clock;
use crate::store::{Store, Tx};
use offramp_domain::fault::{Code, Fault, Path};
use std::future::Future;
use std::time::Duration;

/// How often a change is begun while the database is busy.
const ATTEMPTS_MAX: u32 = 10;
/// How long the first new attempt waits; each further one twice as long.
const BACKOFF: Duration = Duration::from_millis(4);
/// How long any new attempt waits at most.
const BACKOFF_MAX: Duration = Duration::from_millis(500);

/// Writes what the control plane holds.
#[derive(Clone)]
pub struct Authoring {
    store: Store,
    clock: Clock,
}

/// A change that was made, and waits for its commit.
type Made<T> = Result<(Tx, T), AuthoringError>;

impl Authoring {
    /// Writes to a store.
    pub const fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Makes a change in one transaction, and begins it anew while the database is busy or somebody else was first.
    ///
    /// A commit that fails is not tried again: it may have been made all the same, and what would then be made twice,
    /// or refused as done already, is the caller's to look at.
    async fn in_transaction<T, F>(&self, change: impl Fn(Tx) -> F) -> Result<T, AuthoringError>
    where
        F: Future<Output = Made<T>>,
    {
        let mut attempt = 1;
        let (tx, made) = loop {
            let error = match self.store.begin().await {
                Ok(tx) => match change(tx).await {
                    Ok(made) => break made,
                    Err(error) => error,
                },
                Err(error) => error.into(),
            };
            if attempt == ATTEMPTS_MAX || !error.may_pass() {
                return Err(error);
            }
            tracing::debug!(%error, attempt, "a change is tried again");
            tokio::time::sleep(BACKOFF.saturating_mul(1 << attempt.min(10)).min(BACKOFF_MAX)).await;
            attempt += 1;
        };
        tx.commit().await?;
        Ok(made)
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AuthoringError {
    /// The caller's faults.
    #[error("{} faults", .0.len())]
    Refused(Vec<Fault>),
    /// Somebody else made it at the same moment; the same change again finds it.
    #[error("{0} was made by somebody else meanwhile")]
    Raced(&'static str),
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

    /// There is no rule of the id in the input, or none of the kind.
    pub fn no_rule() -> Self {
        let message = "There is no such rule of this kind in this workspace.";
        Self::one(&Path::root("input").field("id"), Code::NotFound, message)
    }

    /// The automation of the id in this field is archived.
    fn automation_archived(field: &str) -> Self {
        let message = "The automation is archived, and nothing of it can be changed any more.";
        Self::one(&Path::root("input").field(field), Code::InvalidState, message)
    }

    /// Whether the same change again may well succeed.
    fn may_pass(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::Raced(_) => true,
            Self::Store(error) => error.is_transient(),
        }
    }
}

/// Refuses to overwrite what the caller has not seen.
fn expect_version(expected: Option<i32>, present: i32) -> Result<(), AuthoringError> {
    if expected.is_none_or(|expected| expected == present) {
        return Ok(());
    }
    let message =
        format!("It is at version {present} by now. Read it again, and send your change with that `expectedVersion`.");
    Err(AuthoringError::one(&Path::root("input").field("expectedVersion"), Code::StaleVersion, message))
}
