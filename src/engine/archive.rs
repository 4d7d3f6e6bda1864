//! Archived automations: the control plane leaves a command, and here those who were inside are taken out, page by page
//! (R30). Two nodes that do the same at once do no harm: a stay ends once.

use super::intake::Intake;
use super::outcome::{IngestError, Outcome};
use crate::store::command::{self, CommandKind};
use crate::store::{Error, Store, enrollment, sweep};
use offramp_domain::enrollment::ExitReason;
use offramp_domain::hand::Hand;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often commands are looked for.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Stays that are ended at once, where there is room for so many.
const PAGE_STAYS_MAX: u64 = 500;

/// Carries out what the control plane left to be done.
pub(super) struct Archivist {
    intake: Weak<Intake>,
    store: Store,
}

/// What keeps a command from being carried out; it is tried again.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error("a newer version left it, and only that can carry it out")]
    Unknown,
    #[error("nobody of {0} could be taken out")]
    Stuck(usize),
    #[error(transparent)]
    Store(#[from] Error),
    #[error(transparent)]
    NotThrough(#[from] IngestError),
}

impl Archivist {
    pub(super) fn of(intake: &Arc<Intake>) -> Self {
        Self { intake: Arc::downgrade(intake), store: intake.store.in_background() }
    }

    /// Looks for commands for ever, or until the engine is gone; while something is moved, at once again.
    pub(super) async fn run(self) {
        let mut ticks = tokio::time::interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut stays = PAGE_STAYS_MAX;
        loop {
            ticks.tick().await;
            loop {
                let Some(intake) = self.intake.upgrade() else { return };
                match sweep_once(&self.store, &intake, &mut stays).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::warn!(%error, "the commands could not be looked up");
                        break;
                    }
                }
            }
        }
    }
}

/// Gives every open command a page of its work, so that none waits for another; whether anything was moved.
async fn sweep_once(store: &Store, intake: &Intake, stays: &mut u64) -> Result<bool, Error> {
    let (mut last, mut has_moved, mut kept_back) = (None, false, None);
    loop {
        let open = sweep::open_commands(store, last.as_ref()).await?;
        let Some(command) = open.last() else { break };
        last = Some(*command);
        for command in &open {
            match carry_out_page(intake, command, *stays).await {
                Ok(()) => {
                    has_moved = true;
                    *stays = stays.saturating_mul(2).min(PAGE_STAYS_MAX);
                }
                Err(error) => {
                    if matches!(error, NotDone::NotThrough(IngestError::Overloaded)) {
                        // Fewer find room among those who send.
                        *stays = (*stays / 2).max(1);
                    }
                    kept_back = Some((command.id, error));
                }
            }
        }
    }
    // While others move, what stands still may only be waiting for them.
    if let Some((id, error)) = kept_back.filter(|_| !has_moved) {
        tracing::warn!(%error, command = %id.0, "a command could not be carried out yet");
    }
    Ok(has_moved)
}

/// Takes a page of those inside out of an archived automation, into which nobody enters any more; when nobody is left,
/// the command is done.
async fn carry_out_page(intake: &Intake, open: &command::Open, page_stays: u64) -> Result<(), NotDone> {
    match open.kind.ok_or(NotDone::Unknown)? {
        CommandKind::EndArchived => {}
    }
    let stays = enrollment::active_in(&intake.store, open.workspace, open.automation, page_stays).await?;
    if stays.is_empty() {
        let tx = intake.store.begin().await?;
        command::finish(&tx, open, intake.clock.now()).await?;
        return Ok(tx.commit().await?);
    }
    let wanted = stays.len();
    let hands = stays.into_iter().map(|(enrollment, contact)| {
        let reason = ExitReason::AutomationArchived;
        (contact, Hand::Remove { automation: open.automation, enrollment, reason, may_reenter: true }, None)
    });
    let outcomes = intake.move_all(open.workspace, hands.collect()).await?;
    let is_moved = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Accepted { .. }));
    if is_moved { Ok(()) } else { Err(NotDone::Stuck(wanted)) }
}
