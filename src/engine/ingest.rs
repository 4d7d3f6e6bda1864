//! The door of the data plane: what happened goes in, and what became of each event comes out after the commit (R60).

use super::accept::Accepted;
use super::archive::Archivist;
use super::definitions::Cache;
use super::intake::Intake;
use super::lane::Lane;
use super::outcome::{IngestError, Outcome};
use super::queue::Queue;
use super::room::Room;
use super::subscribe::{ExitFeed, SubscribeError};
use super::watermark::Watermarks;
use crate::clock::Clock;
use crate::config::EngineSettings;
use crate::store::Store;
use crate::store::exit::Filter;
use offramp_domain::event::EventDraft;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::money::Currency;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long what waits may take to get through when the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The running data plane.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    intake: Arc<Intake>,
    watermarks: Watermarks,
    lanes: Mutex<Vec<JoinHandle<()>>>,
    watches: [JoinHandle<()>; 2],
}

impl Engine {
    /// Starts the lanes, and the watch over the feeds and over what is to be carried out.
    pub fn start(store: Store, clock: Clock, settings: &EngineSettings) -> Self {
        let lanes = if settings.lanes == 0 { store.lanes() } else { settings.lanes };
        let watermarks = Watermarks::default();
        let lane = Lane {
            store: store.clone(),
            clock: clock.clone(),
            cache: Cache::default(),
            watermarks: watermarks.clone(),
            group_events_max: settings.group_events_max,
        };
        let queues: Vec<_> = (0..lanes).map(|_| Arc::new(Queue::default())).collect();
        let lanes = queues.iter().map(|queue| tokio::spawn(lane.clone().keep_running(Arc::clone(queue))));
        let lanes = Mutex::new(lanes.collect());
        let room = Room::new(settings.queue_events_max, settings.queue_bytes_max);
        let poll = tokio::spawn(watermarks.clone().poll(store.in_background()));
        let intake = Arc::new(Intake { store, clock, room, queues });
        let archivist = tokio::spawn(Archivist::of(&intake).run());
        Self { shared: Arc::new(Shared { intake, watermarks, lanes, watches: [poll, archivist] }) }
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
        let batch = Accepted::new(drafts, currency, &self.intake().clock);
        let outcomes = self.intake().through(workspace, batch).await?;
        Ok(outcomes.into_iter().enumerate().map(|(index, outcome)| outcome.in_batch(index)).collect())
    }

    pub(super) fn intake(&self) -> &Intake {
        &self.shared.intake
    }

    /// Whether so much waits that nothing more can be taken in.
    pub fn is_full(&self) -> bool {
        self.intake().room.is_full()
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
        ExitFeed::open(self.intake().store.clone(), workspace, after, filter, follow, watermark).await
    }

    /// Brings through what was sent, and ends every subscription.
    pub async fn stop(&self) {
        self.shared.watches.iter().for_each(JoinHandle::abort);
        self.intake().queues.iter().for_each(|queue| queue.close());
        let lanes: Vec<_> = std::mem::take(&mut *self.shared.lanes.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = async {
            for lane in lanes {
                if let Err(error) = lane.await {
                    tracing::error!(%error, "a lane did not end as it should");
                }
            }
        };
        if tokio::time::timeout(DRAIN_TIMEOUT, ended).await.is_err() {
            tracing::warn!("some batches did not get through in time; nobody was told that they had");
        }
        self.shared.watermarks.close();
    }
}
