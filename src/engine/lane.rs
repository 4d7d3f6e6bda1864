//! The lane: one batch after the other, each in one transaction, until it is through.

use super::Interrupted;
use super::accept::Accepted;
use super::commit::Committed;
use super::decide::Decided;
use super::definitions::Cache;
use super::lock::Locked;
use super::matching::Candidates;
use super::outcome::{IngestError, Outcome};
use super::publish::Published;
use super::watermark::Watermarks;
use crate::clock::Clock;
use crate::store::{Store, event};
use offramp_domain::ids::WorkspaceId;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How often a batch is tried again after it lost a race or the database was busy.
const ATTEMPTS_MAX: u32 = 12;
/// New attempts that are nothing to worry about: races are lost now and then.
const QUIET_ATTEMPTS: u32 = 3;
/// How long the first new attempt waits; each further one twice as long.
const BACKOFF: Duration = Duration::from_millis(4);
/// How long any new attempt waits at most.
const BACKOFF_MAX: Duration = Duration::from_millis(500);

/// A batch, and who waits for it.
pub(super) struct Job {
    pub(super) workspace: WorkspaceId,
    pub(super) batch: Accepted,
    pub(super) reply: oneshot::Sender<Result<Vec<Outcome>, IngestError>>,
}

/// What a lane works with.
pub(super) struct Lane {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) cache: Cache,
    pub(super) watermarks: Watermarks,
}

impl Lane {
    /// Works until nobody can send any more, and everything sent is through.
    pub(super) async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(job) = jobs.recv().await {
            let result = self.through(job.workspace, job.batch).await;
            // Whoever asked may have gone away; what was decided stands.
            let _gone = job.reply.send(result);
        }
    }

    /// Brings a batch through, trying again where that can help.
    async fn through(&self, workspace: WorkspaceId, mut batch: Accepted) -> Result<Vec<Outcome>, IngestError> {
        let mut attempt = 0;
        loop {
            match self.attempt(workspace, &mut batch, attempt > 0).await {
                Ok(()) => return Ok(batch.into_outcomes()),
                // Each time there are fewer events, so that this ends.
                Err(Interrupted::TooLate(events)) => batch.refuse_too_late(&events),
                Err(error) if attempt < ATTEMPTS_MAX && may_pass(&error) => {
                    if attempt < QUIET_ATTEMPTS {
                        tracing::debug!(%error, attempt, "a batch is tried again");
                    } else {
                        tracing::warn!(%error, attempt, "a batch is still tried again");
                    }
                    tokio::time::sleep(BACKOFF.saturating_mul(1 << attempt.min(10)).min(BACKOFF_MAX)).await;
                    attempt += 1;
                }
                Err(error) => return Err(IngestError::Failed(error.to_string())),
            }
        }
    }

    /// One attempt: one transaction, all or nothing.
    async fn attempt(&self, workspace: WorkspaceId, batch: &mut Accepted, again: bool) -> Result<(), Interrupted> {
        if batch.open().next().is_none() {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        let ids: Vec<_> = batch.open().map(|entry| entry.accepted.event.id).collect();
        if again && event::any_stored(&tx, workspace, ids).await? {
            // The commit of the last attempt was answered by a lost connection, and had been made.
            return Ok(tx.rollback().await?);
        }
        let definitions = self.cache.current(&tx, workspace).await?;
        let candidates = Candidates::find(&tx, workspace, batch, definitions).await?;
        if candidates.is_empty() {
            return Ok(tx.rollback().await?);
        }
        let locked = Locked::take(&tx, workspace, &candidates, &self.clock).await?;
        let decided = Decided::make(locked)?;
        let committed = Committed::make(tx, workspace, &decided).await?;
        let _published = Published::make(&committed, &self.watermarks);
        Ok(())
    }
}

fn may_pass(error: &Interrupted) -> bool {
    match error {
        Interrupted::Raced(_) => true,
        Interrupted::Store(error) => error.is_transient() || error.is_conflict(),
        Interrupted::TooLate(_) | Interrupted::NoWorkspace => false,
    }
}
