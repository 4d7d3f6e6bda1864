//! Conditions: what has to happen for a rule. Checked against a catalogue that is data, the same for entry rules, goals
//! and alternate exit rules.

pub mod catalogue;
mod custom;
mod draft;
mod english;
mod filter;
mod purchase;
mod tag;

pub use draft::{
    ConditionDraft, FilterDraft, ItemDraft, MoneyRangeDraft, NumberRangeDraft, OccurredDraft, ValueDraft, WindowDraft,
    check,
};
pub use english::{describe, describe_all};
pub use filter::{Filter, ItemRef, Operand, Operator};

use crate::event::Event;
use crate::ids::ConditionId;
use crate::time::{Elapsed, Timestamp};
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

impl Condition {
    /// The event types that can meet the condition.
    pub fn event_types(&self) -> EventTypes<'_> {
        (self.definition.0.event_types)(&self.filters)
    }

    /// Whether the event meets the condition, for a stay entered at `entered_at` (none for an entry rule).
    ///
    /// # Errors
    /// The first leaf that did not hold, in the order in which a person reads the condition.
    pub fn test(&self, event: &Event, entered_at: Option<Timestamp>) -> Result<(), Mismatch> {
        if !self.event_types().contain(&event.event_type) {
            return Err(mismatch("event", &event.event_type, self.event_types()));
        }
        for filter in &self.filters {
            filter.test(self.definition.0, event)?;
        }
        self.test_occurred(event.at())?;
        entered_at.map_or(Ok(()), |entered_at| self.test_window(event.at(), entered_at))
    }

    fn test_occurred(&self, at: Timestamp) -> Result<(), Mismatch> {
        match self.occurred {
            Occurred { after: Some(after), .. } if at < after => {
                Err(mismatch("occurred", at, format_args!("{after} or later")))
            }
            Occurred { before: Some(before), .. } if at >= before => {
                Err(mismatch("occurred", at, format_args!("before {before}")))
            }
            _ => Ok(()),
        }
    }

    fn test_window(&self, at: Timestamp, entered_at: Timestamp) -> Result<(), Mismatch> {
        let elapsed = at.since(entered_at);
        match self.window {
            Window { not_before: Some(least), .. } if elapsed < least => Err(mismatch(
                "notBefore",
                format_args!("{elapsed} after entry"),
                format_args!("at least {least} after entry"),
            )),
            Window { within: Some(most), .. } if elapsed > most => Err(mismatch(
                "within",
                format_args!("{elapsed} after entry"),
                format_args!("at most {most} after entry"),
            )),
            _ => Ok(()),
        }
    }
}

pub(crate) fn mismatch(leaf: &str, found: impl ToString, wanted: impl ToString) -> Mismatch {
    Mismatch { leaf: leaf.to_owned(), found: found.to_string(), wanted: wanted.to_string() }
}
