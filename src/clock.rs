//! The only place that time and fresh ids come from.

use offramp_domain::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Tells the time: the machine's, or one that a test sets.
#[derive(Clone, Debug)]
pub struct Clock {
    set_to: Option<Arc<AtomicI64>>,
    /// The latest time that was told, in microseconds: a machine's clock may be set back, and what is received later
    /// must not seem to have been received before.
    latest: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { set_to: None, latest: Arc::default() }
    }

    /// A clock that stands still until it is set.
    pub fn manual(now: Timestamp) -> Self {
        Self { set_to: Some(Arc::new(AtomicI64::new(now.as_micros()))), latest: Arc::default() }
    }

    /// Sets a manual clock; the machine's own pays no heed.
    pub fn set(&self, now: Timestamp) {
        if let Some(set_to) = &self.set_to {
            set_to.store(now.as_micros(), Ordering::SeqCst);
        }
    }

    /// Now, to the microsecond; the machine's clock is never heard to go back.
    pub fn now(&self) -> Timestamp {
        if let Some(set_to) = &self.set_to {
            return Timestamp::from_micros(set_to.load(Ordering::SeqCst));
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since.as_micros()).unwrap_or_default();
        Timestamp::from_micros(self.latest.fetch_max(now, Ordering::SeqCst).max(now))
    }

    /// A fresh id (RFC 9562, version 7): later ones of this process are greater.
    pub fn fresh_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
