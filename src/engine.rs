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
mod contact;
pub mod cursor;
mod decide;
mod definitions;
mod hand;
mod happened;
mod intake;
mod known;
mod lane;
mod lock;
mod matching;
mod mentions;
mod order;
mod outcome;
mod publish;
mod queue;
mod room;
pub mod subscribe;
mod timers;
mod trouble;
mod watermark;

pub use hand::{EnrollmentDraft, HandError};
pub use outcome::{IngestError, Outcome};

use crate::clock::Clock;
use crate::config::EngineSettings;
use crate::store::Store;
use crate::store::exit::Filter;
use accept::Accepted;
use archive::Archivist;
use definitions::Cache;
use intake::Intake;
use lane::Lane;
use mentions::Noted;
use offramp_domain::enrollment::Refusal;
use offramp_domain::event::EventDraft;
use offramp_domain::ids::{EventId, WorkspaceId};
use offramp_domain::money::Currency;
use queue::Queue;
use room::Room;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use subscribe::{ExitFeed, SubscribeError};
use timers::Timekeeper;
use tokio::task::JoinHandle;
use trouble::Trouble;
use watermark::Watermarks;

/// What keeps a batch from getting through. Only a commit whose answer was lost may have left something behind.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interrupted {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// What is stored of a contact cannot be read; what is stored of others may.
    #[error("what is stored of a contact: {0}")]
    Unreadable(crate::store::Error),
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
    trouble: Trouble,
    lanes: Mutex<Vec<JoinHandle<()>>>,
    watches: [JoinHandle<()>; 3],
}

impl Engine {
    /// Starts the lanes, and the watch over the feeds and over what is to be carried out.
    pub fn start(store: Store, clock: Clock, settings: &EngineSettings) -> Self {
        let lanes = if settings.lanes == 0 { store.lanes() } else { settings.lanes };
        let (watermarks, trouble) = (Watermarks::default(), Trouble::default());
        let lane = Lane {
            store: store.clone(),
            clock: clock.clone(),
            cache: Cache::default(),
            watermarks: watermarks.clone(),
            trouble: trouble.clone(),
            noted: Noted::default(),
            group_events_max: settings.group_events_max,
        };
        let queues: Vec<_> = (0..lanes).map(|_| Arc::new(Queue::default())).collect();
        let lanes = queues.iter().map(|queue| tokio::spawn(lane.clone().keep_running(Arc::clone(queue))));
        let lanes = Mutex::new(lanes.collect());
        let room = Room::new(settings.queue_events_max, settings.queue_bytes_max);
        let poll = tokio::spawn(watermarks.clone().poll(store.in_background()));
        let intake = Arc::new(Intake::new(store, clock, room, queues));
        let archivist = tokio::spawn(Archivist::of(&intake).run());
        let timekeeper = tokio::spawn(Timekeeper::of(&intake).run());
        let watches = [poll, archivist, timekeeper];
        Self { shared: Arc::new(Shared { intake, watermarks, trouble, lanes, watches }) }
    }

    /// Takes in a batch; `currency` is the workspace's. When this gives back outcomes, everything is durable and visible.
    ///
    /// # Errors
    /// See [`IngestError`]; what fails later is told of each event.
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

    fn intake(&self) -> &Intake {
        &self.shared.intake
    }

    /// Whether so much waits that nothing more can be taken in.
    pub fn is_full(&self) -> bool {
        self.intake().room.is_full()
    }

    /// What kept events from getting through lately, if nothing has got through since.
    pub fn trouble(&self) -> Option<String> {
        self.shared.trouble.recent(self.intake().clock.now())
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
        self.intake().close();
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
