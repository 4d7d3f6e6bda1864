//! Words, and how alike two of them are.

/// A word in small letters, and what is left of it without its ending.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    text: String,
    stem: String,
    /// How much it says by itself.
    pub(super) telling: f64,
    /// How much it says, with how many types have it.
    pub(super) weight: f64,
}

/// Words that stand almost everywhere, and so say nothing.
const STOP_WORDS: &[&str] = &[
    "a",
    "an",
    "and",
    "are",
    "as",
    "at",
    "by",
    "client",
    "clients",
    "contact",
    "contacts",
    "customer",
    "customers",
    "for",
    "from",
    "her",
    "his",
    "i",
    "in",
    "is",
    "it",
    "its",
    "my",
    "of",
    "on",
    "or",
    "our",
    "person",
    "so",
    "somebody",
    "someone",
    "than",
    "that",
    "the",
    "their",
    "these",
    "those",
    "them",
    "they",
    "this",
    "to",
    "user",
    "users",
    "was",
    "we",
    "were",
    "when",
    "who",
    "whom",
    "whose",
    "with",
    "you",
    "your",
];
/// Words that say little, but tell types apart.
const FAINT_WORDS: &[&str] = &[
    "another",
    "any",
    "back",
    "be",
    "become",
    "been",
    "come",
    "comes",
    "did",
    "do",
    "does",
    "done",
    "get",
    "gets",
    "go",
    "goes",
    "got",
    "had",
    "has",
    "have",
    "made",
    "make",
    "makes",
    "no",
    "not",
    "off",
    "other",
    "out",
    "over",
    "some",
    "something",
    "take",
    "takes",
    "up",
    "without",
];
const FAINT: f64 = 0.4;
/// How much less a word says for each type that has it.
const RARITY: f64 = 0.15;

/// Forms that no ending tells.
const IRREGULAR: &[(&str, &str)] = &[
    ("became", "become"),
    ("began", "begin"),
    ("bought", "buy"),
    ("came", "come"),
    ("left", "leave"),
    ("lost", "lose"),
    ("met", "meet"),
    ("paid", "pay"),
    ("sent", "send"),
    ("spent", "spend"),
    ("took", "take"),
    ("went", "go"),
    ("won", "win"),
    ("wrote", "write"),
];

/// The same.
const SAME: f64 = 1.0;
/// The same but for the ending.
const SAME_STEM: f64 = 0.95;
/// The beginning of the other.
const PREFIX: f64 = 0.8;
/// Longer than the other, of the same beginning, such as `cancellation` and `cancel`.
const LONGER: f64 = 0.7;
/// With a slip in it.
const SLIP: f64 = 0.7;
/// The beginning of the other, with a slip in it.
const PREFIX_SLIP: f64 = 0.5;

/// The words of a text, without those that say nothing; with them, if there are no others.
pub(super) fn words(text: &str) -> Vec<Word> {
    let telling: Vec<_> = split(text).filter(|word| !STOP_WORDS.contains(&word.as_str())).map(Word::of).collect();
    if telling.is_empty() { split(text).map(Word::of).collect() } else { telling }
}

fn split(text: &str) -> impl Iterator<Item = String> {
    let lower = text.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<_> = lower.split(|letter: char| !letter.is_alphanumeric()).map(str::to_owned).collect();
    words.into_iter().filter(|word| !word.is_empty())
}

impl Word {
    fn of(text: String) -> Self {
        let telling = if FAINT_WORDS.contains(&text.as_str()) { FAINT } else { 1.0 };
        let stem = stem(&text);
        Self { text, stem, telling, weight: telling }
    }

    /// Says less the more types have it.
    pub(super) fn weigh(&mut self, types: u16) {
        self.weight = self.telling / RARITY.mul_add(f64::from(types), 1.0).sqrt();
    }

    /// How alike this, which was typed, is to a word of the catalogue: from 0 to 1.
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        if self.text == other.text {
            return SAME;
        }
        if self.stem == other.stem {
            return SAME_STEM;
        }
        let (length, other_length) = (self.text.chars().count(), other.text.chars().count());
        if other.text.starts_with(&self.text) && length >= 2 {
            return PREFIX;
        }
        let stem_length = other.stem.chars().count();
        if stem_length >= 4 && self.text.starts_with(&other.stem) {
            return LONGER;
        }
        let slips = slips(length);
        if slips == 0 || self.text.chars().any(char::is_numeric) || !self.begins_like(other) {
            return 0.0;
        }
        if length.abs_diff(other_length) <= slips && strsim::osa_distance(&self.text, &other.text) <= slips {
            return SLIP;
        }
        if self.stem.chars().count().abs_diff(stem_length) <= 1 && strsim::osa_distance(&self.stem, &other.stem) <= 1 {
            return SLIP;
        }
        // Also one letter more: the slip may be one that was left out.
        let is_begun = (length..=length + 1).filter(|taken| *taken < other_length).any(|taken| {
            let beginning: String = other.text.chars().take(taken).collect();
            strsim::osa_distance(&self.text, &beginning) <= 1
        });
        if is_begun { PREFIX_SLIP } else { 0.0 }
    }

    /// Whether they begin with the same letter, or with the same two in whatever order: else `inactive` were `active`.
    fn begins_like(&self, other: &Self) -> bool {
        let (mut letters, mut others) = (self.text.chars(), other.text.chars());
        let (first, second) = (letters.next(), letters.next());
        let (other_first, other_second) = (others.next(), others.next());
        first == other_first || (first, second) == (other_second, other_first)
    }

    /// Whether it is two words written as one.
    pub(super) fn is_made_of(&self, one: &Self, other: &Self) -> bool {
        let is_made = |text: &str, one: &str, other: &str| text.strip_prefix(one) == Some(other);
        is_made(&self.text, &one.text, &other.text)
            || is_made(&self.stem, &one.stem, &other.stem)
            || is_made(&self.stem, &one.text, &other.stem)
    }
}

/// How many slips are forgiven in a word of that many letters.
const fn slips(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// A word without the endings of plurals and verbs. It need be no word: it is only compared.
fn stem(word: &str) -> String {
    if let Some((_, plain)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return stem(plain);
    }
    const SHORTEST: usize = 3;
    let without = |ending: &str| word.strip_suffix(ending).filter(|rest| rest.chars().count() >= SHORTEST);
    let cut = match word {
        _ if word.ends_with("ss") || word.ends_with("us") => None,
        _ if word.ends_with("ies") || word.ends_with("ied") => {
            without("ies").or_else(|| without("ied")).map(|rest| format!("{rest}i"))
        }
        _ => ["ing", "ed", "es", "s"].into_iter().find_map(without).map(str::to_owned),
    };
    let mut stem = cut.unwrap_or_else(|| word.to_owned());
    if stem.len() > SHORTEST && stem.ends_with('e') {
        stem.pop();
    }
    if stem.len() >= SHORTEST && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    let mut letters = stem.chars().rev();
    if stem.len() > SHORTEST && letters.next() == letters.next() {
        stem.pop();
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word {
        Word::of(text.to_owned())
    }

    #[test]
    fn endings_are_forgiven() {
        for (one, other) in [
            ("purchases", "purchase"),
            ("purchased", "purchase"),
            ("cancelled", "cancels"),
            ("canceled", "cancel"),
            ("classes", "class"),
            ("taking", "takes"),
            ("replies", "reply"),
            ("replied", "replying"),
            ("bought", "buys"),
            ("visits", "visiting"),
        ] {
            assert_eq!(word(one).stem, word(other).stem, "{one} and {other}");
        }
    }

    #[test]
    fn slips_are_forgiven_in_words_that_are_long_enough() {
        let likeness = |one: &str, other: &str| word(one).likeness(&word(other));
        assert!(likeness("purchse", "purchase") > 0.0);
        assert!(likeness("membershp", "membership") > 0.0);
        assert!(likeness("puchas", "purchase") > 0.0);
        assert!(likeness("tag", "bag") == 0.0);
        assert!(likeness("10th", "100th") < PREFIX);
        assert!(likeness("noshow", "show") == 0.0);
        assert!(word("noshow").is_made_of(&word("no"), &word("show")));
        assert!(word("checkin").is_made_of(&word("checks"), &word("in")));
    }
}
