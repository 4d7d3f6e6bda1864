//! Subscribers: what they missed is read from the table, then they live on; nobody waits for them (R71).

use super::cursor::{Cursor, CursorError};
use crate::store::exit::Filter;
use crate::store::{Error, Store, feed};
use offramp_domain::ids::WorkspaceId;
use offramp_entity::exit;
use std::collections::VecDeque;
use tokio::sync::watch;

/// Exits that are read at once.
const PAGE_EXITS: u64 = 500;

/// Why there is nothing to subscribe to.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// The caller's cursor leads nowhere.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// A failure of ours.
    #[error(transparent)]
    Store(#[from] Error),
    /// The workspace is gone.
    #[error("there is no such workspace any more")]
    NoWorkspace,
}

/// The exits of a workspace, in order, each once.
pub struct ExitFeed {
    store: Store,
    workspace: WorkspaceId,
    filter: Filter,
    /// Everything up to here was given, or read and waits in `page`.
    position: i64,
    /// Where to end; none to go on.
    end: Option<i64>,
    page: VecDeque<exit::Model>,
    watermark: watch::Receiver<i64>,
    epoch: i64,
}

impl ExitFeed {
    /// The caller watches first and reads then, so that nothing falls between.
    pub(super) async fn open(
        store: Store,
        workspace: WorkspaceId,
        after: Option<&str>,
        filter: Filter,
        follow: bool,
        watermark: watch::Receiver<i64>,
    ) -> Result<Self, SubscribeError> {
        let head = feed::head(&store, workspace).await?.ok_or(SubscribeError::NoWorkspace)?;
        let position = match after {
            Some(cursor) => Cursor::decode(cursor)?.position_in(workspace, head)?,
            None => head.position,
        };
        let end = (!follow).then_some(head.position);
        let page = VecDeque::new();
        Ok(Self { store, workspace, filter, position, end, page, watermark, epoch: head.epoch })
    }

    /// Which life of the database the positions belong to.
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// The next exit, as soon as there is one; none when the feed was read to its end.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn next(&mut self) -> Result<Option<exit::Model>, Error> {
        loop {
            if let Some(exit) = self.page.pop_front() {
                return Ok(Some(exit));
            }
            self.watermark.borrow_and_update();
            let head = match self.end {
                Some(end) => end,
                None => feed::head(&self.store, self.workspace).await?.map_or(self.position, |head| head.position),
            };
            if self.position < head {
                self.read(head).await?;
            } else if self.end.is_some() {
                return Ok(None);
            } else if self.watermark.changed().await.is_err() {
                // The server goes down. To end here would say that there is no more to come.
                std::future::pending::<()>().await;
            }
        }
    }

    async fn read(&mut self, head: i64) -> Result<(), Error> {
        let page =
            feed::exits_between(&self.store, self.workspace, &self.filter, self.position, head, PAGE_EXITS).await?;
        let full = u64::try_from(page.len()).is_ok_and(|read| read == PAGE_EXITS);
        // A page that is not full was read to the head; a full one to its last exit.
        self.position = page.last().filter(|_| full).map_or(head, |last| last.position);
        self.page = page.into();
        Ok(())
    }
}
