//! The instants for which conditions wait: those that came are looked up, and each is judged like an event. Two nodes that
//! find the same do no harm: what was judged waits no more.

use super::intake::Intake;
use super::outcome::{IngestError, Outcome};
use crate::store::sweep::{self, DueTimer};
use crate::store::{Error, Store};
use offramp_domain::hand::Hand;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often timers are looked for.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Timers that are judged at once.
const PAGE_TIMERS_MAX: u64 = 500;

/// Judges what conditions waited for.
pub(super) struct Timekeeper {
    intake: Weak<Intake>,
    store: Store,
}

/// What keeps timers from being judged; it is tried again.
#[derive(Debug, thiserror::Error)]
enum NotJudged {
    #[error("{0} of {1} timers were not taken")]
    Stuck(usize, usize),
    #[error(transparent)]
    NotThrough(#[from] IngestError),
}

impl Timekeeper {
    pub(super) fn of(intake: &Arc<Intake>) -> Self {
        Self { intake: Arc::downgrade(intake), store: intake.store.in_background() }
    }

    /// Looks for timers for ever, or until the engine is gone.
    pub(super) async fn run(self) {
        let mut ticks = tokio::time::interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(intake) = self.intake.upgrade() else { return };
            if let Err(error) = judge_all(&self.store, &intake).await {
                tracing::warn!(%error, "the timers that are due could not be looked up");
            }
        }
    }
}

/// Judges every timer that is due now, page by page. What cannot be judged keeps no others waiting, and is tried again
/// with the next tick.
async fn judge_all(store: &Store, intake: &Intake) -> Result<(), Error> {
    let (now, mut last) = (intake.clock.now(), None);
    loop {
        let due = sweep::due_timers(store, now, last.as_ref(), PAGE_TIMERS_MAX).await?;
        let Some(end) = due.last() else { return Ok(()) };
        last = Some(end.clone());
        let mut hands_of: BTreeMap<WorkspaceId, Vec<_>> = BTreeMap::new();
        for DueTimer { workspace, contact, automation, owner, condition, .. } in due {
            let hand = Hand::Due { automation, owner, condition };
            hands_of.entry(workspace).or_default().push((contact, hand, None));
        }
        for (workspace, hands) in hands_of {
            if let Err(error) = judge(intake, workspace, hands).await {
                tracing::warn!(%error, %workspace, "timers could not be judged yet");
            }
        }
    }
}

/// Judges timers of a workspace.
async fn judge(
    intake: &Intake,
    workspace: WorkspaceId,
    hands: Vec<(String, Hand, Option<Timestamp>)>,
) -> Result<(), NotJudged> {
    let count = hands.len();
    let outcomes = intake.move_all(workspace, hands).await?;
    let judged = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Accepted { .. })).count();
    if judged == count { Ok(()) } else { Err(NotJudged::Stuck(count.saturating_sub(judged), count)) }
}
