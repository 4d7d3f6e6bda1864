//! The way in: a batch gets room, is split over the lanes of its contacts, and comes back with what became of it.

use super::accept::Accepted;
use super::outcome::{IngestError, Outcome};
use super::queue::{Job, Queue};
use super::room::{Place, Room};
use crate::clock::Clock;
use crate::store::Store;
use offramp_domain::hand::Hand;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::time::Timestamp;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Takes in what is to be judged, for the lanes that wait at the queues.
pub(super) struct Intake {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) room: Room,
    pub(super) queues: Vec<Arc<Queue>>,
}

impl Intake {
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
            let outcomes = answer.await.map_err(|_| IngestError::Failed("the lane broke off".to_owned()))??;
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

    /// Lets hands move contacts, and tells what became of each.
    pub(super) async fn move_all(
        &self,
        workspace: WorkspaceId,
        hands: Vec<(String, Hand, Option<Timestamp>)>,
    ) -> Result<Vec<Outcome>, IngestError> {
        self.through(workspace, Accepted::by_hand(hands, &self.clock)).await
    }
}
