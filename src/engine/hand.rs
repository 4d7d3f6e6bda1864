//! Hands: somebody puts a contact into an automation, or takes one out. Each is an event of our own making, and goes the
//! way of all events.

use super::Engine;
use super::accept::Accepted;
use super::intake::Intake;
use super::outcome::{IngestError, OF_ANOTHER_ORDER, Outcome, too_late, too_many_of_order, too_much_known};
use crate::store::{Error, automation, enrollment};
use offramp_domain::enrollment::ExitReason;
use offramp_domain::enrollment::Refusal;
use offramp_domain::fault::{self, Code, Fault, Faults, Path};
use offramp_domain::hand::Hand;
use offramp_domain::ids::{AutomationId, EnrollmentId, EventId, WorkspaceId};
use offramp_domain::limits::EXTERNAL_ID_CHARS_MAX;
use offramp_domain::time::Timestamp;
use offramp_entity::enrollment::Model;

/// Who is to be put where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrollmentDraft {
    /// Into which automation; none if the caller's id means none.
    pub automation: Option<AutomationId>,
    /// Whom, by the customer's own id.
    pub contact_external_id: String,
    /// As of when, in RFC 3339; now, if left out.
    pub entered_at: Option<String>,
}

/// Why a hand moved nobody.
#[derive(Debug, thiserror::Error)]
pub enum HandError {
    /// The caller's faults.
    #[error("{} faults", .0.len())]
    Refused(Vec<Fault>),
    /// It was not taken in.
    #[error(transparent)]
    NotTaken(#[from] IngestError),
    /// It was taken in and did not get through, or nobody knows.
    #[error("{0}")]
    Failed(String),
    /// A failure of ours beside it.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Engine {
    /// Puts a contact into an automation, as of now or of an instant in the past, from which on what was received since is
    /// judged (R1, R63). When this gives back the stay, it is durable and visible.
    ///
    /// # Errors
    /// See [`HandError`].
    pub async fn enroll(&self, workspace: WorkspaceId, draft: EnrollmentDraft) -> Result<Model, HandError> {
        let intake = self.intake();
        let (automation, contact, at) = intake.check_enrollment(workspace, draft).await?;
        let event = intake.move_one(workspace, contact, Hand::Enroll { automation }, at).await?;
        // Not the contact's latest: there may be a later one by now.
        intake.stay(workspace, EnrollmentId::begun_by(event, automation)).await
    }

    /// Takes a contact out of an automation, who may come back or not (R3, R30).
    ///
    /// # Errors
    /// See [`HandError`].
    pub async fn remove(
        &self,
        workspace: WorkspaceId,
        id: Option<EnrollmentId>,
        reason: ExitReason,
        may_reenter: bool,
    ) -> Result<Model, HandError> {
        let store = &self.intake().store;
        let found = match id {
            Some(id) => enrollment::with_contact(store, workspace, id).await?,
            None => None,
        };
        let (row, contact) =
            found.ok_or_else(|| one("id", Code::NotFound, "There is no such enrollment in this workspace."))?;
        let (automation, enrollment) = (row.automation_id.into(), row.id.into());
        let hand = Hand::Remove { automation, enrollment, reason, may_reenter };
        self.intake().move_one(workspace, contact, hand, None).await?;
        self.intake().stay(workspace, enrollment).await
    }
}

impl Intake {
    /// A stay that a hand has begun or ended.
    async fn stay(&self, workspace: WorkspaceId, id: EnrollmentId) -> Result<Model, HandError> {
        let stay = enrollment::with_contact(&self.store, workspace, id).await?;
        stay.map(|(row, _)| row).ok_or_else(|| HandError::Failed("the stay is gone".to_owned()))
    }

    async fn check_enrollment(
        &self,
        workspace: WorkspaceId,
        draft: EnrollmentDraft,
    ) -> Result<(AutomationId, String, Option<Timestamp>), HandError> {
        let (path, mut faults) = (Path::root("input"), Faults::none());
        let contact = fault::key(&draft.contact_external_id, EXTERNAL_ID_CHARS_MAX);
        let contact = faults.keep(&path.field("contactExternalId"), contact);
        let at = match draft.entered_at {
            None => Some(None),
            Some(text) => faults.keep(&path.field("enteredAt"), past(&text, self.clock.now())).map(Some),
        };
        let known = match draft.automation {
            Some(id) => automation::find(&self.store, workspace, id).await?,
            None => None,
        };
        if known.is_none() {
            let message = "There is no such automation in this workspace.";
            faults.add::<()>(&path.field("automationId"), Code::NotFound, message);
        }
        let read = known.map(|row| row.id.into()).zip(contact).zip(at);
        faults.or_value(read.map(|((automation, contact), at)| (automation, contact, at))).map_err(HandError::Refused)
    }

    /// Lets hands move contacts, and tells what became of each.
    pub(super) async fn move_all(
        &self,
        workspace: WorkspaceId,
        hands: Vec<(String, Hand, Option<Timestamp>)>,
    ) -> Result<Vec<Outcome>, IngestError> {
        self.through(workspace, Accepted::by_hand(hands, &self.clock)).await
    }

    /// Lets one hand move a contact; gives back the event that keeps it.
    async fn move_one(
        &self,
        workspace: WorkspaceId,
        contact: String,
        hand: Hand,
        at: Option<Timestamp>,
    ) -> Result<EventId, HandError> {
        self.settle_one(workspace, Accepted::by_hand([(contact, hand, at)], &self.clock)).await
    }

    /// Brings one event of our own through; gives back its id.
    pub(super) async fn settle_one(&self, workspace: WorkspaceId, batch: Accepted) -> Result<EventId, HandError> {
        match self.through(workspace, batch).await?.pop() {
            Some(Outcome::Accepted { event, .. }) => Ok(event),
            Some(Outcome::Declined(refusal)) => Err(declined(refusal)),
            Some(Outcome::Refused(faults)) => Err(HandError::Refused(faults)),
            Some(Outcome::Failed { error_id } | Outcome::Unknown { error_id }) => {
                Err(HandError::Failed(format!("see error id {error_id}")))
            }
            // It has no key that was used before.
            None | Some(Outcome::Duplicate) => Err(HandError::Failed("nothing became of it".to_owned())),
        }
    }
}

fn past(text: &str, now: Timestamp) -> Result<Timestamp, (Code, String)> {
    let at = Timestamp::parse(text).map_err(|message| (Code::Invalid, message))?;
    if at > now {
        return Err((Code::OutOfRange, format!("{at} is in the future; it is {now}. Leave it out to mean now.")));
    }
    Ok(at)
}

fn one(field: &str, code: Code, message: impl Into<String>) -> HandError {
    HandError::Refused(vec![Path::root("input").field(field).fault(code, message)])
}

fn declined(refusal: Refusal) -> HandError {
    let (field, message) = match refusal {
        Refusal::TooLate => ("enteredAt", too_late()),
        Refusal::NotRunning => (
            "automationId",
            "The automation does not run. Publish or resume it first; one that is archived has ended for good."
                .to_owned(),
        ),
        Refusal::AlreadyEnrolled => ("contactExternalId", "The contact is inside already.".to_owned()),
        Refusal::StayCovers => ("enteredAt", "A stay of the contact covers or follows this time.".to_owned()),
        Refusal::ReEntryRefused => {
            let message = "The contact was inside before and may not come back, by the re-entry policy or by whoever took \
                           the contact out.";
            ("contactExternalId", message.to_owned())
        }
        Refusal::TooMuchKnown => ("attributes", too_much_known()),
        Refusal::TooManyEdits | Refusal::TooManyRefunds => ("orderId", too_many_of_order()),
        Refusal::OfAnotherOrder => ("paymentId", OF_ANOTHER_ORDER.to_owned()),
        Refusal::NotActive => ("id", "The stay has ended already.".to_owned()),
        Refusal::MetBeforeEntry => {
            let message = "The contact meets a goal or an alternate exit rule already, which lets nobody in who does.";
            ("contactExternalId", message.to_owned())
        }
    };
    one(field, refusal.code(), message)
}
