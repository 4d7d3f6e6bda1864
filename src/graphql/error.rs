//! Two kinds of failure: the caller's, typed and with a path; and ours, logged once and shown as an id.

use crate::authoring::AuthoringError;
use crate::clock::Clock;
use crate::engine::IngestError;
use crate::engine::cursor::CursorError;
use async_graphql::{Context, Enum, Error, ErrorExtensions, SimpleObject};
use offramp_domain::fault::{Code, Fault};
use std::fmt::Display;

/// Why something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Code")]
pub enum UserErrorCode {
    /// A text that must say something is empty, or a list that must have an item.
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
    /// There is no condition type, filter or value of that name.
    Unknown,
    /// There is no such object in this workspace.
    NotFound,
    /// The object is in a state that does not allow this.
    InvalidState,
    /// The object was changed since the version that you saw; the message tells the present one.
    StaleVersion,
    /// Another object has the name.
    Taken,
    /// Amounts of different currencies were mixed.
    CurrencyMismatch,
    /// The `messageId` was used before for another event.
    IdempotencyKeyReused,
    /// The event would enter a contact so far in the past that too much would have to be judged anew.
    TooLate,
    /// The contact is inside already.
    AlreadyEnrolled,
    /// The contact may not come back: the re-entry policy, or whoever took the contact out, says no.
    ReEntryRefused,
    /// The workspace's edition does not have this.
    EditionRequired,
    /// A failure of ours that this value met; the message has an id to ask about.
    Internal,
}

/// A failure that the caller can act on.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// What kind of failure; stable.
    code: UserErrorCode,
    /// Path of the input field at fault, with indexes, such as `["input", "conditions", "0", "key"]`.
    field: Vec<String>,
    /// A sentence for a person, with the way out.
    message: String,
}

impl From<Fault> for UserError {
    fn from(fault: Fault) -> Self {
        Self { code: fault.code.into(), field: fault.path, message: fault.message }
    }
}

/// The caller's faults for the payload, or a failure of ours for the response.
pub(super) fn user_errors(error: AuthoringError) -> Result<Vec<UserError>, Error> {
    match error {
        AuthoringError::Refused(faults) => Ok(faults.into_iter().map(Into::into).collect()),
        error @ (AuthoringError::Raced(_) | AuthoringError::Store(_)) => Err(internal(&error)),
    }
}

/// A failure of ours: the log has it all, the caller an id to ask about.
pub(super) fn internal(error: &impl Display) -> Error {
    let error_id = Clock::system().fresh_id().simple().to_string();
    tracing::error!(%error_id, %error, "a request failed");
    failed(&error_id)
}

/// The same for a failure that was logged where it happened.
pub(super) fn failed(error_id: &str) -> Error {
    let message = format!("Something failed on our side. Try again; if it stays, ask about error id {error_id}.");
    Error::new(message).extend_with(|_, extensions| {
        extensions.set("code", "INTERNAL_SERVER_ERROR");
        extensions.set("errorId", error_id);
    })
}

/// A request that cannot be answered as it stands.
pub(super) fn refused(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// An argument that cannot be.
pub(super) fn bad_input(message: impl Into<String>) -> Error {
    refused("BAD_USER_INPUT", message)
}

/// A cursor into the feed, in the argument of that name, that leads nowhere.
pub(super) fn cursor_refused(argument: &str, error: CursorError) -> Error {
    let code = match error {
        CursorError::Invalid => "BAD_USER_INPUT",
        CursorError::EpochChanged => "CURSOR_EPOCH_CHANGED",
    };
    refused(code, format!("`{argument}`: {error}"))
}

/// Why a whole batch, or a hand, was not taken.
pub(super) fn not_ingested(ctx: &Context<'_>, error: &IngestError) -> Error {
    match error {
        IngestError::Overloaded => {
            // For those who look at HTTP alone.
            ctx.insert_http_header("retry-after", "1");
            refused("OVERLOADED", "Too many batches are waiting; send this one again in a second.")
        }
        IngestError::Closed => {
            refused("UNAVAILABLE", "The server is shutting down; send this batch again in a moment.")
        }
    }
}
