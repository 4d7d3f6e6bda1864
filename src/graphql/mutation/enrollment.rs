//! Stays that hands begin and end.

use super::payload::{Written, moved, payload};
use crate::graphql::id::Kind;
use crate::graphql::inputs::enrollment::{EnrollmentCreateInput, EnrollmentExitInput};
use crate::graphql::types::enrollment::Enrollment;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Object, Result};

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
    moved(ctx, services(ctx)?.engine.enroll(caller(ctx)?.workspace, input.into()).await.map(Enrollment))
}

async fn exit(ctx: &Context<'_>, input: &EnrollmentExitInput) -> Result<Written<Enrollment>> {
    let (engine, workspace) = (&services(ctx)?.engine, caller(ctx)?.workspace);
    let removed = engine.remove(workspace, Kind::Enrollment.key(&input.id), input.reason(), input.may_reenter).await;
    moved(ctx, removed.map(Enrollment))
}
