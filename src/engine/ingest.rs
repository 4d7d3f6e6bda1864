//! The door of the data plane: a batch goes in, and what became of each event comes out after the commit (R60).

use super::accept::Accepted;
use super::definitions::Cache;
use super::lane::{Job, Lane};
use super::outcome::{IngestError, Outcome};
use super::subscribe::{ExitFeed, SubscribeError};
use super::watermark::Watermarks;
use crate::clock::Clock;
use crate::store::Store;
use crate::store::exit::Filter;
use offramp_domain::event::EventDraft;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::money::Currency;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How long batches that wait may take to get through when the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Batches that may wait for the lane; over it, senders are told to come back.
const QUEUE_BATCHES_MAX: usize = 256;

/// The running data plane.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    clock: Clock,
    watermarks: Watermarks,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    lane: Mutex<Option<JoinHandle<()>>>,
    poll: JoinHandle<()>,
}

impl Engine {
    /// Starts the lane, and the watch over the feeds.
    pub fn start(store: Store, clock: Clock) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE_BATCHES_MAX);
        let watermarks = Watermarks::default();
        let lane = Lane {
            store: store.clone(),
            clock: clock.clone(),
            cache: Cache::default(),
            watermarks: watermarks.clone(),
        };
        let lane = Mutex::new(Some(tokio::spawn(lane.run(waiting))));
        let poll = tokio::spawn(watermarks.clone().poll(store.clone()));
        Self { shared: Arc::new(Shared { store, clock, watermarks, jobs: Mutex::new(Some(jobs)), lane, poll }) }
    }

    /// Takes in a batch; `currency` is the workspace's. When this gives back outcomes, everything is durable and visible.
    ///
    /// # Errors
    /// See [`IngestError`]; after [`IngestError::Failed`] the same batch may be sent again, its keys answering.
    pub async fn ingest(
        &self,
        workspace: WorkspaceId,
        currency: Currency,
        drafts: Vec<EventDraft>,
    ) -> Result<Vec<Outcome>, IngestError> {
        let batch = Accepted::new(drafts, currency, &self.shared.clock);
        let (reply, answer) = oneshot::channel();
        self.sender()?.try_send(Job { workspace, batch, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => IngestError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => IngestError::Closed,
        })?;
        answer.await.map_err(|_| IngestError::Closed)?
    }

    fn sender(&self) -> Result<mpsc::Sender<Job>, IngestError> {
        let jobs = self.shared.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.clone().ok_or(IngestError::Closed)
    }

    /// The exits of a workspace after a cursor, or from now on; with `follow` they go on as they happen.
    ///
    /// # Errors
    /// See [`SubscribeError`].
    pub async fn exits(
        &self,
        workspace: WorkspaceId,
        after: Option<&str>,
        filter: Filter,
        follow: bool,
    ) -> Result<ExitFeed, SubscribeError> {
        let watermark = self.shared.watermarks.watch(workspace);
        ExitFeed::open(self.shared.store.clone(), workspace, after, filter, follow, watermark).await
    }

    /// Brings through what was sent, and ends every subscription.
    pub async fn stop(&self) {
        drop(self.shared.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let lane = self.shared.lane.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(lane) = lane {
            match tokio::time::timeout(DRAIN_TIMEOUT, lane).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "the lane did not end as it should"),
                Err(_) => tracing::warn!("some batches did not get through in time; nobody was told that they had"),
            }
        }
        self.shared.poll.abort();
        self.shared.watermarks.close();
    }
}
