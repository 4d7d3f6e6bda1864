//! The decision: a pure fold of a contact's events, in order of receipt, over the contact's state.
//!
//! What comes back is the state afterwards and the records made on the way. One event moves, ends or begins a stay at
//! most once per automation, and never ends and begins one (R17).

mod beforehand;
mod entry;
mod meeting;
mod progress;
mod receive;
mod reversal;
mod stay;
mod stimulus;
mod telling;
mod timers;

pub use entry::may_enter;
pub use progress::{Met, Progress};
pub use telling::TOLD;
pub use timers::{Timer, Timers};

use crate::enrollment::{Conversion, Enrollment, Exit, Refusal, Remark, Reversal, Skip, Standing};
use crate::event::Event;
use crate::facts::Facts;
use crate::ids::{AutomationId, ConditionId, ContactId, EnrollmentId, EventId, RuleId};
use crate::index::Definitions;
use crate::limits::REMARKS_MAX;
use crate::order::Orders;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is known of a contact, as far as the events at hand may need it.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactState {
    /// Who.
    pub contact: ContactId,
    /// In each automation concerned: the active stay, the latest, and every one that ended after the earliest event.
    pub enrollments: Vec<Enrollment>,
    /// Conditions met or counted, of rules that are not satisfied yet (R11, R12).
    pub progress: Progress,
    /// Stored events that a late entry would have to judge (R63).
    pub later: LaterEvents,
    /// What is known of the contact, as far as the events or what listens to them speak of it.
    pub facts: Facts,
    /// Stored events of the types that conditions look back to, in order of receipt.
    pub history: Vec<Event>,
    /// What the contact waits for.
    pub timers: Timers,
    /// The events that caused the entries of stays whose conditions compare with them.
    pub entry_events: BTreeMap<EventId, Event>,
    /// The orders and payments that the events name, and the orders whose purchases progress and later events tell of.
    pub orders: Orders,
    /// If the events give money back: the conversions with those orders behind them, and what else counted for their
    /// stays.
    pub conversions: Vec<Standing>,
}

impl ContactState {
    /// A contact of whom nothing is known.
    pub const fn new(contact: ContactId) -> Self {
        let later = LaterEvents { events: Vec::new(), complete_after: None };
        Self {
            contact,
            enrollments: Vec::new(),
            progress: Progress::new(),
            later,
            facts: Facts::none(),
            history: Vec::new(),
            timers: Timers::new(),
            entry_events: BTreeMap::new(),
            orders: Orders::none(),
            conversions: Vec::new(),
        }
    }
}

/// Whose progress it is: a stay's, or for entry rules the rule's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Progress towards a goal or an alternate exit.
    Enrollment(EnrollmentId),
    /// Progress towards an entry.
    Rule(RuleId),
}

impl Owner {
    /// Under which it is stored.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Enrollment(id) => id.0,
            Self::Rule(id) => id.0,
        }
    }
}

/// The contact's stored events after some instant, in order of receipt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LaterEvents {
    /// The events.
    pub events: Vec<Event>,
    /// If there were too many to load: all whose `at` is after this one are here, and earlier ones are missing.
    pub complete_after: Option<Timestamp>,
}

/// Something that is kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A contact entered.
    Entered(Enrollment),
    /// A contact left.
    Exited(Exit),
    /// A goal was met.
    Converted(Conversion),
    /// A contact matched and did not enter.
    Skipped(Skip),
    /// A conversion was taken back.
    Reversed(Reversal),
}

/// What the events of one contact come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The state after the last event.
    pub after: ContactState,
    /// The records, each with the place of its cause among the events.
    pub records: Vec<(usize, Record)>,
    /// If asked for: why nothing came of the rest, each with the place of its event and the automation.
    pub remarks: Vec<(usize, AutomationId, Remark)>,
}

/// Events that must be refused; without them the others can be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub Vec<(EventId, Refusal)>);

/// Whether to say why nothing came of an event, which costs more than to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explain {
    /// Only decide.
    No,
    /// Also remark, up to [`REMARKS_MAX`] times, on the rules that the event may meet and did not.
    Concerned,
    /// Also on all others that listen to its type; the state must hold the contact's stays in their automations.
    Listening,
}

/// Decides what the events, in order of receipt, mean for the contact.
///
/// # Errors
/// [`Refused`], if some event must be; nothing is decided then.
pub fn decide(
    definitions: &Definitions,
    state: ContactState,
    events: &[&Event],
    explain: Explain,
) -> Result<Decision, Refused> {
    let began_at = events.first().map(|event| event.received_at);
    let is_due = |timer: &Timer| began_at.is_some_and(|began_at| timer.due_at <= began_at);
    let overdue = state.timers.iter().filter(|(_, timer)| is_due(timer)).map(|(key, _)| *key).collect();
    let mut fold = Fold {
        definitions,
        after: state,
        events,
        place: 0,
        records: Vec::new(),
        remarks: Vec::new(),
        remarks_max: if explain == Explain::No { 0 } else { REMARKS_MAX },
        refused: Vec::new(),
        turning: BTreeSet::new(),
        overdue,
        void: BTreeSet::new(),
        purchases: BTreeMap::new(),
    };
    for (place, event) in events.iter().copied().enumerate() {
        fold.place = place;
        // Only where not all that would have to be judged anew is here can an event turn out to be too late.
        let before = fold.after.later.complete_after.map(|_| fold.after.clone());
        fold.receive(event, explain);
        if let Some(before) = before.filter(|_| fold.refused.iter().any(|(refused, _)| *refused == event.id)) {
            // Nothing of it counts for those after it.
            fold.after = before;
            fold.records.retain(|(of, _)| *of != place);
        }
    }
    fold.wait_for_turns();
    if fold.refused.is_empty() {
        Ok(Decision { after: fold.after, records: fold.records, remarks: fold.remarks })
    } else {
        Err(Refused(fold.refused))
    }
}

/// Where the fold stands.
struct Fold<'a> {
    definitions: &'a Definitions,
    after: ContactState,
    events: &'a [&'a Event],
    /// Of the event at hand, among the events.
    place: usize,
    records: Vec<(usize, Record)>,
    remarks: Vec<(usize, AutomationId, Remark)>,
    remarks_max: usize,
    refused: Vec<(EventId, Refusal)>,
    /// The automations whose states may turn by time at other instants than before.
    turning: BTreeSet<AutomationId>,
    /// What had come due before the first of the events, and was not judged yet.
    overdue: BTreeSet<(Owner, ConditionId)>,
    /// Those of the events that count for nothing.
    void: BTreeSet<EventId>,
    /// The purchases that events made, by those.
    purchases: BTreeMap<EventId, Event>,
}

impl Fold<'_> {
    fn record(&mut self, record: Record) {
        self.records.push((self.place, record));
    }

    fn refuse(&mut self, event: &Event, refusal: Refusal) {
        self.refused.push((event.id, refusal));
    }

    fn remark(&mut self, automation: AutomationId, remark: impl FnOnce() -> Remark) {
        if self.remarks.len() < self.remarks_max {
            self.remarks.push((self.place, automation, remark()));
        }
    }

    /// The place of the contact's newest stay in an automation.
    fn latest_stay(&self, automation: AutomationId) -> Option<usize> {
        let stays = self.after.enrollments.iter().enumerate().filter(|(_, stay)| stay.automation == automation);
        stays.max_by_key(|(_, stay)| stay.rotation).map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::{AutomationStatus, AutomationVersion};
    use crate::limits::FACTS_PER_KIND_MAX;
    use crate::time::{Elapsed, Zone};
    use serde_json::{Map, json};

    /// Entered by every second `a`, or by every third `a` or `b`, of which one was counted already.
    fn definitions() -> (Definitions, ContactState) {
        let id = Uuid::from_u128;
        let rule = |number: u128, nth: i64, names: &[&str]| {
            let filter = json!({"key": "name", "operator": "IN", "operand": {"texts": names}});
            json!({"id": id(number), "name": "", "join": "ALL", "conditions":
                [{"id": id(number * 10), "key": "event.custom", "filters": [filter], "tally": {"everyNth": nth}}]})
        };
        let version = json!({"schema": 1, "automation": id(1), "number": 1, "name": "", "re_entry": "once",
            "entry_rules": [rule(2, 2, &["a"]), rule(3, 3, &["a", "b"])], "goals": [], "alternate_exits": []});
        let version: AutomationVersion = serde_json::from_value(version).expect("a version");
        let definitions =
            Definitions::new(1, Zone::UTC, [version], [(AutomationId(id(1)), 1, AutomationStatus::Running)]);
        let mut state = ContactState::new(ContactId(id(4)));
        for number in [2, 3] {
            let met =
                Met { at: Timestamp::from_micros(0), event: EventId(id(5)), is_met: false, tally: 1, total: None };
            state.progress.insert((Owner::Rule(RuleId(id(number))), ConditionId(id(number * 10))), met);
        }
        (definitions, state)
    }

    fn event(number: u128, name: &str) -> Event {
        let at = Timestamp::from_micros(0).plus(Elapsed::from_minutes(1));
        let (id, event_type) = (EventId(Uuid::from_u128(number)), name.to_owned());
        Event { id, event_type, occurred_at: at, received_at: at, value: None, source: None, properties: Map::new() }
    }

    /// What is refused never happened: it counts for nothing that follows it (R63).
    #[test]
    fn a_refused_event_counts_for_nobody() {
        let (definitions, mut state) = definitions();
        state.later.complete_after = Some(Timestamp::from_micros(0).plus(Elapsed::from_days(1)));
        // The first would be the second `a`, and enter too late; with it, the other would be the third.
        let (first, second) = (event(10, "a"), event(11, "b"));
        let refused = decide(&definitions, state.clone(), &[&first, &second], Explain::No);
        assert_eq!(refused, Err(Refused(vec![(first.id, Refusal::TooLate)])));
        assert!(decide(&definitions, state, &[&second], Explain::No).is_ok());
    }

    /// What would make more known of a contact than may be is refused, and none of it is kept.
    #[test]
    fn what_makes_too_much_known_is_refused() {
        let tagged = |number: usize| {
            let properties = Map::from_iter([("tag".to_owned(), json!(number.to_string()))]);
            Event { properties, ..event(number as u128, "tag.added") }
        };
        let events: Vec<_> = (0..=FACTS_PER_KIND_MAX).map(tagged).collect();
        let (definitions, state) = definitions();
        let all: Vec<_> = events.iter().collect();
        let (over, most) = all.split_last().expect("events");
        assert!(decide(&definitions, state.clone(), most, Explain::No).is_ok());
        assert_eq!(
            decide(&definitions, state, &all, Explain::No),
            Err(Refused(vec![(over.id, Refusal::TooMuchKnown)]))
        );
    }
}
