//! Room for what waits or is under way: bounded in events and in bytes, and over it refused.

use super::IngestError;
use offramp_domain::limits::EVENTS_PER_BATCH_MAX;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much there is room for, and how much of it is taken.
#[derive(Clone)]
pub(super) struct Room {
    events_max: usize,
    bytes_max: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Clone, Copy, Default)]
struct Taken {
    events: usize,
    bytes: usize,
    /// Whether it was said that there is no room, and there has not been much since.
    is_told: bool,
}

impl Room {
    pub(super) fn new(events_max: usize, bytes_max: usize) -> Self {
        Self { events_max, bytes_max, taken: Arc::default() }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes room for so much until the place is dropped. What is greater than all of it gets in when it is empty.
    pub(super) fn take(&self, events: usize, bytes: usize) -> Result<Place, IngestError> {
        let mut taken = self.taken();
        let (all_events, all_bytes) = (taken.events.saturating_add(events), taken.bytes.saturating_add(bytes));
        if taken.events > 0 && (all_events > self.events_max || all_bytes > self.bytes_max) {
            if !std::mem::replace(&mut taken.is_told, true) {
                tracing::warn!(events = taken.events, bytes = taken.bytes, "the queue is full, and refuses what comes");
            }
            return Err(IngestError::Overloaded);
        }
        let is_told = taken.is_told && (all_events > self.events_max / 2 || all_bytes > self.bytes_max / 2);
        *taken = Taken { events: all_events, bytes: all_bytes, is_told };
        drop(taken);
        Ok(Place { room: self.clone(), events, bytes })
    }

    /// Whether there is hardly any left: a tenth or a whole batch, whichever is less. Who brings much would not get in.
    pub(super) fn is_full(&self) -> bool {
        let (taken, margin) = (*self.taken(), EVENTS_PER_BATCH_MAX.min(self.events_max / 10).max(1));
        taken.events.saturating_add(margin) > self.events_max
            || taken.bytes.saturating_add((self.bytes_max / 10).max(1)) > self.bytes_max
    }
}

/// Room that was taken.
pub(super) struct Place {
    room: Room,
    events: usize,
    bytes: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.room.taken();
        taken.events = taken.events.saturating_sub(self.events);
        taken.bytes = taken.bytes.saturating_sub(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_the_room_is_refused_until_somebody_leaves() {
        let room = Room::new(10, 100);
        let first = room.take(8, 10).ok();
        assert!(first.is_some() && !room.is_full());
        assert!(room.take(3, 1).is_err(), "too many events");
        assert!(room.take(1, 91).is_err(), "too many bytes");
        let second = room.take(2, 90).ok();
        assert!(second.is_some() && room.is_full());
        drop((first, second));
        assert!(room.take(11, 0).is_ok(), "alone, anything fits");
    }
}
