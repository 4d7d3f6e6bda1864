//! What waits for a lane: a queue for each workspace, served in turn, so that a busy one does not keep the others waiting.

use super::accept::Accepted;
use super::outcome::Outcome;
use super::room::Place;
use crate::clock::Clock;
use offramp_domain::ids::WorkspaceId;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// A batch, and who waits for it.
pub(super) struct Job {
    pub(super) batch: Accepted,
    /// To whoever waits, who is told of each event at its place.
    pub(super) reply: oneshot::Sender<Vec<Outcome>>,
    /// Held until the answer is given.
    pub(super) place: Arc<Place>,
}

/// The jobs that wait for one lane.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Default)]
struct Waiting {
    of: BTreeMap<WorkspaceId, VecDeque<Job>>,
    /// Each workspace that waits, once.
    turns: VecDeque<WorkspaceId>,
    is_closed: bool,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job behind the others of its workspace, before the queue is closed. Its events are received here, so that
    /// their ids grow in the order in which they are judged.
    pub(super) fn push(&self, workspace: WorkspaceId, mut job: Job, clock: &Clock) {
        let mut waiting = self.waiting();
        job.batch.receive(clock);
        let jobs = waiting.of.entry(workspace).or_default();
        jobs.push_back(job);
        if jobs.len() == 1 {
            waiting.turns.push_back(workspace);
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    /// What is to be done next, as soon as there is something: jobs of one workspace that have at most so many events
    /// together, or one that has more. None when the queue is closed and empty.
    pub(super) async fn next(&self, events_max: usize) -> Option<(WorkspaceId, Vec<Job>)> {
        loop {
            {
                let mut waiting = self.waiting();
                if let Some(group) = waiting.take(events_max) {
                    return Some(group);
                }
                if waiting.is_closed {
                    return None;
                }
            }
            self.arrived.notified().await;
        }
    }

    /// Says that nothing more comes; what waits is still done.
    pub(super) fn close(&self) {
        self.waiting().is_closed = true;
        self.arrived.notify_one();
    }
}

impl Waiting {
    fn take(&mut self, events_max: usize) -> Option<(WorkspaceId, Vec<Job>)> {
        let workspace = self.turns.pop_front()?;
        let jobs = self.of.get_mut(&workspace)?;
        let (mut group, mut events) = (Vec::new(), 0_usize);
        while let Some(job) = jobs.front() {
            events = events.saturating_add(job.batch.len());
            if events > events_max && !group.is_empty() {
                break;
            }
            group.extend(jobs.pop_front());
        }
        if jobs.is_empty() {
            self.of.remove(&workspace);
        } else {
            self.turns.push_back(workspace);
        }
        Some((workspace, group))
    }
}

#[cfg(test)]
mod tests {
    use super::super::room::Room;
    use super::*;
    use offramp_domain::event::EventDraft;
    use offramp_domain::money::Currency;
    use uuid::Uuid;

    fn push(queue: &Queue, workspace: u128, events: usize) {
        let clock = Clock::system();
        let draft =
            EventDraft { event_type: "seen".into(), contact_external_id: "ann".into(), ..EventDraft::default() };
        let usd = Currency::parse("USD").expect("a currency");
        let batch = Accepted::new(vec![draft; events], usd, &clock);
        let place = Arc::new(Room::new(usize::MAX, usize::MAX).take(events, 0).expect("room"));
        let job = Job { batch, reply: oneshot::channel().0, place };
        queue.push(WorkspaceId(Uuid::from_u128(workspace)), job, &clock);
    }

    #[tokio::test]
    async fn workspaces_take_turns_and_groups_are_bounded() {
        let queue = Queue::default();
        for (workspace, events) in [(1, 4), (1, 4), (1, 4), (2, 1), (1, 20), (3, 1), (1, 1)] {
            push(&queue, workspace, events);
        }
        queue.close();
        let mut groups = Vec::new();
        while let Some((workspace, jobs)) = queue.next(10).await {
            groups.push((workspace.0.as_u128(), jobs.iter().map(|job| job.batch.len()).collect::<Vec<_>>()));
        }
        assert_eq!(groups, [(1, vec![4, 4]), (2, vec![1]), (3, vec![1]), (1, vec![4]), (1, vec![20]), (1, vec![1])]);
    }

    #[tokio::test]
    async fn a_job_that_comes_later_wakes_the_lane() {
        let queue = Arc::new(Queue::default());
        let lane = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move { queue.next(10).await.map(|(workspace, _)| workspace.0.as_u128()) }
        });
        tokio::task::yield_now().await;
        push(&queue, 7, 1);
        assert_eq!(lane.await.expect("a lane"), Some(7));
    }
}
