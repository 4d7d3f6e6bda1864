//! What is known of a contact now: small facts, each of a kind and a key, kept from events. A fact says since when; what
//! happened before that changes nothing, however late it comes.

use crate::condition::catalogue;
use crate::contact::ATTRIBUTE;
use crate::event::Event;
use crate::ids::EventId;
use crate::limits::{CONTACT_ATTRIBUTES_BYTES_MAX, FACTS_PER_KIND_MAX};
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One thing that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What it is; null, if it is no more.
    pub value: Value,
    /// Since when, the `at` of the event.
    pub at: Timestamp,
    /// From which event.
    pub event: EventId,
}

/// How events become facts of a kind.
#[derive(Debug)]
pub struct FactDefinition {
    /// Under which name it is stored, such as `tag`.
    pub kind: &'static str,
    /// The event types that say something of it.
    pub event_types: &'static [&'static str],
    /// The keys of which the event says something, and what.
    pub note: fn(&Event, &Facts) -> Vec<(String, Value)>,
}

/// What is known of a contact, or as much of it as was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    known: BTreeMap<(&'static str, String), Fact>,
}

impl Facts {
    /// Of a contact of whom nothing is known.
    pub const fn none() -> Self {
        Self { known: BTreeMap::new() }
    }

    /// What an event says changes what is known, where it is not older than that; whether anything changed.
    pub fn apply(&mut self, event: &Event) -> bool {
        let mut has_changed = false;
        for definition in told_by(&event.event_type) {
            for (key, value) in (definition.note)(event, self) {
                has_changed |= self.note(definition.kind, key, Fact { value, at: event.at(), event: event.id });
            }
        }
        has_changed
    }

    /// The kind of which more is known than may be.
    pub fn kind_over_bound(&self) -> Option<&'static str> {
        let attributes = self.of_kind(ATTRIBUTE).map(|(key, fact)| key.len() + fact.value.to_string().len());
        if attributes.sum::<usize>() > CONTACT_ATTRIBUTES_BYTES_MAX {
            return Some(ATTRIBUTE);
        }
        if self.known.len() <= FACTS_PER_KIND_MAX {
            return None;
        }
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        self.known.keys().for_each(|(kind, _)| *counts.entry(kind).or_default() += 1);
        counts.into_iter().find(|(_, count)| *count > FACTS_PER_KIND_MAX).map(|(kind, _)| kind)
    }

    /// Notes a fact, unless a newer one is known.
    pub fn note(&mut self, kind: &'static str, key: String, fact: Fact) -> bool {
        let is_newer = self.known.get(&(kind, key.clone())).is_none_or(|known| known.at <= fact.at);
        if is_newer {
            self.known.insert((kind, key), fact);
        }
        is_newer
    }

    /// What was known before an instant, as far as it is known still: of what changed since, nothing is.
    #[must_use]
    pub fn before(&self, at: Timestamp) -> Self {
        self.filtered(|fact| fact.at < at)
    }

    /// What was known at an instant, as far as it is known still.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> Self {
        self.filtered(|fact| fact.at <= at)
    }

    fn filtered(&self, is_kept: impl Fn(&Fact) -> bool) -> Self {
        let kept = self.known.iter().filter(|(_, fact)| is_kept(fact));
        Self { known: kept.map(|(key, fact)| (key.clone(), fact.clone())).collect() }
    }

    /// The fact of that kind and key, if it is known and still is.
    pub fn find(&self, kind: &'static str, key: &str) -> Option<&Fact> {
        self.known.get(&(kind, key.to_owned())).filter(|fact| !fact.value.is_null())
    }

    /// What is known of that kind and key, also that it is no more.
    pub fn get(&self, kind: &'static str, key: &str) -> Option<&Fact> {
        self.known.get(&(kind, key.to_owned()))
    }

    /// The facts of a kind that still are, by key.
    pub fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = (&str, &Fact)> {
        let all = self.known.range((kind, String::new())..).take_while(move |((other, _), _)| *other == kind);
        all.map(|((_, key), fact)| (key.as_str(), fact)).filter(|(_, fact)| !fact.value.is_null())
    }

    /// All of them, also what is no more.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str, &Fact)> {
        self.known.iter().map(|((kind, key), fact)| (*kind, key.as_str(), fact))
    }
}

/// The kind of that name, and none if only a newer version keeps it.
pub fn kind_of(name: &str) -> Option<&'static str> {
    catalogue::facts().map(|fact| fact.kind).find(|kind| *kind == name)
}

/// The kinds of which an event of that type says something.
pub fn kinds_told_by(event_type: &str) -> impl Iterator<Item = &'static str> {
    told_by(event_type).iter().map(|fact| fact.kind)
}

/// Whether an event of that type says something of the contact that is kept.
pub fn is_told_by(event_type: &str) -> bool {
    !told_by(event_type).is_empty()
}

/// What is kept of events of that type.
fn told_by(event_type: &str) -> &'static [&'static FactDefinition] {
    static BY_TYPE: LazyLock<BTreeMap<&'static str, Vec<&'static FactDefinition>>> = LazyLock::new(|| {
        let mut by_type: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for fact in catalogue::facts() {
            for event_type in fact.event_types {
                by_type.entry(*event_type).or_default().push(fact);
            }
        }
        by_type
    });
    BY_TYPE.get(event_type).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    fn with(kind: &'static str, values: impl Iterator<Item = Value>) -> Facts {
        let (at, event) = (Timestamp::from_micros(0), EventId(Uuid::nil()));
        let mut facts = Facts::none();
        for (number, value) in values.enumerate() {
            facts.note(kind, number.to_string(), Fact { value, at, event });
        }
        facts
    }

    #[test]
    fn so_many_facts_of_a_kind_are_known_and_no_more() {
        let tags = |count| with("tag", std::iter::repeat_n(json!({}), count));
        assert_eq!(tags(FACTS_PER_KIND_MAX).kind_over_bound(), None);
        assert_eq!(tags(FACTS_PER_KIND_MAX + 1).kind_over_bound(), Some("tag"));
    }

    #[test]
    fn attributes_have_so_many_bytes_and_no_more() {
        // The key is one byte, and the quotes are two.
        let attribute = |bytes| with(ATTRIBUTE, std::iter::once(json!("x".repeat(bytes - 3))));
        assert_eq!(attribute(CONTACT_ATTRIBUTES_BYTES_MAX).kind_over_bound(), None);
        assert_eq!(attribute(CONTACT_ATTRIBUTES_BYTES_MAX + 1).kind_over_bound(), Some(ATTRIBUTE));
    }
}
