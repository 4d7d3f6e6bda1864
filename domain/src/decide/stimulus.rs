//! What is judged: an event with what was known before it and after it, or an instant that came.

use super::Owner;
use crate::condition::{Entry, Scene};
use crate::enrollment::Enrollment;
use crate::event::Event;
use crate::facts::Facts;
use crate::ids::{ConditionId, EventId};
use crate::time::{Timestamp, Zone};
use std::collections::BTreeMap;

/// An event, and what is known around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stimulus<'a> {
    pub(super) event: &'a Event,
    /// The same as of the moment at which it is judged: what is so is so now, also where an event comes late.
    pub(super) now: &'a Event,
    /// What caused it: another event where it tells of another automation, else itself.
    pub(super) cause: &'a Event,
    pub(super) facts_before: &'a Facts,
    pub(super) facts_after: &'a Facts,
    /// What was received before it.
    pub(super) history: &'a [Event],
    /// The same with it.
    pub(super) history_after: &'a [Event],
    /// Whose condition waited for this instant, if the event is that it came.
    pub(super) due: Option<(Owner, ConditionId)>,
    /// The events that caused the entries of stays, where somebody asks for them.
    pub(super) entry_events: &'a BTreeMap<EventId, Event>,
    /// The stay for which it is judged.
    pub(super) entry: Option<Entry<'a>>,
    /// Whether it is no event, but what is known after the last one.
    pub(super) is_last: bool,
    pub(super) zone: &'a Zone,
}

impl<'a> Stimulus<'a> {
    /// The same, judged for a stay.
    pub(super) fn within(self, stay: &Enrollment) -> Self {
        let event = self.entry_events.get(&stay.entry_event);
        let entry = Entry { at: stay.entered_at, cause: stay.entry_event, event };
        Self { entry: Some(entry), ..self }
    }

    pub(super) fn at(&self) -> Timestamp {
        self.event.at()
    }

    /// What happens is held against what was known before it.
    pub(super) const fn scene(&self) -> Scene<'a> {
        Scene { event: self.event, facts: self.facts_before, history: self.history, entry: self.entry, zone: self.zone }
    }

    /// Whether a state was so.
    pub(super) const fn scene_before(&self) -> Scene<'a> {
        Scene { event: self.now, ..self.scene() }
    }

    /// Whether a state is so.
    pub(super) const fn scene_after(&self) -> Scene<'a> {
        Scene { event: self.now, facts: self.facts_after, history: self.history_after, ..self.scene() }
    }

    /// Whether this is the instant for which a condition waited.
    pub(super) fn is_due(&self, owner: Owner, condition: ConditionId) -> bool {
        self.due == Some((owner, condition))
    }
}
