//! The ids that events mention, such as tags: noted once, so that they can be offered where conditions are written.

use crate::store::mention::Mention;
use offramp_domain::ids::WorkspaceId;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// How many are remembered as noted; beyond, all are forgotten, and noted again at their next mention.
const REMEMBERED_MAX: usize = 100_000;

/// What was noted already, so that it is not written again and again.
#[derive(Clone, Default)]
pub(super) struct Noted(Arc<Mutex<BTreeSet<(WorkspaceId, Mention)>>>);

impl Noted {
    /// Those that were not noted yet.
    pub(super) fn missing(&self, workspace: WorkspaceId, mentions: BTreeSet<Mention>) -> BTreeSet<Mention> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mentions.into_iter().filter(|one| !noted.contains(&(workspace, one.clone()))).collect()
    }

    /// Says that they were noted, now that it is committed.
    pub(super) fn remember(&self, workspace: WorkspaceId, mentions: BTreeSet<Mention>) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len().saturating_add(mentions.len()) > REMEMBERED_MAX {
            noted.clear();
        }
        noted.extend(mentions.into_iter().map(|one| (workspace, one)));
    }
}
