//! The instants for which conditions wait: those that came are looked up, and each is judged like an event. Two nodes that
//! find the same do no harm: what was judged waits no more.

use super::intake::Intake;
use super::outcome::{IngestError, Outcome};
use crate::store::sweep::{self, DueTimer};
use crate::store::{Error, Store};
use offramp_domain::hand::Hand;
use offramp_domain::ids::WorkspaceId;
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
    #[error("none of {0} timers could be judged")]
    Stuck(usize),
    #[error(transparent)]
    Store(#[from] Error),
    #[error(transparent)]
    NotThrough(#[from] IngestError),
}

impl Timekeeper {
    pub(super) fn of(intake: &Arc<Intake>) -> Self {
        Self { intake: Arc::downgrade(intake), store: intake.store.in_background() }
    }

    /// Looks for timers for ever, or until the engine is gone; while a whole page is due, at once again.
    pub(super) async fn run(self) {
        let mut ticks = tokio::time::interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            loop {
                let Some(intake) = self.intake.upgrade() else { return };
                match judge_page(&self.store, &intake).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::warn!(%error, "timers could not be judged yet");
                        break;
                    }
                }
            }
        }
    }
}

/// Judges a page of the timers that are due; whether there may be more.
async fn judge_page(store: &Store, intake: &Intake) -> Result<bool, NotJudged> {
    let due = sweep::due_timers(store, intake.clock.now(), PAGE_TIMERS_MAX).await?;
    let count = due.len();
    let mut hands_of: BTreeMap<WorkspaceId, Vec<_>> = BTreeMap::new();
    for DueTimer { workspace, contact, automation, owner, condition } in due {
        let hand = Hand::Due { automation, owner, condition };
        hands_of.entry(workspace).or_default().push((contact, hand, None));
    }
    let mut has_judged = count == 0;
    for (workspace, hands) in hands_of {
        let outcomes = intake.move_all(workspace, hands).await?;
        has_judged |= outcomes.iter().any(|outcome| matches!(outcome, Outcome::Accepted { .. }));
    }
    if !has_judged {
        return Err(NotJudged::Stuck(count));
    }
    Ok(u64::try_from(count).is_ok_and(|count| count == PAGE_TIMERS_MAX))
}
