//! The auditor: a second reading of the rules, plain and slow, that says what must have come out of a diary.
//!
//! It shares nothing with the core that it audits: neither the decision, nor the index, nor the counting, nor how a
//! condition is matched. What it knows of a stay it finds anew, each time, from the list of events that the stay heard.
//! Where the rules leave room, the choice is told where it is made. It knows only what the workloads use.

mod account;
pub mod books;
pub mod draft;
mod matching;
mod orders;

pub use orders::bought_mark;

use account::Account;
use books::Books;
use orders::OrderBook;
use std::collections::BTreeMap;

/// Microseconds: since 1970 for an instant, elapsed for a duration.
pub type Micros = i64;

/// Minor units, and of what.
pub type Amount = (i64, String);

/// An automation with all that is ever published of it.
#[derive(Clone, Debug)]
pub struct Automation {
    pub name: String,
    pub re_entry: ReEntry,
    /// The first to be published comes first. Each has the rules of the one before it, and perhaps more.
    pub versions: Vec<Version>,
}

/// Whether one may come back (R3).
#[derive(Clone, Copy, Debug)]
pub enum ReEntry {
    Once,
    AfterExit,
    After(Micros),
}

/// Rules, each kind in order of rank.
#[derive(Clone, Debug, Default)]
pub struct Version {
    pub entries: Vec<Rule>,
    pub goals: Vec<Rule>,
    pub alternates: Vec<Rule>,
}

/// A rule, by a name that no other rule of the workspace bears.
#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    /// Whether all conditions have to hold, or any (R11).
    pub all: bool,
    pub conditions: Vec<Condition>,
    /// Goals only: how long after entry a conversion counts (R15).
    pub window: Option<Micros>,
}

/// One thing that has to happen.
#[derive(Clone, Debug)]
pub struct Condition {
    pub what: What,
    /// Not before so long after entry.
    pub not_before: Option<Micros>,
    /// Within so long after entry.
    pub within: Option<Micros>,
    /// From this instant on.
    pub from: Option<Micros>,
    /// Before this instant.
    pub until: Option<Micros>,
}

/// The families of conditions that workloads use.
#[derive(Clone, Debug)]
pub enum What {
    /// One of these tags is put on the contact.
    Tag(Vec<String>),
    /// A purchase, perhaps of an amount or more.
    Purchase { at_least: Option<Amount> },
    /// An event of that name, perhaps with a property `n` of so much or more.
    Custom { name: String, at_least: Option<i64> },
}

/// Something that happened to a contact, as it was received.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it is called here; no other event bears it.
    pub mark: String,
    pub who: String,
    pub what: Happening,
    /// The time that counts (R0).
    pub at: Micros,
    /// Its place in order of receipt; each second number is left to the purchases that events make.
    pub number: usize,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Happening {
    Tagged(String),
    Bought(Amount),
    Did {
        name: String,
        n: Option<i64>,
        worth: Option<Amount>,
    },
    /// Something is told of an order.
    Told(String, News),
}

/// What is told of an order.
#[derive(Clone, Debug)]
pub enum News {
    /// It was placed, for so much.
    Placed(Amount),
    /// Something of it was paid.
    Paid,
    /// The one payment of it that is tried again and again failed.
    Tried,
    /// That payment came in; this time it does not say of which order it is.
    CameIn,
    /// So much of it was given back; all of it, where no amount is named.
    Returned(Option<Amount>),
}

/// What was received and changed, in order.
#[derive(Clone, Debug)]
pub enum Entry {
    /// An event was received.
    Event(Event),
    /// The next version of this automation was published.
    Publish(usize),
    /// This automation was paused.
    Pause(usize),
    /// This automation was resumed.
    Resume(usize),
}

/// What contacts enter at a moment.
#[derive(Clone, Copy)]
struct Live {
    /// Which version, from one.
    number: usize,
    paused: bool,
}

/// What must have come out of a diary.
pub fn audit(automations: &[Automation], diary: &[Entry]) -> Books {
    let mut live: Vec<Option<Live>> = automations.iter().map(|_| None).collect();
    let mut accounts: BTreeMap<(String, usize), Account<'_>> = BTreeMap::new();
    let mut orders = OrderBook::default();
    for entry in diary {
        match entry {
            // What is published while it is paused stays paused.
            Entry::Publish(place) => {
                let (number, paused) = live[*place].map_or((1, false), |live| (live.number + 1, live.paused));
                live[*place] = Some(Live { number, paused });
            }
            Entry::Pause(place) => live[*place].as_mut().expect("a published automation").paused = true,
            Entry::Resume(place) => live[*place].as_mut().expect("a published automation").paused = false,
            // Automations know nothing of each other, nor contacts.
            Entry::Event(event) => {
                let bought = orders.hear(event);
                for (place, automation) in automations.iter().enumerate() {
                    let account = accounts.entry((event.who.clone(), place));
                    let account = account.or_insert_with(|| Account::new(automation, &event.who));
                    for one in std::iter::once(event).chain(&bought) {
                        account.receive(one, live[place], &orders);
                    }
                }
            }
        }
    }
    let mut books = Books::default();
    for account in accounts.into_values() {
        let (records, counted) = account.into_records();
        books.add(records);
        books.add_counted(counted);
    }
    books
}
