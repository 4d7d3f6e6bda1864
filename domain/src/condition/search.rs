//! Finding types of conditions by what people call them.
//!
//! Every word that was typed is held against every word of a type's key, name, synonyms and description. What stands in
//! a name weighs more than what stands in a description, a word that is the same more than one that only begins so or
//! has a slip in it, and a phrase that was typed as a whole more than its words here and there.

mod entry;
mod word;

use super::catalogue::{self, ConditionDefinition, Kind};
use crate::fault::Code;
use crate::limits::CONDITION_SEARCH_CHARS_MAX;
use entry::{ENTRIES, Entry};
use word::Word;

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

    /// The name as clients see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "EVENT",
            Self::State => "STATE",
            Self::Absence => "ABSENCE",
            Self::Group => "GROUP",
        }
    }
}

impl SearchFilter<'_> {
    fn lets_through(&self, definition: &ConditionDefinition) -> bool {
        self.kind.is_none_or(|kind| kind == KindName::of(definition))
            && self.category.is_none_or(|category| category == catalogue::category_of(definition))
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

/// The types that people may mean by a text, the likeliest first; all in the order of the catalogue, where nothing was
/// typed. [`check`] says beforehand whether the text is too long.
pub fn search(text: &str, filter: SearchFilter<'_>) -> Vec<&'static ConditionDefinition> {
    let mut typed = word::words(text);
    if typed.is_empty() {
        // What has no letters at all is like nothing.
        let is_blank = text.trim().is_empty();
        return catalogue::all().filter(|one| is_blank && filter.lets_through(one)).collect();
    }
    for word in &mut typed {
        word.weigh(entry::having(word));
    }
    // What is hardly alike is so whatever the filter says, so all are looked through.
    let mut found: Vec<_> = ENTRIES.iter().map(|entry| (entry.likeness(&typed), entry.definition)).collect();
    let best = found.iter().map(|(likeness, _)| *likeness).fold(0.0, f64::max);
    found.retain(|(likeness, one)| *likeness > 0.0 && *likeness >= best * ALIKE && filter.lets_through(one));
    // Stable: of equals, the first of the catalogue.
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.into_iter().map(|(_, definition)| definition).collect()
}

/// How much of the best likeness another must have.
const ALIKE: f64 = 0.45;
/// How much of what was typed has to be found somewhere.
const FOUND: f64 = 0.5;
/// What of its likeness is left to a type for each word that it has nowhere.
const MISSING: f64 = 0.5;

impl Entry {
    /// How much the type is like what was typed; 0 if it is another.
    fn likeness(&self, typed: &[Word]) -> f64 {
        let mut whole: f64 = 0.0;
        let mut best = vec![0.0_f64; typed.len()];
        for phrase in &self.phrases {
            let matched = phrase.matched(typed);
            let within = matched.iter().sum::<f64>() / total(typed);
            // How much of the two is the same, so that `no show` is more like `no show` than like longer phrases.
            let covered = phrase.covered(&matched, typed);
            whole = whole.max(phrase.weight * within * (0.5 + 0.5 * covered));
            for (best, matched) in best.iter_mut().zip(matched) {
                *best = best.max(phrase.weight * matched);
            }
        }
        let telling = || typed.iter().map(|word| word.telling);
        let found: f64 = best.iter().zip(telling()).filter(|(best, _)| **best > 0.0).map(|(_, telling)| telling).sum();
        if found < telling().sum::<f64>() * FOUND {
            return 0.0;
        }
        let missing = best.iter().filter(|best| **best == 0.0).fold(1.0, |left, _| left * MISSING);
        let words = best.iter().sum::<f64>() / total(typed);
        (words + whole) * missing
    }
}

fn total(typed: &[Word]) -> f64 {
    typed.iter().map(|word| word.weight).sum()
}
