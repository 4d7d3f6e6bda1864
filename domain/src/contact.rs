//! Contacts as callers write them, and what is kept of them.

use crate::event::Event;
use crate::fault::{self, Code, Fault, Faults, Path};
use crate::ids::EventId;
use crate::limits::{
    CONTACT_ATTRIBUTES_BYTES_MAX, CONTACT_ATTRIBUTES_DEPTH_MAX, EMAIL_CHARS_MAX, EXTERNAL_ID_CHARS_MAX, NAME_CHARS_MAX,
    PHONE_CHARS_MAX,
};
use crate::patch::Patch;
use crate::time::Timestamp;
use serde_json::{Map, Value};

/// Something of a contact is another now.
pub const UPDATED: &str = "contact.updated";
/// The contact was put aside.
pub(crate) const ARCHIVED: &str = "contact.archived";
/// The contact was erased.
pub(crate) const DELETED: &str = "contact.deleted";
/// The contact was merged into another.
pub(crate) const MERGED: &str = "contact.merged";
/// The facts about a contact's fields, by their names.
pub const ATTRIBUTE: &str = "attribute";
/// Where such an event has what is not a field of every contact.
pub(crate) const ATTRIBUTES: &str = "attributes";
/// Whether that is all of it, so that what is not among it is no more.
pub(crate) const REPLACES_ATTRIBUTES: &str = "replacesAttributes";
/// Fields that every contact has; they stand beside the attributes, and before an attribute of that name.
pub const OWN_FIELDS: &[&str] = &["email", "phone", "firstName", "lastName"];

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

impl CheckedContact {
    /// The event that says it: a null says that something is no more.
    pub fn event(&self, id: EventId, at: Timestamp) -> Event {
        let texts = [&self.email, &self.phone, &self.first_name, &self.last_name];
        let own = OWN_FIELDS.iter().zip(texts).filter_map(|(name, patch)| match patch {
            Patch::Keep => None,
            Patch::Clear => Some(((*name).to_owned(), Value::Null)),
            Patch::Set(text) => Some(((*name).to_owned(), Value::String(text.clone()))),
        });
        let mut properties: Map<String, Value> = own.collect();
        let attributes = match &self.attributes {
            Patch::Keep => None,
            Patch::Clear => Some(Map::new()),
            Patch::Set(attributes) => Some(attributes.clone()),
        };
        if let Some(attributes) = attributes {
            properties.insert(ATTRIBUTES.to_owned(), Value::Object(attributes));
            properties.insert(REPLACES_ATTRIBUTES.to_owned(), Value::Bool(true));
        }
        let event_type = UPDATED.to_owned();
        Event { id, event_type, occurred_at: at, received_at: at, value: None, source: None, properties }
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
