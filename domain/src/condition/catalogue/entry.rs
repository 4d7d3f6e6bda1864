//! What an entry of the catalogue looks like, and short ways of writing one.

use crate::condition::Condition;
use crate::condition::filter::Filter;
use crate::condition::found::Found;
use crate::condition::scene::Scene;
use crate::condition::state::Subject;
use crate::facts::FactDefinition;
use crate::workspace::Edition;
use std::fmt;

/// A family of condition types, with the events and facts that they speak of.
#[derive(Debug)]
pub struct Family {
    /// Where its types stand among the others.
    pub category: &'static str,
    /// The types.
    pub conditions: &'static [ConditionDefinition],
    /// What their events must say. What an event may say follows from the filters.
    pub events: &'static [EventDefinition],
    /// What is kept of contacts for them.
    pub facts: &'static [FactDefinition],
}

/// One type of condition.
#[derive(Debug)]
pub struct ConditionDefinition {
    /// Its stable id, such as `purchase.made`.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What they might type when they look for it.
    pub synonyms: &'static [&'static str],
    /// One sentence.
    pub description: &'static str,
    /// What makes it hold.
    pub kind: Kind,
    /// Its drill-down options.
    pub filters: &'static [FilterDefinition],
}

/// What makes a condition hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Something happened: the event types that can meet it, given its filters.
    Event(for<'a> fn(&'a [Filter]) -> EventTypes<'a>),
    /// Something is so; it fires when it turns true.
    State(State),
    /// Something did not happen for some time; the one condition within says what.
    Absence,
    /// Several conditions together.
    Group,
}

/// What a state is made of.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// The kinds of facts that it reads.
    pub facts: &'static [&'static str],
    /// The event types of which it reads those that happened.
    pub history: &'static [&'static str],
    /// The event types that may change it.
    pub changed_by: &'static [&'static str],
    /// Whether what it is about changes by the passing of time, besides what filters know of it.
    pub turns_by_time: bool,
    /// What it is about, each told by its properties: the state holds if all filters hold of one of them.
    pub subjects: for<'a> fn(&Condition, &Scene<'a>) -> Vec<Subject>,
}

/// What there is to be known of an event type besides what filters read.
#[derive(Debug)]
pub struct EventDefinition {
    /// Its name.
    pub event_type: &'static str,
    /// The properties without which it is refused.
    pub required: &'static [&'static str],
    /// Properties that no filter reads by their names, and what they must be.
    pub more: &'static [(&'static str, FilterKind)],
}

/// One drill-down option of a condition type.
#[derive(Debug)]
pub struct FilterDefinition {
    /// Its stable id within the type.
    pub key: &'static str,
    /// What people call it, as in "where … is".
    pub label: &'static str,
    /// A sentence more, where the label does not say enough.
    pub help: &'static str,
    /// What its values are, and so which operators it knows.
    pub kind: FilterKind,
    /// Whether a condition without it is refused.
    pub required: bool,
    /// What has to be so where the condition has no such filter; what does not say passes.
    pub default: Option<bool>,
    /// Whether the author says where to look.
    pub takes_path: bool,
    /// Whether earlier events have to be known for it.
    pub history: bool,
    /// Whether its values can be added up.
    pub adds_up: bool,
    /// The kinds of facts that have to be known for it, where it is a filter of an event.
    pub facts: &'static [&'static str],
    /// What says it.
    pub reads: Reads,
}

/// Where a filter's value is found.
#[derive(Clone, Copy, Debug)]
pub enum Reads {
    /// The property of that name, of the event or of what a state is about.
    Property(&'static str),
    /// What this finds; the text is the filter's path, for the kinds that have one.
    Scene(for<'a> fn(&Scene<'a>, Option<&'a str>) -> Found<'a>),
    /// Nowhere: the type reads the filter where it gathers what it is about.
    Setting,
}

/// What the values of a filter are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// Ids of the customer's own, and what of the workspace has them, such as `tags`.
    Ids(&'static str),
    /// A closed list.
    Enum(&'static [&'static str]),
    /// Words.
    Text,
    /// The name of an event.
    EventName,
    /// Products, categories and order forms, mixed (R22).
    Items,
    /// An exact number.
    Number,
    /// An exact amount in one currency (R25).
    Money,
    /// Yes or no.
    Flag,
    /// An instant.
    Instant,
    /// A length of time.
    Duration,
    /// A property at a path, of whatever type.
    Property,
    /// What something was and what it is.
    Change,
}

/// Which event types a condition listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventTypes<'a> {
    /// Types of the catalogue.
    These(&'static [&'static str]),
    /// Types that the condition's author named.
    Named(&'a [String]),
}

impl<'a> EventTypes<'a> {
    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let (these, named): (&[&str], &[String]) = match self {
            Self::These(these) => (these, &[]),
            Self::Named(named) => (&[], named),
        };
        these.iter().copied().chain(named.iter().map(String::as_str))
    }

    /// Whether this is one of them.
    pub fn contain(self, event_type: &str) -> bool {
        self.iter().any(|one| one == event_type)
    }
}

impl fmt::Display for EventTypes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().collect::<Vec<_>>().join(" or "))
    }
}

impl ConditionDefinition {
    /// The filter of that key.
    pub fn filter(&self, key: &str) -> Option<&'static FilterDefinition> {
        self.every_filter().find(|filter| filter.key == key)
    }

    /// Its own filters, and those that everything that happens has besides.
    pub fn every_filter(&self) -> impl Iterator<Item = &'static FilterDefinition> + Clone {
        let common = if matches!(self.kind, Kind::Event(_)) { COMMON } else { &[] };
        let own = self.filters;
        own.iter().chain(common.iter().filter(move |one| own.iter().all(|other| other.key != one.key)))
    }

    /// Whether workspaces of that edition can use it: not if it cannot do without an order form where there are none
    /// (R22).
    pub fn is_available(&self, edition: Edition) -> bool {
        let needs_form = |filter: &FilterDefinition| filter.required && filter.kind == FilterKind::Ids("order_forms");
        edition == Edition::MaxClassic || !self.filters.iter().any(needs_form)
    }

    /// What a state is made of, if it is one.
    pub const fn state(&self) -> Option<&State> {
        match &self.kind {
            Kind::State(state) => Some(state),
            Kind::Event(_) | Kind::Absence | Kind::Group => None,
        }
    }
}

/// What can be asked of everything that happens.
static COMMON: &[FilterDefinition] = &[
    ids("location", "location", "locationId", "locations"),
    custom("source", "source", FilterKind::Text, |scene, _| {
        Found::text(scene.event.text("source").or(scene.event.source.as_deref()))
    }),
];

const fn filter(key: &'static str, label: &'static str, kind: FilterKind, reads: Reads) -> FilterDefinition {
    let takes_path = matches!(kind, FilterKind::Property);
    let adds_up = matches!(kind, FilterKind::Number | FilterKind::Money | FilterKind::Property);
    FilterDefinition {
        key,
        label,
        help: "",
        kind,
        required: false,
        default: None,
        takes_path,
        history: false,
        facts: &[],
        adds_up,
        reads,
    }
}

impl FilterDefinition {
    /// Whether facts or earlier events have to be known for it.
    pub const fn reads_more_than_events(&self) -> bool {
        self.history || !self.facts.is_empty() || matches!(self.kind, FilterKind::Change)
    }

    /// The property that it reads, where it reads just one.
    pub const fn property(&self) -> Option<&'static str> {
        match self.reads {
            Reads::Property(name) => Some(name),
            Reads::Scene(_) | Reads::Setting => None,
        }
    }

    /// A condition without it is refused.
    pub(in crate::condition) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// What has to be so where a condition does not say.
    pub(in crate::condition) const fn unless_said(self, default: bool) -> Self {
        Self { default: Some(default), ..self }
    }

    /// A sentence more about it.
    pub(in crate::condition) const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// These kinds of facts have to be known for it.
    // It reads as the other words of an entry do.
    #[allow(clippy::wrong_self_convention)]
    pub(in crate::condition) const fn from_facts(self, facts: &'static [&'static str]) -> Self {
        Self { facts, ..self }
    }

    /// Its author says where to look.
    pub(in crate::condition) const fn at_path(self) -> Self {
        Self { takes_path: true, ..self }
    }

    /// Reads what the contact did before: the scene's history of the condition's event types.
    // It reads as the other words of an entry do.
    #[allow(clippy::wrong_self_convention)]
    pub(in crate::condition) const fn from_history(self) -> Self {
        Self { history: true, ..self }
    }

    /// Its values are numbers that say nothing added up, such as which order it is.
    pub(in crate::condition) const fn never_adds_up(self) -> Self {
        Self { adds_up: false, ..self }
    }

    /// Read by the type itself, where it gathers what it is about.
    pub(in crate::condition) const fn setting(self) -> Self {
        Self { reads: Reads::Setting, ..self }
    }
}

type Label = &'static str;
type Name = &'static str;

/// Ids in a property; `source` says what of the workspace has them.
pub(in crate::condition) const fn ids(key: Name, label: Label, property: Name, source: Name) -> FilterDefinition {
    filter(key, label, FilterKind::Ids(source), Reads::Property(property))
}

/// One of a closed list in a property.
pub(in crate::condition) const fn one_of(
    key: Name,
    label: Label,
    property: Name,
    options: &'static [&'static str],
) -> FilterDefinition {
    filter(key, label, FilterKind::Enum(options), Reads::Property(property))
}

/// Words in a property.
pub(in crate::condition) const fn text(key: Name, label: Label, property: Name) -> FilterDefinition {
    filter(key, label, FilterKind::Text, Reads::Property(property))
}

/// A number in a property.
pub(in crate::condition) const fn number(key: Name, label: Label, property: Name) -> FilterDefinition {
    filter(key, label, FilterKind::Number, Reads::Property(property))
}

/// An amount in a property.
pub(in crate::condition) const fn money(key: Name, label: Label, property: Name) -> FilterDefinition {
    filter(key, label, FilterKind::Money, Reads::Property(property))
}

/// Yes or no in a property.
pub(in crate::condition) const fn flag(key: Name, label: Label, property: Name) -> FilterDefinition {
    filter(key, label, FilterKind::Flag, Reads::Property(property))
}

/// An instant in a property.
pub(in crate::condition) const fn instant(key: Name, label: Label, property: Name) -> FilterDefinition {
    filter(key, label, FilterKind::Instant, Reads::Property(property))
}

/// Products, categories and order forms of the lines in `items`.
pub(in crate::condition) const fn items(key: Name, label: Label) -> FilterDefinition {
    filter(key, label, FilterKind::Items, Reads::Scene(|scene, _| crate::condition::purchase::items(scene.event)))
}

/// A property of the event at a path that the author names.
pub(in crate::condition) const fn path(key: Name, label: Label) -> FilterDefinition {
    let read: for<'a> fn(&Scene<'a>, Option<&'a str>) -> Found<'a> =
        |scene, path| path.and_then(|path| scene.event.at_path(path)).map_or(Found::Nothing, Found::Json);
    filter(key, label, FilterKind::Property, Reads::Scene(read))
}

/// The name of the event.
pub(in crate::condition) const fn event_name(key: Name, label: Label) -> FilterDefinition {
    filter(key, label, FilterKind::EventName, Reads::Scene(|scene, _| Found::Text(&scene.event.event_type)))
}

/// What something was and what it is.
pub(in crate::condition) const fn change(
    key: Name,
    label: Label,
    read: for<'a> fn(&Scene<'a>, Option<&'a str>) -> Found<'a>,
) -> FilterDefinition {
    filter(key, label, FilterKind::Change, Reads::Scene(read))
}

/// Whatever a function finds.
pub(in crate::condition) const fn custom(
    key: Name,
    label: Label,
    kind: FilterKind,
    read: for<'a> fn(&Scene<'a>, Option<&'a str>) -> Found<'a>,
) -> FilterDefinition {
    filter(key, label, kind, Reads::Scene(read))
}

/// A length of time that the type itself reads.
pub(in crate::condition) const fn duration(key: Name, label: Label) -> FilterDefinition {
    filter(key, label, FilterKind::Duration, Reads::Setting)
}

/// Yes or no that the type itself reads.
pub(in crate::condition) const fn setting_flag(key: Name, label: Label) -> FilterDefinition {
    filter(key, label, FilterKind::Flag, Reads::Setting)
}
