//! The second step: which of the events are new, and which automations they may pull somebody into. The rest costs nothing.

use super::accept::{Accepted, Entry};
use super::{Interrupted, Outcome};
use crate::store::{Tx, event};
use offramp_domain::hand::Hand;
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_domain::index::Definitions;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The events of a batch that are new, and where they may pull somebody in.
pub(super) struct Candidates<'a> {
    entries: Vec<&'a Entry>,
    entered: BTreeSet<AutomationId>,
    definitions: Arc<Definitions>,
}

impl<'a> Candidates<'a> {
    /// Settles the events whose key was used before, and finds the automations that the others may be entered by.
    pub(super) async fn find(
        tx: &Tx,
        workspace: WorkspaceId,
        batch: &'a mut Accepted,
        definitions: Arc<Definitions>,
    ) -> Result<Self, Interrupted> {
        let keys = batch.open().filter_map(|entry| entry.accepted.message_id.as_deref());
        let seen = event::seen(tx, workspace, keys).await?;
        let known = batch.unsettled().filter_map(|entry| {
            let before = seen.get(entry.accepted.message_id.as_ref()?)?;
            // Its own id: the commit of an earlier attempt was made, and its answer lost.
            let own = before.id == entry.accepted.event.id;
            let outcome = if own {
                Outcome::Accepted { event: before.id, deduplicated: true }
            } else {
                Outcome::repeat(entry.index, before.fingerprint == entry.fingerprint)
            };
            Some((entry.place, outcome))
        });
        for (place, outcome) in known.collect::<Vec<_>>() {
            batch.settle(place, outcome);
        }
        let entries: Vec<_> = batch.open().collect();
        let by_event = entries.iter().flat_map(|entry| definitions.entered_by(&entry.accepted.event));
        let by_hand = entries.iter().filter_map(|entry| Hand::of(&entry.accepted.event)).map(|hand| hand.automation());
        let entered = by_event.chain(by_hand).chain(definitions.told()).collect();
        Ok(Self { entries, entered, definitions })
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn entries(&self) -> &[&'a Entry] {
        &self.entries
    }

    pub(super) const fn entered(&self) -> &BTreeSet<AutomationId> {
        &self.entered
    }

    pub(super) const fn definitions(&self) -> &Arc<Definitions> {
        &self.definitions
    }
}
