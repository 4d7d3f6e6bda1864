//! Inputs about contacts.

use super::patch;
use async_graphql::{InputObject, Json, MaybeUndefined};
use offramp_domain::contact::ContactDraft;
use serde_json::Value;

/// What is to be known of a contact; what is left out stays, null clears.
#[derive(InputObject)]
pub struct ContactUpsertInput {
    /// Your own id; a contact that is new is made.
    external_id: String,
    /// Where messages may go.
    email: MaybeUndefined<String>,
    /// A telephone number, in any notation.
    phone: MaybeUndefined<String>,
    /// The given name.
    first_name: MaybeUndefined<String>,
    /// The family name.
    last_name: MaybeUndefined<String>,
    /// Whatever else: an object, 16 KiB and 8 levels at most. It is replaced as a whole; null empties it.
    attributes: MaybeUndefined<Json<Value>>,
}

impl From<ContactUpsertInput> for ContactDraft {
    fn from(input: ContactUpsertInput) -> Self {
        Self {
            external_id: input.external_id,
            email: patch(input.email, |text| text),
            phone: patch(input.phone, |text| text),
            first_name: patch(input.first_name, |text| text),
            last_name: patch(input.last_name, |text| text),
            attributes: patch(input.attributes, |attributes| attributes.0),
        }
    }
}
