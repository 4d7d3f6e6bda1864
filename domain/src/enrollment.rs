//! Stays of contacts in automations, and the records that are made of them: exits, conversions, skips.

use crate::condition::Mismatch;
use crate::fault::Code;
use crate::ids::{
    AutomationId, ConditionId, ContactId, ConversionId, EnrollmentId, EventId, ExitId, ReversalId, RuleId, SkipId,
};
use crate::money::Money;
use crate::time::{Elapsed, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Why a stay ended: a closed list (R30), of which these are the reasons that there are yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitReason {
    /// A goal was met.
    GoalMet,
    /// An alternate exit rule was met.
    AlternateExit,
    /// A person took the contact out.
    RemovedByUser,
    /// A program took the contact out.
    RemovedByApi,
    /// The automation was archived, and all who were inside left.
    AutomationArchived,
    /// A rule was met already at entry (R4).
    MetBeforeEntry,
}

impl ExitReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::GoalMet,
        Self::AlternateExit,
        Self::RemovedByUser,
        Self::RemovedByApi,
        Self::AutomationArchived,
        Self::MetBeforeEntry,
    ];

    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GoalMet => "goal_met",
            Self::AlternateExit => "alternate_exit",
            Self::RemovedByUser => "removed_by_user",
            Self::RemovedByApi => "removed_by_api",
            Self::AutomationArchived => "automation_archived",
            Self::MetBeforeEntry => "met_before_entry",
        }
    }

    /// Reads a stored name.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// Why somebody who matched did not enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The automation was paused (R5).
    Paused,
    /// A rule was met already (R4).
    MetBeforeEntry,
}

impl SkipReason {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::Paused, Self::MetBeforeEntry];

    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::MetBeforeEntry => "met_before_entry",
        }
    }
}

/// One stay of one contact in one version of an automation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrollment {
    /// Its id.
    pub id: EnrollmentId,
    /// Where.
    pub automation: AutomationId,
    /// The version that judges it, to its end (R40).
    pub version: i32,
    /// Who.
    pub contact: ContactId,
    /// 1 for the contact's first stay in the automation, then 2, 3 …
    pub rotation: i32,
    /// The `at` of what caused it (R0).
    pub entered_at: Timestamp,
    /// The entry rule that was satisfied; none if a hand put the contact in.
    pub entry_rule: Option<RuleId>,
    /// The event that satisfied it, or keeps the hand.
    pub entry_event: EventId,
    /// When and why it ended; none while it is active.
    pub ended: Option<Ended>,
    /// The goals that were counted for it (R18).
    pub converted_goals: BTreeSet<RuleId>,
    /// Those of them whose conversion was taken back (R19).
    pub reversed_goals: BTreeSet<RuleId>,
}

/// The end of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The `at` of what caused it.
    pub at: Timestamp,
    /// Why.
    pub reason: ExitReason,
    /// Whether the contact may come back, as far as the policy lets; only a hand says no (R3).
    pub may_reenter: bool,
}

impl Enrollment {
    /// Whether the contact is inside.
    pub const fn is_active(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether it counted, and all of that was taken back (R19).
    pub fn is_undone(&self) -> bool {
        !self.converted_goals.is_empty() && self.converted_goals.is_subset(&self.reversed_goals)
    }

    /// Whether this stay lies at or beyond an instant, so that nobody may enter at it any more (R63).
    pub fn covers_or_follows(&self, at: Timestamp) -> bool {
        self.ended.is_none_or(|ended| ended.at > at)
    }
}

/// Which conditions were met, by what, that a rule was satisfied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The rule.
    pub rule: RuleId,
    /// Its name at that time.
    pub rule_name: String,
    /// Each condition that holds, with the event that met it.
    pub met: Vec<MetCondition>,
    /// What its sum came to (R50): of several, the first that is an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<Money>,
}

/// A condition and the event that met it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetCondition {
    /// The condition.
    pub condition: ConditionId,
    /// The event.
    pub event: EventId,
    /// Its `at`.
    pub at: Timestamp,
}

/// The one record that a stay ended (R31).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Its id.
    pub id: ExitId,
    /// Which stay.
    pub enrollment: EnrollmentId,
    /// Where.
    pub automation: AutomationId,
    /// Who.
    pub contact: ContactId,
    /// Why.
    pub reason: ExitReason,
    /// By which rule; none if a hand ended it.
    pub rule: Option<RuleId>,
    /// By which event, the one received last, or the one that keeps the hand.
    pub event: EventId,
    /// When.
    pub exited_at: Timestamp,
    /// Whether a goal was met inside its conversion window (R15); true for every other exit.
    pub within_window: bool,
    /// The other rules that matched, uncounted (R17).
    pub also_matched: Vec<RuleId>,
    /// What was met by what; nothing if a hand ended it.
    pub why: Option<Why>,
}

/// The record that a goal was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Its id.
    pub id: ConversionId,
    /// For which stay.
    pub enrollment: EnrollmentId,
    /// Where.
    pub automation: AutomationId,
    /// Who.
    pub contact: ContactId,
    /// Which goal.
    pub goal: RuleId,
    /// By which event, the one received last.
    pub event: EventId,
    /// By which event it earned: the purchase among what met it, or else the one that decided it (R19).
    pub earned_by: EventId,
    /// When.
    pub at: Timestamp,
    /// How long after entry.
    pub elapsed: Elapsed,
    /// What it earned (R50).
    pub value: Option<Money>,
    /// Whether it is the first counted one of its stay and goal; repeats are kept, uncounted (R18).
    pub counted: bool,
    /// Whether it is the first counted one of its stay: what the rate counts.
    pub headline: bool,
    /// Whether by it a stay counts again of which all was taken back.
    pub restores: bool,
    /// Whether the event came after the stay had ended, from within it (R63).
    pub late: bool,
    /// Whether it happened after the stay (R16, R18).
    pub after_exit: bool,
    /// Whether it lies in the conversion window (R15).
    pub within_window: bool,
    /// The other rules that matched, uncounted (R17).
    pub also_matched: Vec<RuleId>,
}

/// The record that a conversion was taken back, whole or in part, because the order behind it was (R19). It puts nobody
/// back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// Its id.
    pub id: ReversalId,
    /// Of which conversion.
    pub conversion: ConversionId,
    /// Of which stay that was.
    pub enrollment: EnrollmentId,
    /// Where.
    pub automation: AutomationId,
    /// Who.
    pub contact: ContactId,
    /// Of which goal.
    pub goal: RuleId,
    /// By which event.
    pub event: EventId,
    /// When; not before the conversion.
    pub at: Timestamp,
    /// How much of its value.
    pub amount: Option<Money>,
    /// Whether the conversion stands no more.
    pub in_full: bool,
    /// Whether the conversion was counted for its goal.
    pub of_counted: bool,
    /// Whether the conversion was the one that the rate counts.
    pub of_headline: bool,
    /// Whether with it none of the stay's counted conversions stands any more.
    pub undoes: bool,
}

/// A conversion, and what was taken back of it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The conversion.
    pub conversion: Conversion,
    /// The order behind it, by the customer's own id.
    pub order: Option<String>,
    /// How much of its value was taken back, in minor units.
    pub reversed_minor: i64,
    /// Whether it stands no more.
    pub is_reversed: bool,
}

/// The record that somebody matched an entry rule and did not enter (R5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Its id.
    pub id: SkipId,
    /// Where.
    pub automation: AutomationId,
    /// Who.
    pub contact: ContactId,
    /// The entry rule that matched.
    pub rule: RuleId,
    /// By which event.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// Why not.
    pub reason: SkipReason,
}

/// Why an event must be refused. All but the first are answers to a hand: an event of a sender that comes to nothing is
/// stored all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It would enter the contact so far in the past that too much would have to be judged anew (R63).
    TooLate,
    /// The automation does not run: it is a draft, paused or archived (R5).
    NotRunning,
    /// The contact is inside (R2).
    AlreadyEnrolled,
    /// A stay covers or follows the time of entry (R63).
    StayCovers,
    /// The re-entry policy says no, or somebody said never again (R3).
    ReEntryRefused,
    /// The stay has ended.
    NotActive,
    /// A rule is met already, and lets nobody in who does (R4).
    MetBeforeEntry,
    /// More would be known of the contact than may be.
    TooMuchKnown,
    /// The payment is known already, of another order.
    OfAnotherOrder,
    /// The order was edited as often before its first payment as may be, or would say more than may be.
    TooManyEdits,
    /// As much was given back of the order, in as many parts, as may be.
    TooManyRefunds,
}

impl Refusal {
    /// The code under which callers are told.
    pub const fn code(self) -> Code {
        match self {
            Self::TooLate => Code::TooLate,
            Self::TooMuchKnown | Self::TooManyEdits | Self::TooManyRefunds => Code::TooMany,
            Self::NotRunning | Self::NotActive | Self::MetBeforeEntry => Code::InvalidState,
            Self::AlreadyEnrolled => Code::AlreadyEnrolled,
            Self::OfAnotherOrder => Code::Taken,
            Self::StayCovers => Code::OutOfRange,
            Self::ReEntryRefused => Code::ReEntryRefused,
        }
    }
}

/// What an event meant for a contact in one automation, where it left no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A rule was tried and did not hold; the leaf says where.
    NotMet {
        /// The rule.
        rule: RuleId,
        /// Where it failed.
        mismatch: Mismatch,
    },
    /// Some conditions of a rule were met, not all (R11).
    Progressed {
        /// The rule.
        rule: RuleId,
    },
    /// An entry rule matched, and the contact may not enter: is inside (R2), may not come back (R3), or a stay covers
    /// the event's time (R63).
    MayNotEnter(Refusal),
}
