//! What a condition is held against: an event, and what was known of the contact before it.

use crate::event::Event;
use crate::facts::Facts;
use crate::ids::EventId;
use crate::time::{Timestamp, Zone};
use uuid::Uuid;

/// An event, and what was known before it.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What happened.
    pub event: &'a Event,
    /// The contact's facts before it.
    pub facts: &'a Facts,
    /// Events of the contact that were received before it, of the types that somebody asks for; in no order of time.
    pub history: &'a [Event],
    /// The stay that the event is judged for; none for an entry.
    pub entry: Option<Entry<'a>>,
    /// Where days begin.
    pub zone: &'a Zone,
}

/// How a stay began.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// When.
    pub at: Timestamp,
    /// The id of the event that caused it.
    pub cause: EventId,
    /// That event, if anybody asks for it.
    pub event: Option<&'a Event>,
}

static NO_FACTS: Facts = Facts::none();
static UTC: Zone = Zone::UTC;

impl<'a> Scene<'a> {
    /// An event alone, of a contact of whom nothing is known.
    pub const fn of(event: &'a Event) -> Self {
        Self { event, facts: &NO_FACTS, history: &[], entry: None, zone: &UTC }
    }

    /// The same, for a stay that began then.
    #[must_use]
    pub const fn entered(self, at: Timestamp) -> Self {
        let cause = EventId(Uuid::nil());
        Self { entry: Some(Entry { at, cause, event: None }), ..self }
    }

    /// The instant at which it is judged.
    pub fn at(&self) -> Timestamp {
        self.event.at()
    }
}
