//! Reads of contacts.

use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::types::contact::Contact;
use crate::graphql::types::{caller, contact as by_key, services};
use crate::store::contact;
use async_graphql::{Context, ID, Object, Result};

/// Reads of contacts.
#[derive(Clone, Copy, Default)]
pub struct ContactQuery;

#[Object]
impl ContactQuery {
    /// One contact; null when there is none of that id.
    async fn contact(&self, ctx: &Context<'_>, #[graphql(desc = "The contact.")] id: ID) -> Option<Result<Contact>> {
        by_key(ctx, Kind::Contact.key(&id)?).await.transpose()
    }

    /// One contact by your own id; null when there is none.
    async fn contact_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your own id of the contact.")] external_id: String,
    ) -> Option<Result<Contact>> {
        by_external_id(ctx, &external_id).await.transpose()
    }
}

async fn by_external_id(ctx: &Context<'_>, external_id: &str) -> Result<Option<Contact>> {
    // PostgreSQL's texts cannot hold it, so nobody has it.
    if external_id.contains('\0') {
        return Ok(None);
    }
    let row = contact::find_by_external_id(&services(ctx)?.store, caller(ctx)?.workspace, external_id).await;
    Ok(row.map_err(|error| internal(&error))?.map(Contact))
}
