//! Conditions: what has to happen for a rule. Checked against a catalogue that is data, the same for entry rules, goals
//! and alternate exit rules.

mod appointment;
mod audience;
mod billing;
mod booking;
mod cart;
pub mod catalogue;
mod compare;
mod custom;
mod date;
mod draft;
mod elsewhere;
mod english;
mod field;
mod filter;
mod form;
mod found;
mod group;
mod lookup;
mod membership;
mod message;
mod named;
mod operand;
mod operator;
mod package;
mod pattern;
mod payment;
mod platform;
mod preview;
mod purchase;
pub mod reference;
mod sales;
mod scene;
pub mod schema;
mod score;
pub mod search;
mod shape;
mod spend;
mod state;
mod tag;
mod tally;
mod test;
#[cfg(test)]
mod trial;
mod visit;
mod web;

pub use draft::{
    ConditionDraft, CorrelationDraft, FilterDraft, InstantRangeDraft, ItemDraft, MoneyRangeDraft, NumberRangeDraft,
    OccurredDraft, TextChangeDraft, ValueDraft, WindowDraft, check, check_all, check_one,
};
pub use english::{describe, describe_all};
pub use filter::Filter;
pub use found::Found;
pub use lookup::{Lookup, Value as LookupValue};
pub use named::{Named, check_all_named, check_named_of, named_in};
pub use operand::{ItemRef, Operand};
pub use operator::Operator;
pub use preview::{FilterResult, Judged};
pub use scene::{Entry, Scene};
pub use shape::Shape;
pub use state::Subject;
pub use tally::{OccurrenceDraft, Sum, SumDraft, Tally, Total, TotalDraft};
pub use test::Unmet;

use crate::ids::ConditionId;
use crate::time::{Elapsed, Timestamp};
use catalogue::{ConditionDefinition, EventTypes, FilterDefinition, Kind};
use serde::{Deserialize, Serialize};

/// One thing that has to happen, or to be so.
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
    /// Only the first such event of the contact, whenever it was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_ever: bool,
    /// How far back events count, also from before entry; only what happened since entry, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookback: Option<Elapsed>,
    /// What has to be the same as in the event that caused the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as_entry: Option<Correlation>,
    /// Whether events that were sent for a test count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub includes_test_events: bool,
    /// How the conditions within are joined.
    #[serde(default, skip_serializing_if = "Join::is_all")]
    pub join: Join,
    /// The conditions within a group, or the one whose absence is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// How conditions are joined (R11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Join {
    /// All have to hold.
    #[default]
    All,
    /// One is enough.
    Any,
    /// None may hold.
    None,
}

impl Join {
    /// Whether all have to hold.
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// Two places, in this event and in the one that caused the entry, that have to say the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Correlation {
    /// Where in this event.
    pub path: String,
    /// Where in the event that caused the entry.
    pub entry_path: String,
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
    /// The event types that can meet the condition, or change the state.
    pub fn event_types(&self) -> EventTypes<'_> {
        match &self.definition.0.kind {
            Kind::Event(types) => types(&self.filters),
            Kind::State(state) => EventTypes::These(state.changed_by),
            Kind::Absence | Kind::Group => EventTypes::These(&[]),
        }
    }

    /// Whether something has to happen to meet it, rather than to be so.
    pub const fn is_event(&self) -> bool {
        matches!(self.definition.0.kind, Kind::Event(_))
    }

    /// Whether something has to be missing for some time.
    pub const fn is_absence(&self) -> bool {
        matches!(self.definition.0.kind, Kind::Absence)
    }

    /// Whether it has others within that are joined.
    pub const fn is_group(&self) -> bool {
        matches!(self.definition.0.kind, Kind::Group)
    }

    /// Whether it only says what is so: no event meets it by itself.
    pub fn is_state(&self) -> bool {
        match self.definition.0.kind {
            Kind::State(_) => true,
            Kind::Group => self.conditions.iter().all(Self::is_state),
            Kind::Event(_) | Kind::Absence => false,
        }
    }

    /// Whether an entry rule counts it over entries, whether or not the contact is inside.
    pub const fn counts_over_entries(&self) -> bool {
        self.tally.goes_on() && self.lookback.is_none()
    }

    /// Whether each further event qualifies as well once it was met.
    pub const fn repeats(&self) -> bool {
        self.tally.repeats() || self.lookback.is_some()
    }

    /// Itself, and every condition within, in the order in which they were written.
    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.conditions.iter().for_each(|within| within.each(visit));
    }

    /// The filters that are read: those that it has, and those of whose default it says nothing.
    pub fn read_filters(&self) -> impl Iterator<Item = &'static FilterDefinition> + Clone {
        let has = |key: &str| self.filters.iter().any(|filter| filter.key == key);
        self.definition.0.every_filter().filter(move |filter| filter.default.is_some() || has(filter.key))
    }

    /// The filter of that key, where a type reads it itself.
    pub(in crate::condition) fn setting(&self, key: &str) -> Option<&Operand> {
        self.filters.iter().find(|filter| filter.key == key).map(|filter| &filter.operand)
    }

    /// The value of a flag.
    pub(in crate::condition) fn flag(&self, key: &str) -> Option<bool> {
        match self.setting(key)? {
            Operand::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The value of a length of time.
    pub fn length(&self, key: &str) -> Option<Elapsed> {
        match self.setting(key)? {
            Operand::Duration(length) => Some(*length),
            _ => None,
        }
    }

    /// The values of a filter of texts.
    pub(in crate::condition) fn texts(&self, key: &str) -> &[String] {
        match self.setting(key) {
            Some(Operand::Texts(texts)) => texts,
            _ => &[],
        }
    }
}

/// All of them and every condition within, in the order in which they were written.
pub fn each<'a>(conditions: &'a [Condition]) -> Vec<&'a Condition> {
    let mut found: Vec<&'a Condition> = Vec::new();
    conditions.iter().for_each(|condition| condition.each(&mut |one| found.push(one)));
    found
}

/// A condition that can make the whole hold that it is of.
#[derive(Clone, Copy, Debug)]
pub struct Trigger<'a> {
    /// The condition.
    pub condition: &'a Condition,
    /// Whether the whole holds when it does not.
    pub is_denied: bool,
}

/// Those of conditions so joined that can make the whole hold.
pub fn triggers(join: Join, conditions: &[Condition]) -> Vec<Trigger<'_>> {
    let is_state = conditions.iter().all(Condition::is_state);
    let may_trigger = |condition: &&Condition| match join {
        _ if is_state => true,
        Join::All => !condition.is_state(),
        Join::Any => true,
        Join::None => false,
    };
    let triggering = conditions.iter().filter(may_trigger);
    let parts = triggering.map(|condition| {
        let within = match condition.is_group() {
            true => triggers(condition.join, &condition.conditions),
            false => vec![Trigger { condition, is_denied: false }],
        };
        within.into_iter().map(|one| Trigger { is_denied: one.is_denied ^ (join == Join::None), ..one })
    });
    parts.flatten().collect()
}
