//! What keeps groups from getting through, for those who ask whether the server does its work.

use offramp_domain::time::{Elapsed, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};

/// How long a failure speaks: a supervisor that asks every few seconds hears of it, and one that has kept everybody away
/// since then lets somebody try again.
const SPEAKS_FOR: Elapsed = Elapsed::from_micros(15_000_000);

/// The last failure of all lanes, until a group gets through.
#[derive(Clone, Default)]
pub(super) struct Trouble(Arc<Mutex<Option<(Timestamp, String)>>>);

impl Trouble {
    /// A group failed as a whole.
    pub(super) fn note(&self, at: Timestamp, why: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, why.to_owned()));
    }

    /// A group got through.
    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What went wrong lately and has not gone right since.
    pub(super) fn recent(&self, now: Timestamp) -> Option<String> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        last.filter(|(at, _)| now.since(*at) <= SPEAKS_FOR).map(|(_, why)| why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_speaks_for_a_while_or_until_something_gets_through() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let trouble = Trouble::default();
        assert_eq!(trouble.recent(at(0)), None);
        trouble.note(at(0), "full");
        assert_eq!(trouble.recent(at(15)).as_deref(), Some("full"));
        assert_eq!(trouble.recent(at(16)), None);
        trouble.note(at(20), "full");
        trouble.clear();
        assert_eq!(trouble.recent(at(20)), None);
    }
}
