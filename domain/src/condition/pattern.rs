//! Regular expressions of bounded size, which cannot explode: they are matched in time linear in the text.

use crate::limits::{PATTERN_BYTES_MAX, PATTERN_CHARS_MAX};
use crate::time::clip;
use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

/// A regular expression, compiled.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Pattern {
    written: Written,
    compiled: Regex,
}

/// As its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    text: String,
    #[serde(default)]
    ignores_case: bool,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for Pattern {}

impl From<Pattern> for Written {
    fn from(pattern: Pattern) -> Self {
        pattern.written
    }
}

impl TryFrom<Written> for Pattern {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        Self::new(&written.text, written.ignores_case)
    }
}

impl Pattern {
    /// Compiles an expression.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn new(text: &str, ignores_case: bool) -> Result<Self, String> {
        if text.chars().count() > PATTERN_CHARS_MAX {
            return Err(format!("A regular expression has at most {PATTERN_CHARS_MAX} characters."));
        }
        let built = RegexBuilder::new(text).case_insensitive(ignores_case).size_limit(PATTERN_BYTES_MAX).build();
        let compiled = built.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                format!("`{}` grows too large; use shorter repetitions.", clip(text))
            }
            _ => format!("`{}` is not a regular expression; see docs.rs/regex for what there is.", clip(text)),
        })?;
        Ok(Self { written: Written { text: text.to_owned(), ignores_case }, compiled })
    }

    /// The expression.
    pub fn as_str(&self) -> &str {
        &self.written.text
    }

    /// Whether it matches somewhere in the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}
