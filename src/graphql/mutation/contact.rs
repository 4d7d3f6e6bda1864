//! Writes of contacts.

use super::payload::{Written, moved, payload};
use crate::graphql::inputs::contact::ContactUpsertInput;
use crate::graphql::types::contact::Contact;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Object, Result};

payload!(
    /// Result of `contactUpsert`.
    ContactUpsertPayload {
        /// The contact as it is now; null when there are errors.
        contact: Contact
    }
);

/// Writes of contacts.
#[derive(Clone, Copy, Default)]
pub struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Notes what is known of a contact, who is made if nobody has the external id; what is left out stays.
    async fn contact_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and what is known.")] input: ContactUpsertInput,
    ) -> Option<Result<ContactUpsertPayload>> {
        Some(upsert(ctx, input).await.and_then(ContactUpsertPayload::of))
    }
}

async fn upsert(ctx: &Context<'_>, input: ContactUpsertInput) -> Result<Written<Contact>> {
    let row = services(ctx)?.engine.upsert_contact(caller(ctx)?.workspace, &input.into()).await;
    moved(ctx, row.map(Contact))
}
