//! Hands: somebody puts a contact into an automation, or takes one out. Each is an event of our own making, and goes the
//! way of all events.

use super::ingest::Engine;
use super::intake::Intake;
use super::outcome::{IngestError, Outcome, too_late};
use crate::store::{Error, automation, enrollment};
use offramp_domain::enrollment::ExitReason;
use offramp_domain::enrollment::Refusal;
use offramp_domain::fault::{self, Code, Fault, Faults, Path};
use offramp_domain::hand::Hand;
use offramp_domain::ids::{AutomationId, EnrollmentId, WorkspaceId};
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
    /// It did not get through.
    #[error(transparent)]
    NotThrough(#[from] IngestError),
    /// A failure of ours.
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
        intake.move_one(workspace, contact.clone(), Hand::Enroll { automation }, at).await?;
        let stay = enrollment::latest(&intake.store, workspace, &contact, automation).await?;
        stay.ok_or_else(|| not_through("the stay is gone"))
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
        let stay = enrollment::with_contact(store, workspace, enrollment).await?;
        stay.map(|(row, _)| row).ok_or_else(|| not_through("the stay is gone"))
    }
}

impl Intake {
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

    async fn move_one(
        &self,
        workspace: WorkspaceId,
        contact: String,
        hand: Hand,
        at: Option<Timestamp>,
    ) -> Result<(), HandError> {
        let outcomes = self.move_all(workspace, vec![(contact, hand, at)]).await?;
        outcomes.into_iter().next().map_or(Ok(()), |outcome| match outcome {
            Outcome::Declined(refusal) => Err(declined(refusal)),
            Outcome::Failed { error_id } => Err(not_through(&format!("see error id {error_id}"))),
            Outcome::Accepted { .. } | Outcome::Duplicate | Outcome::Refused(_) => Ok(()),
        })
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

fn not_through(why: &str) -> HandError {
    IngestError::Failed(why.to_owned()).into()
}

fn declined(refusal: Refusal) -> HandError {
    let (field, message) = match refusal {
        Refusal::TooLate => ("enteredAt", too_late()),
        Refusal::NotRunning => ("automationId", "The automation does not run; publish or resume it first.".to_owned()),
        Refusal::AlreadyEnrolled => ("contactExternalId", "The contact is inside already.".to_owned()),
        Refusal::StayCovers => ("enteredAt", "A stay of the contact covers or follows this time.".to_owned()),
        Refusal::ReEntryRefused => {
            let message = "The contact was inside before and may not come back, by the re-entry policy or by whoever took \
                           the contact out.";
            ("contactExternalId", message.to_owned())
        }
        Refusal::NotActive => ("id", "The stay has ended already.".to_owned()),
    };
    one(field, refusal.code(), message)
}
