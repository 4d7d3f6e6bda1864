//! Contacts as callers write them, and what is kept of them.

use crate::fault::{self, Code, Fault, Faults, Path};
use crate::limits::{
    CONTACT_ATTRIBUTES_BYTES_MAX, CONTACT_ATTRIBUTES_DEPTH_MAX, EMAIL_CHARS_MAX, EXTERNAL_ID_CHARS_MAX, NAME_CHARS_MAX,
    PHONE_CHARS_MAX,
};
use crate::patch::Patch;
use serde_json::{Map, Value};

/// What is to be known of a contact, who is made if nobody has the id; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactDraft {
    /// The customer's own id.
    pub external_id: String,
    /// Where messages may go.
    pub email: Patch<String>,
    /// A telephone number.
    pub phone: Patch<String>,
    /// A given name.
    pub first_name: Patch<String>,
    /// A family name.
    pub last_name: Patch<String>,
    /// Whatever else, an object of any JSON; replaced as a whole.
    pub attributes: Patch<Value>,
}

/// A draft that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedContact {
    /// The customer's own id.
    pub external_id: String,
    /// Where messages may go.
    pub email: Patch<String>,
    /// A telephone number.
    pub phone: Patch<String>,
    /// A given name.
    pub first_name: Patch<String>,
    /// A family name.
    pub last_name: Patch<String>,
    /// Whatever else.
    pub attributes: Patch<Map<String, Value>>,
}

impl ContactDraft {
    /// Checks the draft.
    ///
    /// # Errors
    /// Every fault of the draft, with paths below `path`.
    pub fn check(&self, path: &Path<'_>) -> Result<CheckedContact, Vec<Fault>> {
        let mut faults = Faults::none();
        let id = fault::key(&self.external_id, EXTERNAL_ID_CHARS_MAX);
        let external_id = faults.keep(&path.field("externalId"), id);
        let mut text = |field: &str, patch: &Patch<String>, read: fn(&str) -> Result<String, (Code, String)>| {
            patch.as_ref().read(|text| faults.keep(&path.field(field), read(text)))
        };
        let email = text("email", &self.email, email);
        let phone = text("phone", &self.phone, |text| fault::text(text, PHONE_CHARS_MAX));
        let first_name = text("firstName", &self.first_name, |text| fault::text(text, NAME_CHARS_MAX));
        let last_name = text("lastName", &self.last_name, |text| fault::text(text, NAME_CHARS_MAX));
        let attributes = self.attributes.as_ref().read(|given| {
            let read = fault::object(given.clone(), CONTACT_ATTRIBUTES_DEPTH_MAX, CONTACT_ATTRIBUTES_BYTES_MAX);
            faults.keep(&path.field("attributes"), read)
        });
        let read = external_id.zip(email).zip(phone).zip(first_name).zip(last_name).zip(attributes);
        faults.or_value(read.map(|(((((external_id, email), phone), first_name), last_name), attributes)| {
            CheckedContact { external_id, email, phone, first_name, last_name, attributes }
        }))
    }
}

/// Only what cannot be an address at all is refused: whether one works is known by writing to it.
fn email(text: &str) -> Result<String, (Code, String)> {
    let read = fault::text(text, EMAIL_CHARS_MAX)?;
    let parts = read.rsplit_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
    if parts.is_none() || read.contains(char::is_whitespace) {
        return Err((Code::Invalid, "Must be an e-mail address, such as ann@example.com.".to_owned()));
    }
    Ok(read)
}
