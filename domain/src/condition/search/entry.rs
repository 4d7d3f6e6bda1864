//! The words of the catalogue, taken apart once.

use super::word::{self, Word};
use crate::condition::catalogue::{self, ConditionDefinition};
use std::sync::LazyLock;

/// A type with everything that it may be called.
pub(super) struct Entry {
    pub(super) definition: &'static ConditionDefinition,
    pub(super) phrases: Vec<Phrase>,
}

/// Words that stand together.
pub(super) struct Phrase {
    /// How much it says of a type that it is called so.
    pub(super) weight: f64,
    words: Vec<Word>,
}

const NAME: f64 = 1.0;
const KEY: f64 = 0.9;
const SYNONYM: f64 = 0.85;
const DESCRIPTION: f64 = 0.45;

/// Every type of the catalogue, in its order.
pub(super) static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| catalogue::all().map(Entry::of).collect());

impl Entry {
    fn of(definition: &'static ConditionDefinition) -> Self {
        let own = [(NAME, definition.name), (KEY, definition.key), (DESCRIPTION, definition.description)];
        let synonyms = definition.synonyms.iter().map(|synonym| (SYNONYM, *synonym));
        let phrases = own.into_iter().chain(synonyms).map(|(weight, text)| Phrase { weight, words: word::words(text) });
        Self { definition, phrases: phrases.collect() }
    }
}

/// How many types have the word somewhere.
pub(super) fn having(typed: &Word) -> u16 {
    let has = |entry: &&Entry| entry.phrases.iter().any(|phrase| phrase.best(typed) > 0.0);
    ENTRIES.iter().filter(has).fold(0, |count, _| count + 1)
}

impl Phrase {
    /// How well each typed word is found in the phrase, by its weight.
    pub(super) fn matched(&self, typed: &[Word]) -> Vec<f64> {
        let mut matched: Vec<_> = typed.iter().map(|word| self.best(word) * word.weight).collect();
        // Two words for one, such as `check in` for `checkin`.
        for (at, pair) in typed.windows(2).enumerate() {
            let [one, other] = pair else { continue };
            if self.words.iter().any(|word| word.is_made_of(one, other)) {
                for (matched, word) in matched.iter_mut().skip(at).zip(pair) {
                    *matched = matched.max(word.weight);
                }
            }
        }
        matched
    }

    fn best(&self, typed: &Word) -> f64 {
        let alone = self.words.iter().map(|word| typed.likeness(word));
        // One word for two, such as `noshow` for `no show`.
        let pairs = self.words.windows(2).filter_map(|pair| match pair {
            [one, other] => Some(if typed.is_made_of(one, other) { 1.0 } else { 0.0 }),
            _ => None,
        });
        alone.chain(pairs).fold(0.0, f64::max)
    }

    /// How much of the phrase was typed.
    pub(super) fn covered(&self, matched: &[f64], typed: &[Word]) -> f64 {
        let best = |word: &Word| typed.iter().map(|typed| typed.likeness(word)).fold(0.0, f64::max);
        let covered: f64 = self.words.iter().map(best).sum();
        // What was found in pairs only is no word by itself.
        let covered = if covered > 0.0 { covered } else { matched.iter().sum() };
        (covered / self.words.iter().map(|_| 1.0).sum::<f64>().max(1.0)).min(1.0)
    }
}
