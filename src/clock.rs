//! The only place that time and fresh ids come from.

use offramp_domain::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Tells the time: the machine's, or one that a test sets.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    set_to: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self { set_to: None }
    }

    /// A clock that stands still until it is set.
    pub fn manual(now: Timestamp) -> Self {
        Self { set_to: Some(Arc::new(AtomicI64::new(now.as_micros()))) }
    }

    /// Sets a manual clock; the machine's own pays no heed.
    pub fn set(&self, now: Timestamp) {
        if let Some(set_to) = &self.set_to {
            set_to.store(now.as_micros(), Ordering::SeqCst);
        }
    }

    /// Now, to the microsecond.
    pub fn now(&self) -> Timestamp {
        let micros = match &self.set_to {
            Some(set_to) => set_to.load(Ordering::SeqCst),
            None => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_micros()).ok())
                .unwrap_or_default(),
        };
        Timestamp::from_micros(micros)
    }

    /// A fresh id (RFC 9562, version 7): later ones of this process are greater.
    pub fn fresh_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
