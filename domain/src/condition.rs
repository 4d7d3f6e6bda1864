//! Conditions: what has to happen for a rule. Checked against a catalogue that is data, the same for entry rules, goals
//! and alternate exit rules.

mod booking;
pub mod catalogue;
mod custom;
mod draft;
mod english;
mod filter;
mod lookup;
mod membership;
mod purchase;
mod tag;
mod tally;

pub use draft::{
    ConditionDraft, FilterDraft, ItemDraft, MoneyRangeDraft, NumberRangeDraft, OccurredDraft, ValueDraft, WindowDraft,
    check,
};
pub use english::{describe, describe_all};
pub use filter::{Filter, ItemRef, Operand, Operator};
pub use lookup::{Lookup, Value as LookupValue};
pub use tally::{OccurrenceDraft, Sum, SumDraft, Tally, Total, TotalDraft};

use crate::event::Event;
use crate::ids::ConditionId;
use crate::time::{Elapsed, Timestamp, clip};
use catalogue::{ConditionDefinition, EventTypes};
use serde::{Deserialize, Serialize};

/// One thing that has to happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Progress is kept under it.
    pub id: ConditionId,
    /// Which entry of the catalogue.
    #[serde(flatten)]
    pub definition: DefinitionRef,
    /// What has to hold of the event; all of them (R11).
    pub filters: Vec<Filter>,
    /// When after entry.
    #[serde(default)]
    pub window: Window,
    /// When in absolute time.
    #[serde(default)]
    pub occurred: Occurred,
    /// How often, or how much (R12).
    #[serde(default, skip_serializing_if = "Tally::is_once")]
    pub tally: Tally,
}

/// An entry of the catalogue, stored by its key.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "Keyed", into = "Keyed")]
pub struct DefinitionRef(pub &'static ConditionDefinition);

impl PartialEq for DefinitionRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for DefinitionRef {}

#[derive(Serialize, Deserialize)]
struct Keyed {
    key: String,
}

impl From<DefinitionRef> for Keyed {
    fn from(definition: DefinitionRef) -> Self {
        Self { key: definition.0.key.to_owned() }
    }
}

impl TryFrom<Keyed> for DefinitionRef {
    type Error = String;

    fn try_from(keyed: Keyed) -> Result<Self, String> {
        catalogue::find(&keyed.key).map(Self).ok_or_else(|| format!("no condition `{}` in the catalogue", keyed.key))
    }
}

/// A window after entry (R0): both bounds inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// Not before so long after entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Elapsed>,
    /// Within so long after entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Elapsed>,
}

/// A window in absolute time: `after` inclusive, `before` exclusive (R0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurred {
    /// From this instant on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Timestamp>,
    /// Before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
}

/// Why a condition did not hold: the leaf that failed, the value found and the value wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// Which filter or modifier.
    pub leaf: String,
    /// What the event said.
    pub found: String,
    /// What would have held.
    pub wanted: String,
}

/// The first part of a condition that did not hold, in the order in which a person reads it.
#[derive(Clone, Copy, Debug)]
pub enum Unmet<'a> {
    /// The event is of another type.
    Type,
    /// A filter does not hold.
    Filter(&'a Filter),
    /// It has nothing to add to the sum.
    Sum(&'a Sum),
    /// It happened before this instant.
    Before(Timestamp),
    /// It happened at this instant or after it.
    NotBefore(Timestamp),
    /// It happened sooner after entry than this.
    Sooner(Elapsed),
    /// It happened later after entry than this.
    Later(Elapsed),
    /// It is the event of this number, and another is asked for.
    Time(i64),
}

impl Condition {
    /// The event types that can meet the condition.
    pub fn event_types(&self) -> EventTypes<'_> {
        (self.definition.0.event_types)(&self.filters)
    }

    /// Whether the event meets the condition, or counts towards it, for a stay entered at `entered_at` (none for an entry
    /// rule). Says nothing in words: most rules do not match most events.
    ///
    /// # Errors
    /// The first part that did not hold.
    pub fn test(&self, event: &Event, entered_at: Option<Timestamp>) -> Result<(), Unmet<'_>> {
        if !self.event_types().contain(&event.event_type) {
            return Err(Unmet::Type);
        }
        if let Some(filter) = self.filters.iter().find(|filter| !filter.holds_of(self.definition.0, event)) {
            return Err(Unmet::Filter(filter));
        }
        if let Tally::Sum(sum) = &self.tally
            && self.adds(event).is_none()
        {
            return Err(Unmet::Sum(sum));
        }
        let (at, Occurred { after, before }) = (event.at(), self.occurred);
        if let Some(after) = after.filter(|after| at < *after) {
            return Err(Unmet::Before(after));
        }
        if let Some(before) = before.filter(|before| at >= *before) {
            return Err(Unmet::NotBefore(before));
        }
        let Some(elapsed) = entered_at.map(|entered_at| at.since(entered_at)) else { return Ok(()) };
        if let Some(least) = self.window.not_before.filter(|least| elapsed < *least) {
            return Err(Unmet::Sooner(least));
        }
        self.window.within.filter(|most| elapsed > *most).map_or(Ok(()), |most| Err(Unmet::Later(most)))
    }

    /// What the event adds to the condition's sum, if it has one.
    pub fn adds(&self, event: &Event) -> Option<Total> {
        match &self.tally {
            Tally::Sum(sum) => sum.adds(self.definition.0, event),
            Tally::AtLeast(_) | Tally::Nth(_) | Tally::EveryNth(_) => None,
        }
    }

    /// Why the event did not meet the condition, in words.
    pub fn explain(&self, unmet: Unmet<'_>, event: &Event, entered_at: Option<Timestamp>) -> Mismatch {
        let at = event.at();
        let elapsed = || at.since(entered_at.unwrap_or(at)).in_words();
        let (leaf, found, wanted) = match unmet {
            Unmet::Type => ("event", clip(&event.event_type), self.event_types().to_string()),
            Unmet::Filter(filter) => return filter.explain(self.definition.0, event),
            Unmet::Sum(sum) => return sum.explain(self.definition.0, event),
            Unmet::Before(after) => ("occurred", at.to_string(), format!("{after} or later")),
            Unmet::NotBefore(before) => ("occurred", at.to_string(), format!("before {before}")),
            Unmet::Sooner(least) => ("notBefore", elapsed(), format!("at least {} after entry", least.in_words())),
            Unmet::Later(most) => ("within", elapsed(), format!("at most {} after entry", most.in_words())),
            Unmet::Time(count) => {
                let wanted = self.tally.in_words(self.definition.0).unwrap_or_default();
                ("occurrence", format!("for the {} time", tally::ordinal(count)), wanted)
            }
        };
        Mismatch { leaf: leaf.to_owned(), found, wanted }
    }
}
