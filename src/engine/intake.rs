//! The way in: a batch gets room, is split over the lanes of its contacts, and comes back with what became of it.

use super::accept::Accepted;
use super::outcome::{IngestError, Outcome};
use super::queue::{Job, Queue};
use super::room::Room;
use crate::clock::Clock;
use crate::store::Store;
use offramp_domain::ids::WorkspaceId;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::oneshot;

/// Takes in what is to be judged, for the lanes that wait at the queues.
pub(super) struct Intake {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) room: Room,
    queues: Vec<Arc<Queue>>,
    /// Closed for all queues at once: a batch gets into all of its lanes or into none.
    is_closed: RwLock<bool>,
}

/// A part of a batch in its lane: the places of its events in the batch, and what will be said of them.
type Part = (Vec<usize>, oneshot::Receiver<Vec<Outcome>>);

impl Intake {
    pub(super) fn new(store: Store, clock: Clock, room: Room, queues: Vec<Arc<Queue>>) -> Self {
        Self { store, clock, room, queues, is_closed: RwLock::default() }
    }

    /// Brings a batch through the lanes of its contacts, and tells what became of each event, at its place.
    pub(super) async fn through(
        &self,
        workspace: WorkspaceId,
        mut batch: Accepted,
    ) -> Result<Vec<Outcome>, IngestError> {
        for (places, answer) in self.enter(workspace, &mut batch)? {
            // A lane that broke off says nothing of its part; what others said stands.
            let outcomes = answer.await.unwrap_or_default();
            places.into_iter().zip(outcomes).for_each(|(place, outcome)| batch.settle(place, outcome));
        }
        Ok(batch.into_outcomes(|| Outcome::unknown(&self.clock, &"a lane broke off")))
    }

    /// Puts a batch into its lanes, all of it before any is awaited, so that its parts go side by side.
    fn enter(&self, workspace: WorkspaceId, batch: &mut Accepted) -> Result<Vec<Part>, IngestError> {
        let is_closed = self.is_closed.read().unwrap_or_else(PoisonError::into_inner);
        if *is_closed {
            return Err(IngestError::Closed);
        }
        let place = Arc::new(self.room.take(batch.len(), batch.bytes())?);
        let mut parts = Vec::new();
        for (lane, (places, batch)) in batch.split(|contact| self.lane_of(workspace, contact)) {
            let (reply, answer) = oneshot::channel();
            if let Some(queue) = self.queues.get(lane) {
                queue.push(workspace, Job { batch, reply, place: Arc::clone(&place) }, &self.clock);
            }
            parts.push((places, answer));
        }
        drop(is_closed);
        Ok(parts)
    }

    /// Takes in nothing more; what waits is still done.
    pub(super) fn close(&self) {
        *self.is_closed.write().unwrap_or_else(PoisonError::into_inner) = true;
        self.queues.iter().for_each(|queue| queue.close());
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
