//! Writes of automations.

use super::payload::{Written, payload};
use crate::authoring::{Authoring, AuthoringError};
use crate::graphql::id::Kind;
use crate::graphql::inputs::automation::{
    AutomationArchiveInput, AutomationCreateInput, AutomationPauseInput, AutomationPublishInput, AutomationResumeInput,
    AutomationUpdateInput,
};
use crate::graphql::types::automation::Automation;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, ID, Object, Result};
use offramp_domain::ids::{AutomationId, WorkspaceId};

payload!(
    /// Result of `automationCreate`.
    AutomationCreatePayload {
        /// The new automation; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `automationPublish`.
    AutomationPublishPayload {
        /// The automation as it is now; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `automationPause`.
    AutomationPausePayload {
        /// The automation as it is now; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `automationResume`.
    AutomationResumePayload {
        /// The automation as it is now; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `automationUpdate`.
    AutomationUpdatePayload {
        /// The automation as it is now; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `automationArchive`.
    AutomationArchivePayload {
        /// The automation as it is now; null when there are errors.
        automation: Automation
    }
);

/// Writes of automations.
#[derive(Clone, Copy, Default)]
pub struct AutomationMutation;

#[Object]
impl AutomationMutation {
    /// Makes an automation, as a draft.
    async fn automation_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The automation.")] input: AutomationCreateInput,
    ) -> Option<Result<AutomationCreatePayload>> {
        Some(create(ctx, input).await.and_then(AutomationCreatePayload::of))
    }

    /// Changes the name or the re-entry policy of the draft; what is left out stays. The name is shown at once, the policy
    /// holds after the next publication.
    async fn automation_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is new.")] input: AutomationUpdateInput,
    ) -> Option<Result<AutomationUpdatePayload>> {
        Some(update(ctx, input).await.and_then(AutomationUpdatePayload::of))
    }

    /// Publishes the draft as the next version: contacts enter it from now on, those inside stay with theirs. A draft that
    /// is as it was published last makes no new version.
    async fn automation_publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AutomationPublishInput,
    ) -> Option<Result<AutomationPublishPayload>> {
        Some(change(ctx, &input.id, Change::Publish).await.and_then(AutomationPublishPayload::of))
    }

    /// Lets nobody enter any more; goals and exits go on.
    async fn automation_pause(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AutomationPauseInput,
    ) -> Option<Result<AutomationPausePayload>> {
        Some(change(ctx, &input.id, Change::Pause).await.and_then(AutomationPausePayload::of))
    }

    /// Lets contacts enter again.
    async fn automation_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AutomationResumeInput,
    ) -> Option<Result<AutomationResumePayload>> {
        Some(change(ctx, &input.id, Change::Resume).await.and_then(AutomationResumePayload::of))
    }

    /// Ends an automation for good: from now on nobody enters and nothing is judged, and nothing of it can be changed.
    /// Whoever is inside leaves within seconds, as `AUTOMATION_ARCHIVED`. It is listed only where archived ones are asked
    /// for; its figures stay.
    async fn automation_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AutomationArchiveInput,
    ) -> Option<Result<AutomationArchivePayload>> {
        Some(change(ctx, &input.id, Change::Archive).await.and_then(AutomationArchivePayload::of))
    }
}

async fn create(ctx: &Context<'_>, input: AutomationCreateInput) -> Result<Written<Automation>> {
    let row = services(ctx)?.authoring.create_automation(caller(ctx)?.workspace, &input.into()).await;
    Ok(row.map(Automation))
}

async fn update(ctx: &Context<'_>, input: AutomationUpdateInput) -> Result<Written<Automation>> {
    let Some(key) = Kind::Automation.key(&input.id) else { return Ok(Err(AuthoringError::no_automation("id"))) };
    let (authoring, expected) = (&services(ctx)?.authoring, input.expected_version);
    let row = authoring.update_automation(caller(ctx)?.workspace, key, expected, &input.into()).await;
    Ok(row.map(Automation))
}

/// A change of what runs.
#[derive(Clone, Copy)]
enum Change {
    Publish,
    Pause,
    Resume,
    Archive,
}

async fn change(ctx: &Context<'_>, id: &ID, change: Change) -> Result<Written<Automation>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let row = async |authoring: &Authoring, workspace: WorkspaceId, key: AutomationId| match change {
        Change::Publish => authoring.publish_automation(workspace, key).await,
        Change::Pause => authoring.pause_automation(workspace, key).await,
        Change::Resume => authoring.resume_automation(workspace, key).await,
        Change::Archive => authoring.archive_automation(workspace, key).await,
    };
    let Some(key) = Kind::Automation.key(id) else { return Ok(Err(AuthoringError::no_automation("id"))) };
    Ok(row(&services.authoring, workspace, key).await.map(Automation))
}
