//! What the judge is given: rows as they are stored, unread, because what is wrong with them is what is looked for.

use crate::ids::{AutomationId, ContactId, ConversionId, EnrollmentId, EventId, ExitId, ReversalId, RuleId, SkipId};
use crate::time::{Elapsed, Timestamp};
use uuid::Uuid;

/// An automation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automation {
    /// Its id.
    pub id: AutomationId,
    /// Its status, by its stored name.
    pub status: String,
    /// The version that contacts enter.
    pub published: Option<i32>,
}

/// A stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Its id.
    pub id: EnrollmentId,
    /// Where.
    pub automation: AutomationId,
    /// The version that judges it.
    pub version: i32,
    /// Who.
    pub contact: ContactId,
    /// Which of the contact's stays there, from 1.
    pub rotation: i32,
    /// Its status, by its stored name.
    pub status: String,
    /// When it began.
    pub entered_at: Timestamp,
    /// By which rule; nil if by none.
    pub entry_rule: RuleId,
    /// By which event.
    pub entry_event: EventId,
    /// When it ended.
    pub exited_at: Option<Timestamp>,
    /// Why it ended, by the reason's stored name.
    pub exit_reason: Option<String>,
}

/// An exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Its id.
    pub id: ExitId,
    /// Of which stay.
    pub enrollment: EnrollmentId,
    /// Where.
    pub automation: AutomationId,
    /// Who.
    pub contact: ContactId,
    /// Why, by the reason's stored name.
    pub reason: String,
    /// By which rule; nil if by none.
    pub rule: RuleId,
    /// By which event; nil if by none.
    pub event: EventId,
    /// When.
    pub exited_at: Timestamp,
}

/// A conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Its id.
    pub id: ConversionId,
    /// Its place in the feed.
    pub position: i64,
    /// Of which stay.
    pub enrollment: EnrollmentId,
    /// Where.
    pub automation: AutomationId,
    /// Who.
    pub contact: ContactId,
    /// Which goal.
    pub goal: RuleId,
    /// By which event.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// How long after entry.
    pub elapsed: Elapsed,
    /// What it earned, in minor units.
    pub value_minor: Option<i64>,
    /// ISO 4217 code of the value.
    pub value_currency: Option<String>,
    /// Whether it is the first counted one of its stay and goal.
    pub counted: bool,
    /// Whether it is the first counted one of its stay.
    pub headline: bool,
    /// Whether its event came after the stay had ended, from within it.
    pub late: bool,
    /// Whether it happened after the stay.
    pub after_exit: bool,
    /// Whether it lies in the conversion window.
    pub within_window: bool,
}

/// A reversal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// Its id.
    pub id: ReversalId,
    /// Its place in the feed.
    pub position: i64,
    /// Of which conversion.
    pub conversion: ConversionId,
    /// Of which stay.
    pub enrollment: EnrollmentId,
    /// Where.
    pub automation: AutomationId,
    /// Who.
    pub contact: ContactId,
    /// Of which goal.
    pub goal: RuleId,
    /// When.
    pub at: Timestamp,
    /// How much, in minor units.
    pub amount_minor: Option<i64>,
    /// ISO 4217 code of the amount.
    pub amount_currency: Option<String>,
    /// Whether the conversion stands no more.
    pub in_full: bool,
}

/// A skip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Its id.
    pub id: SkipId,
    /// Where.
    pub automation: AutomationId,
    /// By which rule.
    pub rule: RuleId,
    /// Why, by the reason's stored name.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Where.
    pub automation: AutomationId,
    /// Of which rule; nil if of none.
    pub rule: RuleId,
    /// What is counted, by its stored name.
    pub metric: String,
    /// ISO 4217 code of the amount; empty where there is none.
    pub currency: String,
    /// The beginning of the quarter.
    pub bucket: Timestamp,
    /// How many.
    pub count: i64,
    /// How much, in minor units.
    pub amount_minor: i64,
}

/// A row of the feed, or what the feed must tell of as it must tell it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// Its place.
    pub position: i64,
    /// `exit`, `conversion` or `reversal`.
    pub kind: String,
    /// Of which one.
    pub reference: Uuid,
    /// Where.
    pub automation: AutomationId,
    /// Who.
    pub contact: ContactId,
    /// By which rule; nil if by none.
    pub rule: RuleId,
    /// Why, of an exit.
    pub reason: Option<String>,
}

/// What one column refers to, as far as it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct References {
    /// Which column, such as `exit.event_id`.
    pub column: String,
    /// What it refers to, such as `event`.
    pub to: String,
    /// How many rows refer to something by it.
    pub examined: u64,
    /// How many of those refer to what the workspace has not.
    pub dangling: u64,
    /// The first of them: the id of the row, or what names it, and what it refers to.
    pub first: Vec<(Uuid, Uuid)>,
}

/// The message ids of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageIds {
    /// How many events have one.
    pub examined: u64,
    /// How many of those have one that another has.
    pub repeated: u64,
    /// The first of them, and how often each was stored.
    pub first: Vec<(String, u64)>,
}

/// The purchases of a workspace that count, each of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purchases {
    /// How many there are.
    pub examined: u64,
    /// How many orders have another number than the one that the order itself names.
    pub wrong: u64,
    /// The first of them, by the customer's own ids, and how many purchases each has.
    pub first: Vec<(String, u64)>,
}

/// A setting of the database on which durability stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// How the database was asked.
    pub question: &'static str,
    /// What it answered.
    pub answer: String,
    /// The right answers.
    pub right: &'static [&'static str],
}
