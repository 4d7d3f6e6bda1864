//! A lane: one group of what waits after the other, each in one transaction, until it is through.

use super::Interrupted;
use super::accept::Accepted;
use super::commit::Committed;
use super::decide::Decided;
use super::definitions::Cache;
use super::lock::Locked;
use super::matching::Candidates;
use super::mentions::Noted;
use super::outcome::Outcome;
use super::publish::Published;
use super::queue::{Job, Queue};
use super::trouble::Trouble;
use super::watermark::Watermarks;
use crate::clock::Clock;
use crate::store::{Store, category, event, mention, product};
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
    pub(super) trouble: Trouble,
    pub(super) noted: Noted,
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
        let mut outcomes = self.through(workspace, Accepted::join(batches)).await.into_iter();
        for (events, reply, place) in waiting {
            let own = outcomes.by_ref().take(events).collect();
            drop(place);
            // Whoever asked may have gone away; what was decided stands.
            let _gone = reply.send(own);
        }
    }

    /// Brings a group through: all at once, or, if something of it cannot be stored, one event after the other. What is
    /// not through then may be or not; what was settled before stands.
    async fn through(&self, workspace: WorkspaceId, mut group: Accepted) -> Vec<Outcome> {
        let ended = match self.attempts(workspace, &mut group).await {
            Ok(()) => {
                group.settle_committed();
                Ok(())
            }
            Err(error) if is_about_some(&error) => {
                tracing::warn!(%error, events = group.len(), "a group is brought through one by one");
                self.one_by_one(workspace, &mut group).await
            }
            Err(error) => Err(error),
        };
        let why = match ended {
            Ok(()) => {
                self.trouble.clear();
                "they were lost on the way".to_owned()
            }
            Err(error) => {
                self.trouble.note(self.clock.now(), &error.to_string());
                error.to_string()
            }
        };
        group.into_outcomes(|| Outcome::unknown(&self.clock, &why))
    }

    async fn one_by_one(&self, workspace: WorkspaceId, group: &mut Accepted) -> Result<(), Interrupted> {
        let places: Vec<_> = group.unsettled().map(|entry| entry.place).collect();
        for place in places {
            group.look_at(place);
            match self.attempts(workspace, group).await {
                Ok(()) => group.settle_committed(),
                Err(error) if is_about_some(&error) => group.settle(place, Outcome::failed(&self.clock, &error)),
                Err(error) => return Err(error),
            }
        }
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
        let (definitions, held) = self.cache.current(&tx, workspace).await?;
        if held.nests_categories {
            let named = group.categories_named();
            group.widen_categories(&category::above(&tx, workspace, &named).await?);
        }
        if held.places_products {
            let products = group.products_to_place();
            group.place_products(&product::categories_by_external_ids(&tx, workspace, &products).await?);
        }
        let candidates = Candidates::find(&tx, workspace, group, definitions).await?;
        if candidates.is_empty() {
            return Ok(tx.rollback().await?);
        }
        let mentions = candidates.entries().iter().flat_map(|entry| entry.accepted.event.mentions()).collect();
        let mentions = self.noted.missing(workspace, mentions);
        let locked = Locked::take(&tx, workspace, &candidates, &self.clock).await?;
        let decided = Decided::make(locked)?;
        mention::insert(&tx, workspace, &mentions.iter().collect::<Vec<_>>(), self.clock.now()).await?;
        let committed = Committed::make(tx, workspace, &decided).await?;
        self.noted.remember(workspace, mentions);
        let _published = Published::make(&committed, &self.watermarks);
        Ok(())
    }
}

fn may_pass(error: &Interrupted) -> bool {
    match error {
        Interrupted::Raced(_) => true,
        Interrupted::Store(error) => error.is_transient() || error.is_conflict(),
        Interrupted::Unreadable(_) | Interrupted::Refused(_) | Interrupted::NoWorkspace => false,
    }
}

/// Whether it is one event or another of a group that cannot get through, and the rest may.
fn is_about_some(error: &Interrupted) -> bool {
    match error {
        Interrupted::Store(error) => error.is_about_data(),
        Interrupted::Unreadable(_) => true,
        Interrupted::Raced(_) | Interrupted::Refused(_) | Interrupted::NoWorkspace => false,
    }
}
