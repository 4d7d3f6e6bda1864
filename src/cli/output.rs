//! What a command prints.

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
