//! Orders and payments, as the customer's software tells of them one by one: what is said is an event like any other,
//! and the order or payment is as it made it when this answers.

use super::Engine;
use super::accept::Accepted;
use super::hand::HandError;
use super::outcome::Outcome;
use crate::store::{customer_order, payment};
use offramp_domain::event::EventDraft;
use offramp_domain::fault::Fault;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::money::Currency;
use offramp_entity as entity;

impl Engine {
    /// Takes in what is said of the order of that name.
    ///
    /// # Errors
    /// See [`HandError`].
    pub async fn tell_of_order(
        &self,
        workspace: WorkspaceId,
        currency: Currency,
        draft: EventDraft,
        name: &str,
    ) -> Result<entity::customer_order::Model, HandError> {
        let contact = draft.contact_external_id.clone();
        self.tell(workspace, currency, draft).await?;
        let row = customer_order::find_named(&self.intake().store, workspace, &contact, name).await?;
        row.ok_or_else(|| HandError::Failed("the order is gone".to_owned()))
    }

    /// Takes in what is said of the payment of that name.
    ///
    /// # Errors
    /// See [`HandError`].
    pub async fn tell_of_payment(
        &self,
        workspace: WorkspaceId,
        currency: Currency,
        draft: EventDraft,
        name: &str,
    ) -> Result<entity::payment::Model, HandError> {
        let contact = draft.contact_external_id.clone();
        self.tell(workspace, currency, draft).await?;
        let row = payment::find_named(&self.intake().store, workspace, &contact, name).await?;
        row.ok_or_else(|| HandError::Failed("the payment is gone".to_owned()))
    }

    /// Brings one event through; the same again changes nothing.
    async fn tell(&self, workspace: WorkspaceId, currency: Currency, draft: EventDraft) -> Result<(), HandError> {
        let intake = self.intake();
        let outcome = intake.through(workspace, Accepted::new(vec![draft], currency, &intake.clock)).await?.pop();
        match outcome.map(|outcome| outcome.in_batch(0)) {
            Some(Outcome::Accepted { .. } | Outcome::Duplicate) => Ok(()),
            Some(Outcome::Refused(faults)) => Err(HandError::Refused(faults.into_iter().map(of_field).collect())),
            Some(Outcome::Failed { error_id } | Outcome::Unknown { error_id }) => {
                Err(HandError::Failed(format!("see error id {error_id}")))
            }
            // What was declined was told as a fault.
            None | Some(Outcome::Declined(_)) => Err(HandError::Failed("nothing became of it".to_owned())),
        }
    }
}

/// A fault of the one event, at the input's own field: `input.events.0.properties.amount` is its `amount`.
fn of_field(fault: Fault) -> Fault {
    let steps = fault.path.iter().enumerate();
    let is_of_batch = |place: usize, step: &str| matches!(place, 1 | 2) || (place == 3 && step == "properties");
    let own = steps.filter(|(place, step)| !is_of_batch(*place, step));
    let path = own.map(|(_, step)| step.clone()).collect();
    Fault { path, ..fault }
}
