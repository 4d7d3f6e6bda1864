//! Contacts, as the customer's software tells of them.

use super::{Authoring, AuthoringError, Made};
use crate::store::{Error, Tx, contact};
use offramp_domain::contact::{CheckedContact, ContactDraft};
use offramp_domain::fault::Path;
use offramp_domain::ids::{ContactId, WorkspaceId};
use offramp_entity::contact::Model;
use std::collections::BTreeMap;

impl Authoring {
    /// Notes what is known of a contact, who is made if nobody has the external id; what the draft leaves out stays.
    ///
    /// # Errors
    /// See [`AuthoringError`].
    pub async fn upsert_contact(&self, workspace: WorkspaceId, draft: &ContactDraft) -> Result<Model, AuthoringError> {
        let checked = draft.check(&Path::root("input")).map_err(AuthoringError::Refused)?;
        let id = ContactId(self.clock.fresh_id());
        self.in_transaction(|tx| self.upsert(tx, workspace, id, &checked)).await
    }

    async fn upsert(&self, tx: Tx, workspace: WorkspaceId, fresh: ContactId, checked: &CheckedContact) -> Made<Model> {
        // The one lock that it takes: nothing that is decided depends on what a contact is called.
        let one = BTreeMap::from([(checked.external_id.clone(), fresh)]);
        let locked = contact::lock(&tx, workspace, &one, self.clock.now()).await?;
        locked.ok_or(AuthoringError::Raced("the contact"))?;
        let row = contact::find_by_external_id(&tx, workspace, &checked.external_id).await?;
        let row = row.ok_or(Error::Lost("a contact"))?;
        let row = contact::update(&tx, row, checked.clone()).await?;
        Ok((tx, row))
    }
}
