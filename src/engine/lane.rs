//! A lane: one group of what waits after the other, each in one transaction, until it is through.

use super::Interrupted;
use super::accept::Accepted;
use super::commit::Committed;
use super::decide::Decided;
use super::definitions::Cache;
use super::lock::Locked;
use super::matching::Candidates;
use super::outcome::{IngestError, Outcome};
use super::publish::Published;
use super::queue::{Job, Queue};
use super::watermark::Watermarks;
use crate::clock::Clock;
use crate::store::{Store, event};
use offramp_domain::ids::WorkspaceId;
use std::sync::Arc;
use std::time::Duration;

/// How often a group is tried again after it lost a race or the database was busy.
const ATTEMPTS_MAX: u32 = 12;
/// New attempts that are nothing to worry about: races are lost now and then.
const QUIET_ATTEMPTS: u32 = 3;
/// How long the first new attempt waits; each further one twice as long.
const BACKOFF: Duration = Duration::from_millis(4);
/// How long any new attempt waits at most.
const BACKOFF_MAX: Duration = Duration::from_millis(500);

/// What a lane works with.
#[derive(Clone)]
pub(super) struct Lane {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) cache: Cache,
    pub(super) watermarks: Watermarks,
    /// Events of one transaction.
    pub(super) group_events_max: usize,
}

impl Lane {
    /// Works until nobody can send any more, and everything sent is through. If it breaks off, which nothing should make it
    /// do, those who waited in its group are told that they have no answer, and it goes on with the next.
    pub(super) async fn keep_running(self, queue: Arc<Queue>) {
        while let Err(error) = tokio::spawn(self.clone().run(Arc::clone(&queue))).await {
            tracing::error!(%error, "a lane broke off, and begins anew");
        }
    }

    async fn run(self, queue: Arc<Queue>) {
        while let Some((workspace, jobs)) = queue.next(self.group_events_max).await {
            self.bring_through(workspace, jobs).await;
            // Lets those who were answered send what they have next, so that it goes with the next group.
            tokio::task::yield_now().await;
        }
    }

    /// Brings jobs through together, and answers each.
    async fn bring_through(&self, workspace: WorkspaceId, jobs: Vec<Job>) {
        let (mut waiting, mut batches) = (Vec::new(), Vec::new());
        for Job { batch, reply, place } in jobs {
            waiting.push((batch.len(), reply, place));
            batches.push(batch);
        }
        let mut outcomes = self.through(workspace, Accepted::join(batches)).await;
        for (events, reply, place) in waiting {
            let own = match &mut outcomes {
                Ok(outcomes) => Ok(outcomes.drain(..events.min(outcomes.len())).collect()),
                Err(error) => Err(error.clone()),
            };
            drop(place);
            // Whoever asked may have gone away; what was decided stands.
            let _gone = reply.send(own);
        }
    }

    /// Brings a group through: all at once, or, if the database refuses something of it, one event after the other.
    async fn through(&self, workspace: WorkspaceId, mut group: Accepted) -> Result<Vec<Outcome>, IngestError> {
        match self.attempts(workspace, &mut group).await {
            Ok(()) => group.settle_committed(),
            Err(Interrupted::Store(error)) if error.is_about_data() => {
                tracing::warn!(%error, events = group.len(), "a group is brought through one by one");
                self.one_by_one(workspace, &mut group).await?;
            }
            Err(error) => return Err(IngestError::Failed(error.to_string())),
        }
        Ok(group.into_outcomes())
    }

    async fn one_by_one(&self, workspace: WorkspaceId, group: &mut Accepted) -> Result<(), IngestError> {
        let places: Vec<_> = group.unsettled().map(|entry| entry.place).collect();
        for place in places {
            group.look_at(Some(place));
            match self.attempts(workspace, group).await {
                Ok(()) => group.settle_committed(),
                Err(Interrupted::Store(error)) if error.is_about_data() => {
                    let error_id = self.clock.fresh_id().simple().to_string();
                    tracing::error!(%error_id, %error, "an event could not be stored");
                    group.settle(place, Outcome::Failed { error_id });
                }
                Err(error) => return Err(IngestError::Failed(error.to_string())),
            }
        }
        group.look_at(None);
        Ok(())
    }

    /// Tries again where that can help.
    async fn attempts(&self, workspace: WorkspaceId, group: &mut Accepted) -> Result<(), Interrupted> {
        let mut attempt = 0;
        loop {
            match self.attempt(workspace, group, attempt > 0).await {
                // Each time there are fewer events, so that this ends.
                Err(Interrupted::Refused(events)) => group.decline(&events),
                Err(error) if attempt < ATTEMPTS_MAX && may_pass(&error) => {
                    if attempt < QUIET_ATTEMPTS {
                        tracing::debug!(%error, attempt, "a group is tried again");
                    } else {
                        tracing::warn!(%error, attempt, "a group is still tried again");
                    }
                    tokio::time::sleep(BACKOFF.saturating_mul(1 << attempt.min(10)).min(BACKOFF_MAX)).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    /// One attempt: one transaction, all or nothing.
    async fn attempt(&self, workspace: WorkspaceId, group: &mut Accepted, again: bool) -> Result<(), Interrupted> {
        if group.open().next().is_none() {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        let ids: Vec<_> = group.open().map(|entry| entry.accepted.event.id).collect();
        if again && event::any_stored(&tx, workspace, ids).await? {
            // The commit of the last attempt was answered by a lost connection, and had been made.
            return Ok(tx.rollback().await?);
        }
        let definitions = self.cache.current(&tx, workspace).await?;
        let candidates = Candidates::find(&tx, workspace, group, definitions).await?;
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
        Interrupted::Refused(_) | Interrupted::NoWorkspace => false,
    }
}
