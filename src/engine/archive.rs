//! Archived automations: the control plane leaves a command, and here those who were inside are taken out, page by page
//! (R30). Two nodes that do the same at once do no harm: a stay ends once.

use super::intake::Intake;
use super::outcome::{IngestError, Outcome};
use crate::store::{Error, Store, command, enrollment, sweep};
use offramp_domain::enrollment::ExitReason;
use offramp_domain::hand::Hand;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often commands are looked for.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Stays that are ended at once.
const PAGE_STAYS: u64 = 500;

/// Carries out what the control plane left to be done.
pub(super) struct Archivist {
    intake: Weak<Intake>,
    store: Store,
}

/// What keeps a command from being carried out; it is tried again.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error(transparent)]
    Store(#[from] Error),
    #[error(transparent)]
    NotThrough(#[from] IngestError),
}

impl Archivist {
    pub(super) fn of(intake: &Arc<Intake>) -> Self {
        Self { intake: Arc::downgrade(intake), store: intake.store.in_background() }
    }

    /// Looks for commands for ever, or until the engine is gone.
    pub(super) async fn run(self) {
        let mut ticks = tokio::time::interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(intake) = self.intake.upgrade() else { return };
            match sweep::open_commands(&self.store).await {
                Ok(open) => carry_out_all(&intake, &open).await,
                Err(error) => tracing::warn!(%error, "the commands could not be looked up"),
            }
        }
    }
}

/// One that fails does not keep the others waiting; it is tried again at the next look.
async fn carry_out_all(intake: &Intake, open: &[command::Open]) {
    for command in open {
        if let Err(error) = carry_out(intake, command).await {
            tracing::warn!(%error, command = %command.id.0, "a command could not be carried out yet");
        }
    }
}

/// Takes everybody out of an archived automation, into which nobody enters any more.
async fn carry_out(intake: &Intake, open: &command::Open) -> Result<(), NotDone> {
    loop {
        let stays = enrollment::active_in(&intake.store, open.workspace, open.automation, PAGE_STAYS).await?;
        if stays.is_empty() {
            break;
        }
        let hands = stays.into_iter().map(|(enrollment, contact)| {
            let reason = ExitReason::AutomationArchived;
            (contact, Hand::Remove { automation: open.automation, enrollment, reason, may_reenter: true }, None)
        });
        let outcomes = intake.move_all(open.workspace, hands.collect()).await?;
        if !outcomes.iter().any(|outcome| matches!(outcome, Outcome::Accepted { .. })) {
            // Somebody else is at it, or something stands in the way: look again later.
            return Ok(());
        }
    }
    let tx = intake.store.begin().await?;
    command::finish(&tx, open, intake.clock.now()).await?;
    Ok(tx.commit().await?)
}
