//! Stays that hands begin and end.

use super::payload::{Written, payload};
use crate::authoring::AuthoringError;
use crate::engine::HandError;
use crate::graphql::error::{internal, not_ingested};
use crate::graphql::id::Kind;
use crate::graphql::inputs::enrollment::{EnrollmentCreateInput, EnrollmentExitInput};
use crate::graphql::types::enrollment::Enrollment;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Object, Result};
use offramp_entity::enrollment::Model;

payload!(
    /// Result of `enrollmentCreate`.
    EnrollmentCreatePayload {
        /// The stay, which may have ended already by what was received since; null when there are errors.
        enrollment: Enrollment
    }
);
payload!(
    /// Result of `enrollmentExit`.
    EnrollmentExitPayload {
        /// The stay that ended; null when there are errors.
        enrollment: Enrollment
    }
);

/// Stays that hands begin and end.
#[derive(Clone, Copy, Default)]
pub struct EnrollmentMutation;

#[Object]
impl EnrollmentMutation {
    /// Puts a contact into an automation by hand, now or as of the past. Its entry rules are not asked; its re-entry
    /// policy is.
    async fn enrollment_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom and where.")] input: EnrollmentCreateInput,
    ) -> Option<Result<EnrollmentCreatePayload>> {
        Some(create(ctx, input).await.and_then(EnrollmentCreatePayload::of))
    }

    /// Takes a contact out of an automation by hand.
    async fn enrollment_exit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: EnrollmentExitInput,
    ) -> Option<Result<EnrollmentExitPayload>> {
        Some(exit(ctx, &input).await.and_then(EnrollmentExitPayload::of))
    }
}

async fn create(ctx: &Context<'_>, input: EnrollmentCreateInput) -> Result<Written<Enrollment>> {
    written(ctx, services(ctx)?.engine.enroll(caller(ctx)?.workspace, input.into()).await)
}

async fn exit(ctx: &Context<'_>, input: &EnrollmentExitInput) -> Result<Written<Enrollment>> {
    let (engine, workspace) = (&services(ctx)?.engine, caller(ctx)?.workspace);
    written(ctx, engine.remove(workspace, Kind::Enrollment.key(&input.id), input.reason(), input.may_reenter).await)
}

fn written(ctx: &Context<'_>, moved: std::result::Result<Model, HandError>) -> Result<Written<Enrollment>> {
    match moved {
        Ok(row) => Ok(Ok(Enrollment(row))),
        Err(HandError::Refused(faults)) => Ok(Err(AuthoringError::Refused(faults))),
        Err(HandError::NotTaken(error)) => Err(not_ingested(ctx, &error)),
        Err(error @ (HandError::Failed(_) | HandError::Store(_))) => Err(internal(&error)),
    }
}
