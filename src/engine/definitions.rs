//! What runs in each workspace, kept in memory until its revision changes (R5).

use super::Interrupted;
use crate::store::workspace::{self, Held};
use crate::store::{Tx, version};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::index::Definitions;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many workspaces' definitions are kept; the others are loaded when they are needed.
const KEPT_MAX: usize = 1_000;

/// The definitions of some workspaces, each as of a revision.
#[derive(Clone, Default)]
pub(super) struct Cache {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    /// With the number of the look at which they were wanted last.
    definitions: BTreeMap<WorkspaceId, (u64, Arc<Definitions>)>,
    looks: u64,
}

impl Kept {
    fn find(&mut self, id: WorkspaceId) -> Option<Arc<Definitions>> {
        self.looks = self.looks.saturating_add(1);
        let (wanted, definitions) = self.definitions.get_mut(&id)?;
        *wanted = self.looks;
        Some(Arc::clone(definitions))
    }

    /// Those that nobody wanted for longest make room.
    fn keep(&mut self, id: WorkspaceId, definitions: Arc<Definitions>) {
        if self.definitions.len() >= KEPT_MAX && !self.definitions.contains_key(&id) {
            let oldest = self.definitions.iter().min_by_key(|(_, (wanted, _))| *wanted).map(|(id, _)| *id);
            oldest.map(|oldest| self.definitions.remove(&oldest));
        }
        self.definitions.insert(id, (self.looks, definitions));
    }
}

impl Cache {
    /// What runs, which stays so until the transaction ends.
    pub(super) async fn current(&self, tx: &Tx, id: WorkspaceId) -> Result<(Arc<Definitions>, Held), Interrupted> {
        let held = workspace::hold(tx, id).await?.ok_or(Interrupted::NoWorkspace)?;
        let revision = held.revision;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).find(id);
        if let Some(definitions) = kept.filter(|definitions| definitions.revision == revision) {
            return Ok((definitions, held));
        }
        let definitions = Arc::new(version::load(tx, id, revision).await?);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).keep(id, Arc::clone(&definitions));
        Ok((definitions, held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn who_was_not_wanted_for_longest_makes_room() {
        let id = |number: usize| WorkspaceId(Uuid::from_u128(number as u128));
        let mut kept = Kept::default();
        for number in 0..KEPT_MAX {
            assert!(kept.find(id(number)).is_none());
            kept.keep(id(number), Arc::default());
        }
        assert!(kept.find(id(0)).is_some(), "the first is wanted again");
        assert!(kept.find(id(KEPT_MAX)).is_none());
        kept.keep(id(KEPT_MAX), Arc::default());
        let found = [0, 1, 2, KEPT_MAX].map(|number| kept.find(id(number)).is_some());
        assert_eq!(found, [true, false, true, true]);
    }
}
