//! How far each workspace's feed has grown, as a signal to those who read it. The table is the truth; a signal that is
//! lost, or that another node would have had to give, costs a poll's second and nothing else.

use crate::store::{Store, sweep};
use offramp_domain::ids::WorkspaceId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How often the heads of the feeds are looked up for those who wait.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// A watermark for each workspace that somebody watches.
#[derive(Clone, Default)]
pub(super) struct Watermarks {
    heads: Arc<Mutex<BTreeMap<WorkspaceId, watch::Sender<i64>>>>,
}

impl Watermarks {
    fn heads(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, watch::Sender<i64>>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something that tells when the workspace's feed grows from now on.
    pub(super) fn watch(&self, workspace: WorkspaceId) -> watch::Receiver<i64> {
        self.heads().entry(workspace).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Says how far a feed has grown.
    pub(super) fn raise(&self, workspace: WorkspaceId, head: i64) {
        if let Some(sender) = self.heads().get(&workspace) {
            sender.send_if_modified(|known| {
                head > *known && {
                    *known = head;
                    true
                }
            });
        }
    }

    /// The workspaces that somebody watches; forgets the others.
    fn watched(&self) -> Vec<WorkspaceId> {
        let mut heads = self.heads();
        heads.retain(|_, sender| sender.receiver_count() > 0);
        heads.keys().copied().collect()
    }

    /// Ends every watch.
    pub(super) fn close(&self) {
        self.heads().clear();
    }

    /// Looks up the heads of watched feeds for ever.
    pub(super) async fn poll(self, store: Store) {
        let mut ticks = tokio::time::interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match sweep::heads(&store, self.watched()).await {
                Ok(heads) => heads.into_iter().for_each(|(workspace, head)| self.raise(workspace, head)),
                Err(error) => tracing::warn!(%error, "the heads of the feeds could not be looked up"),
            }
        }
    }
}
