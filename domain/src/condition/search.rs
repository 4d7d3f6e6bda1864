//! Finding types of conditions by what people call them. A stand-in: what is typed has to stand in a key, a name or a
//! synonym as it is.

use super::catalogue::{self, ConditionDefinition, Kind};
use crate::fault::Code;
use crate::limits::CONDITION_SEARCH_CHARS_MAX;

/// Which types are looked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchFilter<'a> {
    /// Only those of that category, to the letter; all, if left out.
    pub category: Option<&'a str>,
    /// Only those of that kind; all, if left out.
    pub kind: Option<KindName>,
}

/// What makes a condition hold, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KindName {
    /// Something happened.
    Event,
    /// Something is so.
    State,
    /// Something did not happen for some time.
    Absence,
    /// Several conditions together.
    Group,
}

impl KindName {
    /// What makes conditions of that type hold.
    pub const fn of(definition: &ConditionDefinition) -> Self {
        match definition.kind {
            Kind::Event(_) => Self::Event,
            Kind::State(_) => Self::State,
            Kind::Absence => Self::Absence,
            Kind::Group => Self::Group,
        }
    }
}

/// Whether a text can be looked for.
///
/// # Errors
/// [`Code::TooLong`].
pub fn check(text: &str) -> Result<(), (Code, String)> {
    let chars = text.chars().count();
    if chars <= CONDITION_SEARCH_CHARS_MAX {
        return Ok(());
    }
    let message = format!("Has {chars} characters; at most {CONDITION_SEARCH_CHARS_MAX} are allowed.");
    Err((Code::TooLong, message))
}

/// The types that have a text in their key, name or a synonym; all in the order of the catalogue.
pub fn search(text: &str, filter: SearchFilter<'_>) -> Vec<&'static ConditionDefinition> {
    let typed = text.trim().to_lowercase();
    let is_wanted = |one: &&ConditionDefinition| {
        filter.kind.is_none_or(|kind| kind == KindName::of(one))
            && filter.category.is_none_or(|category| category == catalogue::category_of(one))
            && [one.key, one.name].iter().chain(one.synonyms).any(|words| words.to_lowercase().contains(&typed))
    };
    catalogue::all().filter(is_wanted).collect()
}
