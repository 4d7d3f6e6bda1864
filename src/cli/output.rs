//! What a command prints.

use crate::authoring::AuthoringError;
use std::fmt::Display;
use std::io::{ErrorKind, Write, stdout};

/// Prints a text and a line's end.
///
/// # Errors
/// A sentence, if it cannot be written. A reader that has gone, such as `head`, has read what it wanted.
pub fn print(text: impl Display) -> Result<(), String> {
    match writeln!(stdout().lock(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("the output cannot be written ({error})")),
        _ => Ok(()),
    }
}

/// Why nothing was written, in a sentence.
pub(super) fn sentence(error: AuthoringError) -> String {
    match error {
        AuthoringError::Refused(faults) => {
            // What concerns the whole needs no place.
            let faults = faults.into_iter().map(|fault| match fault.path.as_slice() {
                [_, .., what] => format!("{what}: {}", fault.message),
                _ => fault.message,
            });
            faults.collect::<Vec<_>>().join(" ")
        }
        error @ (AuthoringError::Raced(_) | AuthoringError::Store(_)) => error.to_string(),
    }
}
