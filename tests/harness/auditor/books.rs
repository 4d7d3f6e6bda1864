//! What came out: records, counters and the feed, in a form in which what must be and what is can be held side by side.

use super::{Amount, Micros};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// A quarter of an hour (R52).
const QUARTER: Micros = 15 * 60 * 1_000_000;
/// How many differences are worth reading.
const SHOWN_MAX: usize = 12;

/// Something that was recorded of a contact in an automation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    pub who: String,
    pub place: String,
    /// The contact's first stay there, the second …; none for who did not enter.
    pub stay: Option<usize>,
    pub at: Micros,
    /// The mark of the event that caused it.
    pub event: String,
    /// The rule that decided.
    pub rule: String,
    pub fact: Fact,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    Entered {
        version: usize,
    },
    Left {
        reason: String,
        within_window: bool,
        also: Vec<String>,
        why: Vec<String>,
    },
    Converted {
        elapsed: Micros,
        worth: Option<Amount>,
        counted: bool,
        headline: bool,
        late: bool,
        after_exit: bool,
        within_window: bool,
        also: Vec<String>,
    },
    Skipped {
        reason: String,
    },
    Reversed {
        amount: Option<Amount>,
        in_full: bool,
    },
}

/// Something that is counted besides what records say of themselves.
pub struct Counted {
    pub place: String,
    pub rule: String,
    pub metric: &'static str,
    pub at: Micros,
    pub count: i64,
    pub amount: Option<Amount>,
}

/// Of which automation, rule, metric, currency and quarter.
pub type Counter = (String, String, String, String, Micros);

/// All that came out.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub records: Vec<Record>,
    /// How many, and how much.
    pub counters: BTreeMap<Counter, (i64, i64)>,
    /// What the feed tells of each contact in each automation, in order.
    pub feed: BTreeMap<(String, String), Vec<(&'static str, String)>>,
}

impl Books {
    /// Enters the records of one contact in one automation, in the order in which they came to be.
    pub(super) fn add(&mut self, records: Vec<Record>) {
        for record in records {
            self.count(&record);
            let told = match record.fact {
                Fact::Left { .. } => Some("exit"),
                Fact::Converted { .. } => Some("conversion"),
                Fact::Reversed { .. } => Some("reversal"),
                Fact::Entered { .. } | Fact::Skipped { .. } => None,
            };
            if let Some(kind) = told {
                let line = self.feed.entry((record.who.clone(), record.place.clone())).or_default();
                line.push((kind, record.event.clone()));
            }
            self.records.push(record);
        }
    }

    /// Counts what was taken back, and what counts again.
    pub(super) fn add_counted(&mut self, counted: Vec<Counted>) {
        for Counted { place, rule, metric, at, count, amount } in counted {
            let (amount, code) = amount.unwrap_or_default();
            let quarter = at.div_euclid(QUARTER) * QUARTER;
            let sum = self.counters.entry((place, rule, metric.to_owned(), code, quarter)).or_default();
            *sum = (sum.0 + count, sum.1 + amount);
        }
    }

    fn count(&mut self, record: &Record) {
        let mut add = |metric: &str, worth: Option<&Amount>| {
            let (amount, code) = worth.cloned().unwrap_or_default();
            let quarter = record.at.div_euclid(QUARTER) * QUARTER;
            let key = (record.place.clone(), record.rule.clone(), metric.to_owned(), code, quarter);
            let sum = self.counters.entry(key).or_default();
            *sum = (sum.0 + 1, sum.1 + amount);
        };
        match &record.fact {
            Fact::Entered { .. } => add("entered", None),
            Fact::Left { reason, .. } => add(&format!("exited.{reason}"), None),
            Fact::Skipped { reason } => add(&format!("skipped.{reason}"), None),
            // Account tells what it counts for.
            Fact::Reversed { .. } => {}
            Fact::Converted { worth, counted, headline, .. } => {
                add("conversions", worth.as_ref());
                if *counted {
                    add("goal_converted", worth.as_ref());
                }
                if *headline {
                    add("converted", worth.as_ref());
                }
            }
        }
    }

    /// Where what is differs from what must be, a line each; empty where it does not.
    pub fn difference(&self, is: &Self) -> Vec<String> {
        let mut lines = differences(self.records.iter().cloned(), is.records.iter().cloned());
        lines.extend(differences(self.counters.clone(), is.counters.clone()));
        lines.extend(differences(self.feed.clone(), is.feed.clone()));
        let more = lines.len().saturating_sub(SHOWN_MAX);
        if more > 0 {
            lines.truncate(SHOWN_MAX);
            lines.push(format!("and {more} more"));
        }
        lines
    }
}

/// What is in one and not in the other, as often as it is there more often.
fn differences<T: Ord + Debug>(must: impl IntoIterator<Item = T>, is: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut balance: BTreeMap<T, i64> = BTreeMap::new();
    for one in must {
        *balance.entry(one).or_default() += 1;
    }
    for one in is {
        *balance.entry(one).or_default() -= 1;
    }
    let off = balance.into_iter().filter(|(_, count)| *count != 0);
    off.map(|(one, count)| format!("{}: {one:?}", if count > 0 { "must be" } else { "is" })).collect()
}
