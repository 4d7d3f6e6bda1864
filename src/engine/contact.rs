//! Contacts, as the customer's software tells of them: what is said is an event like any other, and changes the contact in
//! the commit in which it is judged.

use super::Engine;
use super::accept::Accepted;
use super::hand::HandError;
use crate::store::contact;
use offramp_domain::contact::ContactDraft;
use offramp_domain::fault::Path;
use offramp_domain::ids::WorkspaceId;
use offramp_entity::contact::Model;

impl Engine {
    /// Notes what is known of a contact, who is made if nobody has the external id; what the draft leaves out stays.
    ///
    /// # Errors
    /// See [`HandError`].
    pub async fn upsert_contact(&self, workspace: WorkspaceId, draft: &ContactDraft) -> Result<Model, HandError> {
        let checked = draft.check(&Path::root("input")).map_err(HandError::Refused)?;
        let intake = self.intake();
        intake.settle_one(workspace, Accepted::of_contact(&checked, &intake.clock)).await?;
        let row = contact::find_by_external_id(&intake.store, workspace, &checked.external_id).await?;
        row.ok_or_else(|| HandError::Failed("the contact is gone".to_owned()))
    }
}
