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
        let phone = text("phone", &self.phone, phone);
        let first_name = text("firstName", &self.first_name, name);
        let last_name = text("lastName", &self.last_name, name);
        let given = self.attributes.as_ref();
        let attributes = given.read(|given| faults.keep(&path.field(ATTRIBUTES), attributes(given)));
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

/// Checks what an event says of a contact, by the same bounds.
pub(crate) fn check_said(properties: &Map<String, Value>, path: &Path<'_>, faults: &mut Faults) {
    let readers: [Reader; 4] = [email, phone, name, name];
    for (field, read) in OWN_FIELDS.iter().zip(readers) {
        if let Some(text) = properties.get(*field).and_then(Value::as_str) {
            faults.keep(&path.field(field), read(text));
        }
    }
    if let Some(given) = properties.get(ATTRIBUTES).filter(|given| !given.is_null()) {
        faults.keep(&path.field(ATTRIBUTES), attributes(given));
    }
}

/// Reads a text of a contact.
type Reader = fn(&str) -> Result<String, (Code, String)>;

fn attributes(given: &Value) -> Result<Map<String, Value>, (Code, String)> {
    fault::object(given.clone(), CONTACT_ATTRIBUTES_DEPTH_MAX, CONTACT_ATTRIBUTES_BYTES_MAX)
}

fn phone(text: &str) -> Result<String, (Code, String)> {
    fault::text(text, PHONE_CHARS_MAX)
}

fn name(text: &str) -> Result<String, (Code, String)> {
    fault::text(text, NAME_CHARS_MAX)
}

/// The fields of a contact as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    /// Where messages may go.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// A given name.
    pub first_name: Option<String>,
    /// A family name.
    pub last_name: Option<String>,
    /// Whatever else.
    pub attributes: Map<String, Value>,
}

impl Fields {
    /// Changes a field by its name; a null says that it is no more. What is no field of every contact is an attribute.
    pub fn change(&mut self, name: &str, value: &Value) {
        let own = match name {
            "email" => &mut self.email,
            "phone" => &mut self.phone,
            "firstName" => &mut self.first_name,
            "lastName" => &mut self.last_name,
            _ if value.is_null() => {
                self.attributes.remove(name);
                return;
            }
            _ => {
                self.attributes.insert(name.to_owned(), value.clone());
                return;
            }
        };
        *own = value.as_str().map(str::to_owned);
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
