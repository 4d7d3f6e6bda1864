//! The caller's faults: what is wrong, where, and the way out. Our own failures are not faults.

use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;

/// Why something was refused. Stable: clients branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// A text that must say something is empty.
    Blank,
    /// A required value is missing.
    Required,
    /// A text has too many characters, or a document too many bytes.
    TooLong,
    /// A list has too many items.
    TooMany,
    /// The value cannot be read or is not allowed here.
    Invalid,
    /// The value is of another type than the one wanted.
    WrongType,
    /// The value is outside of its bounds.
    OutOfRange,
    /// No condition type, filter or operator of that name.
    Unknown,
    /// No such object in this workspace.
    NotFound,
    /// The object is in a state that does not allow this.
    InvalidState,
    /// The object was changed since the version that the caller saw.
    StaleVersion,
    /// Another object has the name.
    Taken,
    /// Amounts of different currencies were mixed (R25).
    CurrencyMismatch,
    /// The `messageId` was used before for another event (R61).
    IdempotencyKeyReused,
    /// The event would enter a contact so far in the past that too much would have to be judged anew (R63).
    TooLate,
    /// The contact is inside already (R2).
    AlreadyEnrolled,
    /// The contact may not come back (R3).
    ReEntryRefused,
    /// The workspace's edition does not have this (R22).
    EditionRequired,
    /// A failure of ours that only this value met; the message has an id to ask about.
    Internal,
}

impl Code {
    /// The code as clients see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blank => "BLANK",
            Self::Required => "REQUIRED",
            Self::TooLong => "TOO_LONG",
            Self::TooMany => "TOO_MANY",
            Self::Invalid => "INVALID",
            Self::WrongType => "WRONG_TYPE",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unknown => "UNKNOWN",
            Self::NotFound => "NOT_FOUND",
            Self::InvalidState => "INVALID_STATE",
            Self::StaleVersion => "STALE_VERSION",
            Self::Taken => "TAKEN",
            Self::CurrencyMismatch => "CURRENCY_MISMATCH",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::TooLate => "TOO_LATE",
            Self::AlreadyEnrolled => "ALREADY_ENROLLED",
            Self::ReEntryRefused => "RE_ENTRY_REFUSED",
            Self::EditionRequired => "EDITION_REQUIRED",
            Self::Internal => "INTERNAL",
        }
    }
}

/// One thing that is wrong with what a caller sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What kind of wrong.
    pub code: Code,
    /// Path of the offending value, with indexes, such as `["input", "conditions", "0", "key"]`.
    pub path: Vec<String>,
    /// A sentence for a person, with the way out.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.code.as_str(), self.path.join("."), self.message)
    }
}

/// A place in the caller's input.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// Where every input begins.
    pub const fn root(field: &'a str) -> Self {
        Self { parent: None, step: Step::Field(field) }
    }

    /// A field of the value here.
    pub const fn field(&'a self, name: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Field(name) }
    }

    /// An item of the list here.
    pub const fn index(&'a self, index: usize) -> Path<'a> {
        Path { parent: Some(self), step: Step::Index(index) }
    }

    fn segments(&self) -> Vec<String> {
        let mut segments = self.parent.map(Path::segments).unwrap_or_default();
        segments.push(match self.step {
            Step::Field(name) => name.to_owned(),
            Step::Index(index) => index.to_string(),
        });
        segments
    }

    /// A fault at this place.
    pub fn fault(&self, code: Code, message: impl Into<String>) -> Fault {
        Fault { code, path: self.segments(), message: message.into() }
    }
}

/// All that is wrong with one input, collected before it is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Nothing wrong so far.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Notes a fault; gives nothing back, so that the caller's `?`-free reading goes on to the next field.
    pub fn add<T>(&mut self, path: &Path<'_>, code: Code, message: impl Into<String>) -> Option<T> {
        self.0.push(path.fault(code, message));
        None
    }

    /// The value, or nothing with its fault noted.
    pub fn keep<T>(&mut self, path: &Path<'_>, result: Result<T, (Code, String)>) -> Option<T> {
        result.map_err(|(code, message)| self.0.push(path.fault(code, message))).ok()
    }

    /// Whether something is wrong at a place or below it.
    pub fn any_within(&self, path: &Path<'_>) -> bool {
        let place = path.segments();
        self.0.iter().any(|fault| fault.path.starts_with(&place))
    }

    /// The value if nothing was wrong, else every fault.
    ///
    /// # Errors
    /// The faults that were noted; also when there is no value, which only happens after a fault.
    pub fn or_value<T>(self, value: Option<T>) -> Result<T, Vec<Fault>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

/// Reads a text that must say something, is trimmed, and is at most so many characters long.
///
/// # Errors
/// [`Code::Blank`], [`Code::TooLong`], or [`Code::Invalid`] for control characters.
pub fn text(value: &str, chars_max: usize) -> Result<String, (Code, String)> {
    let trimmed = value.trim();
    if trimmed.is_empty() {
        return Err((Code::Blank, "Must not be empty.".to_owned()));
    }
    let chars = trimmed.chars().count();
    if chars > chars_max {
        return Err((Code::TooLong, format!("Has {chars} characters; at most {chars_max} are allowed.")));
    }
    if trimmed.chars().any(char::is_control) {
        return Err((Code::Invalid, "Must not contain control characters.".to_owned()));
    }
    Ok(trimmed.to_owned())
}

/// Reads an id or a key, which is compared to the letter and therefore never trimmed.
///
/// # Errors
/// As for [`text`], and [`Code::Invalid`] for white space around it.
pub fn key(value: &str, chars_max: usize) -> Result<String, (Code, String)> {
    let read = text(value, chars_max)?;
    if read == value { Ok(read) } else { Err((Code::Invalid, "Must not begin or end with white space.".to_owned())) }
}

/// Reads an object of any JSON, at most so deep and so long.
///
/// # Errors
/// [`Code::WrongType`] for anything else, [`Code::TooLong`], or [`Code::Invalid`] for the character U+0000.
pub fn object(value: Value, depth_max: usize, bytes_max: usize) -> Result<Map<String, Value>, (Code, String)> {
    let Value::Object(object) = value else { return Err((Code::WrongType, "Must be a JSON object.".to_owned())) };
    if depth(object.values()) > depth_max {
        return Err((Code::TooLong, format!("Nests deeper than {depth_max} levels.")));
    }
    let bytes = serde_json::to_string(&object).map_or(usize::MAX, |text| text.len());
    if bytes > bytes_max {
        return Err((Code::TooLong, format!("Has {bytes} bytes; at most {bytes_max} are allowed.")));
    }
    // PostgreSQL's JSON cannot hold it, and nobody means it.
    if object.iter().any(|(key, value)| key.contains('\0') || has_nul(value)) {
        return Err((Code::Invalid, "Must not contain the character U+0000.".to_owned()));
    }
    Ok(object)
}

fn depth<'a>(values: impl Iterator<Item = &'a Value>) -> usize {
    1 + values
        .map(|value| match value {
            Value::Array(items) => depth(items.iter()),
            Value::Object(fields) => depth(fields.values()),
            _ => 0,
        })
        .max()
        .unwrap_or(0)
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}
