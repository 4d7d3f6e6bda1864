//! Contacts.

use crate::graphql::id::Kind;
use crate::graphql::scalars::DateTime;
use async_graphql::{ID, Object};
use offramp_entity::contact::Model;

/// A person, by the customer's own id.
pub struct Contact(pub(in crate::graphql) Model);

/// A person, by the customer's own id.
#[Object]
impl Contact {
    /// Globally unique, opaque, stable id.
    async fn id(&self) -> ID {
        Kind::Contact.id(self.0.id)
    }

    /// The customer's own id.
    async fn external_id(&self) -> &str {
        &self.0.external_id
    }

    /// When the contact was first seen.
    async fn created_at(&self) -> DateTime {
        DateTime::of_micros(self.0.created_at)
    }
}
