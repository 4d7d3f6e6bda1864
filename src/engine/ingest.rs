//! The door of the data plane: what happened goes in, and what became of each event comes out after the commit (R60).

use super::accept::Accepted;
use super::archive::Archivist;
use super::definitions::Cache;
use super::lane::Lane;
use super::outcome::{IngestError, Outcome};
use super::queue::{Job, Queue};
use super::room::{Place, Room};
use super::subscribe::{ExitFeed, SubscribeError};
use super::watermark::Watermarks;
use crate::clock::Clock;
use crate::config::EngineSettings;
use crate::store::Store;
use crate::store::exit::Filter;
use offramp_domain::event::EventDraft;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::money::Currency;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long what waits may take to get through when the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The running data plane.
#[derive(Clone)]
pub struct Engine {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) clock: Clock,
    watermarks: Watermarks,
    room: Room,
    queues: Vec<Arc<Queue>>,
    lanes: Mutex<Vec<JoinHandle<()>>>,
    watches: Mutex<Vec<JoinHandle<()>>>,
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
        let lanes = queues.iter().map(|queue| tokio::spawn(lane.clone().run(Arc::clone(queue))));
        let lanes = Mutex::new(lanes.collect());
        let room = Room::new(settings.queue_events_max, settings.queue_bytes_max);
        let watches = Mutex::new(vec![tokio::spawn(watermarks.clone().poll(store.in_background()))]);
        let engine = Self { shared: Arc::new(Shared { store, clock, watermarks, room, queues, lanes, watches }) };
        engine.shared.watches().push(tokio::spawn(Archivist::of(&engine).run()));
        engine
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
        let outcomes = self.shared.through(workspace, batch).await?;
        Ok(outcomes.into_iter().enumerate().map(|(index, outcome)| outcome.in_batch(index)).collect())
    }

    /// Whether so much waits that nothing more can be taken in.
    pub fn is_full(&self) -> bool {
        self.shared.room.is_full()
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
        self.shared.watches().drain(..).for_each(|watch| watch.abort());
        self.shared.queues.iter().for_each(|queue| queue.close());
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

impl Shared {
    fn watches(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings a batch through the lanes of its contacts.
    pub(super) async fn through(
        &self,
        workspace: WorkspaceId,
        mut batch: Accepted,
    ) -> Result<Vec<Outcome>, IngestError> {
        let place = Arc::new(self.room.take(batch.len(), batch.bytes())?);
        let mut answers = Vec::new();
        // All are pushed before any is awaited, so that they go side by side.
        for (lane, (places, part)) in batch.split(|contact| self.lane_of(workspace, contact)) {
            answers.push((places, self.push(workspace, lane, part, &place)?));
        }
        for (places, answer) in answers {
            let outcomes = answer.await.map_err(|_| IngestError::Closed)??;
            places.into_iter().zip(outcomes).for_each(|(place, outcome)| batch.settle(place, outcome));
        }
        Ok(batch.into_outcomes())
    }

    fn push(
        &self,
        workspace: WorkspaceId,
        lane: usize,
        batch: Accepted,
        place: &Arc<Place>,
    ) -> Result<oneshot::Receiver<Result<Vec<Outcome>, IngestError>>, IngestError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queues.get(lane).ok_or(IngestError::Closed)?;
        queue.push(workspace, Job { batch, reply, place: Arc::clone(place) }, &self.clock)?;
        Ok(answer)
    }

    /// What happens to one contact goes one way, in order of receipt.
    fn lane_of(&self, workspace: WorkspaceId, contact: &str) -> usize {
        if self.queues.len() == 1 {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        (workspace, contact).hash(&mut hasher);
        let lanes = u64::try_from(self.queues.len()).unwrap_or(1);
        usize::try_from(hasher.finish().checked_rem(lanes).unwrap_or_default()).unwrap_or_default()
    }
}
