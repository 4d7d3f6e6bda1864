//! What runs in each workspace, kept in memory until its revision changes (R5).

use super::Interrupted;
use crate::store::{Tx, version, workspace};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::index::Definitions;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many workspaces' definitions are kept; the others are loaded when they are needed.
const KEPT_MAX: usize = 1_000;

/// The definitions of some workspaces, each as of a revision.
#[derive(Clone, Default)]
pub(super) struct Cache {
    kept: Arc<Mutex<BTreeMap<WorkspaceId, Arc<Definitions>>>>,
}

impl Cache {
    /// What runs, which stays so until the transaction ends.
    pub(super) async fn current(&self, tx: &Tx, id: WorkspaceId) -> Result<Arc<Definitions>, Interrupted> {
        let revision = workspace::hold_revision(tx, id).await?.ok_or(Interrupted::NoWorkspace)?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(definitions) = kept.filter(|definitions| definitions.revision == revision) {
            return Ok(definitions);
        }
        let definitions = Arc::new(version::load(tx, id, revision).await?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX && !kept.contains_key(&id) {
            kept.pop_first();
        }
        kept.insert(id, Arc::clone(&definitions));
        Ok(definitions)
    }
}
