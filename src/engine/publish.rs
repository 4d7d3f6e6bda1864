//! The last step: after the commit, whoever waits for the feed is woken.

use super::commit::Committed;
use super::watermark::Watermarks;

/// That everybody was told.
pub(super) struct Published(());

impl Published {
    /// Wakes the subscribers, if the feed grew.
    pub(super) fn make(committed: &Committed, watermarks: &Watermarks) -> Self {
        if let Some((workspace, head)) = committed.head() {
            watermarks.raise(workspace, head);
        }
        Self(())
    }
}
