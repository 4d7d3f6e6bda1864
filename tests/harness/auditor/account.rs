//! One contact in one automation, from the first event to the last.

use super::books::{Counted, Fact, Record};
use super::matching::{Satisfied, satisfied};
use super::orders::OrderBook;
use super::{Automation, Event, Happening, Live, Micros, ReEntry, Rule, Version};
use std::collections::{BTreeMap, BTreeSet};

/// How long after entry a goal without a window speaks for a stay that has ended (R16, R18).
const THIRTY_DAYS: Micros = 30 * 24 * 60 * 60 * 1_000_000;

pub(super) struct Account<'a> {
    automation: &'a Automation,
    who: &'a str,
    /// In order of entry.
    stays: Vec<Stay>,
    /// What each entry rule heard while nothing kept the contact from entering.
    heard_outside: BTreeMap<&'a str, Vec<Event>>,
    /// Everything that was received of the contact.
    received: Vec<Event>,
    records: Vec<Record>,
    /// In the order in which they came to be.
    conversions: Vec<Converted>,
    counted: Vec<Counted>,
}

/// A conversion, and what became of it.
#[derive(Clone)]
struct Converted {
    stay: usize,
    goal: String,
    at: Micros,
    /// The purchase by which it earned, if one did.
    bought: Option<String>,
    worth: Option<(i64, String)>,
    counted: bool,
    headline: bool,
    taken_back: i64,
    stands: bool,
}

struct Stay {
    version: usize,
    entered_at: Micros,
    end: Option<End>,
    /// What was judged for it while it was active, and late from within it.
    heard: Vec<Event>,
    /// The goals that count for it (R18).
    counted: BTreeSet<String>,
}

#[derive(Clone, Copy)]
struct End {
    at: Micros,
    by_goal: bool,
}

/// A goal or an alternate exit rule that an event satisfied.
struct Match {
    rule: String,
    is_goal: bool,
    within_window: bool,
    satisfied: Satisfied,
}

/// How a conversion stands to its stay.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    Inside,
    Late,
    After,
}

impl<'a> Account<'a> {
    pub(super) fn new(automation: &'a Automation, who: &'a str) -> Self {
        Self {
            automation,
            who,
            stays: Vec::new(),
            heard_outside: BTreeMap::new(),
            received: Vec::new(),
            records: Vec::new(),
            conversions: Vec::new(),
            counted: Vec::new(),
        }
    }

    pub(super) fn into_records(self) -> (Vec<Record>, Vec<Counted>) {
        (self.records, self.counted)
    }

    /// Hears an event: first as one who is or was inside, then, if it took nobody out, as one who might enter (R17).
    pub(super) fn receive(&mut self, event: &Event, live: Option<Live>, orders: &OrderBook) {
        let spent = self.judge(event, orders);
        if let Some(live) = live.filter(|_| !spent) {
            self.knock(event, live, orders);
        }
        self.received.push(event.clone());
        for place in 0..self.conversions.len() {
            self.take_back(place, orders);
        }
    }

    /// R19: what was given back of the order behind a conversion, and was not taken back of it yet.
    fn take_back(&mut self, place: usize, orders: &OrderBook) {
        let one = self.conversions[place].clone();
        let Some(back) = one.bought.as_ref().and_then(|bought| orders.returned(self.who, bought)) else { return };
        if !one.stands {
            return;
        }
        let due = one.worth.as_ref().map(|(worth, code)| {
            let back = if back.is_all { *worth } else { back.sums.get(code).copied().unwrap_or(0).min(*worth) };
            (back - one.taken_back, code.clone())
        });
        let amount = due.filter(|(minor, _)| *minor > 0);
        if !back.is_all && amount.is_none() {
            return;
        }
        self.conversions[place].taken_back += amount.as_ref().map_or(0, |(minor, _)| *minor);
        self.conversions[place].stands = !back.is_all;
        let at = back.at.max(one.at);
        let cause =
            Event { mark: back.mark, who: self.who.to_owned(), what: Happening::Tagged(String::new()), at, number: 0 };
        let fact = Fact::Reversed { amount: amount.clone(), in_full: back.is_all };
        self.record(Some(one.stay), at, one.goal.clone(), &cause, fact);
        let undone = back.is_all && one.counted && self.nothing_stands(one.stay);
        let full = i64::from(back.is_all);
        self.count(&one.goal, "conversions_reversed", at, full, amount.clone());
        if one.counted {
            self.count(&one.goal, "goal_reversed", at, full, amount.clone());
        }
        if one.headline || undone {
            self.count(&one.goal, "converted_reversed", at, undone.into(), amount.filter(|_| one.headline));
        }
    }

    /// Whether something counted for the stay, and nothing of it stands.
    fn nothing_stands(&self, stay: usize) -> bool {
        let mut counted = self.conversions.iter().filter(|one| one.stay == stay && one.counted).peekable();
        counted.peek().is_some() && counted.all(|one| !one.stands)
    }

    fn count(&mut self, rule: &str, metric: &'static str, at: Micros, count: i64, amount: Option<(i64, String)>) {
        let (place, rule) = (self.automation.name.clone(), rule.to_owned());
        self.counted.push(Counted { place, rule, metric, at, count, amount });
    }

    fn version(&self, number: usize) -> &'a Version {
        &self.automation.versions[number - 1]
    }

    /// What the event means for the stays; whether it ended one, or converted late for one, so that it enters none.
    fn judge(&mut self, event: &Event, orders: &OrderBook) -> bool {
        // An event at the very instant of entry, received after its cause, is inside (R10); one at the instant of the end
        // is not: a late one converts for the stay only if its time lies before it (R63).
        let lies_in = |stay: &Stay| stay.entered_at <= event.at && stay.end.is_none_or(|end| event.at < end.at);
        match self.stays.iter().rposition(lies_in) {
            Some(place) if self.stays[place].end.is_none() => self.judge_inside(place, event, orders),
            Some(place) => self.judge_late(place, event, orders),
            None => {
                self.judge_after(event, orders);
                false
            }
        }
    }

    /// R17: goals inside their window by rank, alternates by rank, goals outside their window.
    fn judge_inside(&mut self, place: usize, event: &Event, orders: &OrderBook) -> bool {
        let stay = &self.stays[place];
        let version = self.version(stay.version);
        let goals = matches(stay, &version.goals, true, event);
        let alternates = matches(stay, &version.alternates, false, event);
        let (inside, outside): (Vec<_>, Vec<_>) = goals.into_iter().partition(|goal| goal.within_window);
        let mut ordered: Vec<_> = inside.into_iter().chain(alternates).chain(outside).collect();
        self.stays[place].heard.push(event.clone());
        if ordered.is_empty() {
            return false;
        }
        let decided = ordered.remove(0);
        let also: Vec<_> = ordered.into_iter().map(|other| other.rule).collect();
        if decided.is_goal {
            self.convert(place, &decided, also.clone(), Moment::Inside, event, orders);
        }
        let at = decided.satisfied.at;
        self.stays[place].end = Some(End { at, by_goal: decided.is_goal });
        let fact = Fact::Left {
            reason: if decided.is_goal { "goal_met" } else { "alternate_exit" }.to_owned(),
            within_window: decided.within_window,
            also,
            why: decided.satisfied.why,
        };
        self.record(Some(place), at, decided.rule, event, fact);
        true
    }

    /// R63: the exit stays. A goal whose time lies in the stay and its window converts; an alternate is only stored.
    fn judge_late(&mut self, place: usize, event: &Event, orders: &OrderBook) -> bool {
        let stay = &self.stays[place];
        let end = stay.end.expect("an ended stay").at;
        let mut goals = matches(stay, &self.version(stay.version).goals, true, event);
        goals.retain(|goal| goal.within_window && goal.satisfied.at < end);
        self.stays[place].heard.push(event.clone());
        self.convert_first(place, goals, Moment::Late, event, orders)
    }

    /// R18: the latest stay was ended by a goal, and this event comes after it: a repeat, if it meets a goal of the stay
    /// inside that goal's window, or 30 days from entry. What it meets in part is kept for nothing.
    fn judge_after(&mut self, event: &Event, orders: &OrderBook) {
        let Some(place) = self.stays.len().checked_sub(1) else { return };
        let stay = &self.stays[place];
        let Some(End { at, by_goal: true }) = stay.end else { return };
        if event.at < at {
            return;
        }
        let version = self.version(stay.version);
        let speaks = |goal: &&Rule| event.at <= stay.entered_at + goal.window.unwrap_or(THIRTY_DAYS);
        let speaking: Vec<Rule> = version.goals.iter().filter(speaks).cloned().collect();
        let mut goals = matches(stay, &speaking, true, event);
        // It is asked of the event whether the goal still speaks, not of the latest of the conditions' times.
        goals.iter_mut().for_each(|goal| goal.within_window = true);
        self.convert_first(place, goals, Moment::After, event, orders);
    }

    fn convert_first(
        &mut self,
        place: usize,
        mut goals: Vec<Match>,
        moment: Moment,
        event: &Event,
        orders: &OrderBook,
    ) -> bool {
        if goals.is_empty() {
            return false;
        }
        let decided = goals.remove(0);
        let also = goals.into_iter().map(|other| other.rule).collect();
        self.convert(place, &decided, also, moment, event, orders);
        true
    }

    /// R18: the first of each goal counts, and the first of all is the one that the rate counts; none outside its window
    /// (R15), and no repeat after the stay.
    fn convert(
        &mut self,
        place: usize,
        goal: &Match,
        also: Vec<String>,
        moment: Moment,
        event: &Event,
        orders: &OrderBook,
    ) {
        let was_undone = self.nothing_stands(place);
        let stay = &mut self.stays[place];
        let may_count = goal.within_window && moment != Moment::After;
        let first_of_all = stay.counted.is_empty();
        let first_of_goal = !stay.counted.contains(&goal.rule);
        if may_count {
            stay.counted.insert(goal.rule.clone());
        }
        let fact = Fact::Converted {
            elapsed: goal.satisfied.at - stay.entered_at,
            worth: worth(event),
            counted: may_count && first_of_goal,
            headline: may_count && first_of_all,
            late: moment == Moment::Late,
            after_exit: moment == Moment::After,
            within_window: goal.within_window,
            also,
        };
        let (counted, headline) = (may_count && first_of_goal, may_count && first_of_all);
        self.record(Some(place), goal.satisfied.at, goal.rule.clone(), event, fact);
        if counted && was_undone {
            self.count(&goal.rule, "converted_reversed", goal.satisfied.at, -1, None);
        }
        let bought = match event.what {
            Happening::Bought(_) => Some(event.mark.clone()),
            _ => goal.satisfied.bought.clone(),
        };
        self.conversions.push(Converted {
            stay: place,
            goal: goal.rule.clone(),
            at: goal.satisfied.at,
            bought,
            worth: worth(event),
            counted,
            headline,
            taken_back: 0,
            stands: true,
        });
        self.take_back(self.conversions.len() - 1, orders);
    }

    /// An entry rule may be satisfied, and at most one is (R17). While something keeps the contact out, nothing that the
    /// rules hear counts towards an entry.
    fn knock(&mut self, event: &Event, live: Live, orders: &OrderBook) {
        if self.is_kept_out(event.at) {
            return;
        }
        for rule in &self.version(live.number).entries {
            let heard = self.heard_outside.entry(rule.name.as_str()).or_default();
            let met = satisfied(rule, heard, event, None);
            heard.push(event.clone());
            if let Some(met) = met {
                // Every entry rule begins anew, also where the automation is paused and nobody enters (R5).
                self.heard_outside.clear();
                if live.paused {
                    let fact = Fact::Skipped { reason: "paused".to_owned() };
                    self.record(None, met.at, rule.name.clone(), event, fact);
                } else {
                    self.enter(live.number, met.at, &rule.name, event, orders);
                }
                return;
            }
        }
    }

    /// R2, R3, R63: by the time of the event, also where an entry rule of several conditions has a later one.
    fn is_kept_out(&self, at: Micros) -> bool {
        let covered = self.stays.iter().any(|stay| stay.end.is_none_or(|end| end.at > at));
        let last_end = self.stays.iter().filter_map(|stay| stay.end).map(|end| end.at).max();
        let refused = last_end.is_some_and(|end| match self.automation.re_entry {
            ReEntry::Once => true,
            ReEntry::AfterExit => false,
            ReEntry::After(pause) => at < end + pause,
        });
        covered || refused
    }

    /// Begins a stay, and judges for it what was received before and happened after it (R63), in order of receipt.
    fn enter(&mut self, version: usize, entered_at: Micros, rule: &str, event: &Event, orders: &OrderBook) {
        self.stays.push(Stay { version, entered_at, end: None, heard: Vec::new(), counted: BTreeSet::new() });
        let fact = Fact::Entered { version };
        self.record(Some(self.stays.len() - 1), entered_at, rule.to_owned(), event, fact);
        let later: Vec<_> = self.received.iter().filter(|other| other.at > entered_at).cloned().collect();
        for event in &later {
            self.judge(event, orders);
        }
    }

    fn record(&mut self, stay: Option<usize>, at: Micros, rule: String, event: &Event, fact: Fact) {
        let (who, place) = (self.who.to_owned(), self.automation.name.clone());
        let stay = stay.map(|stay| stay + 1);
        self.records.push(Record { who, place, stay, at, event: event.mark.clone(), rule, fact });
    }
}

/// The rules that the event satisfies for a stay.
fn matches(stay: &Stay, rules: &[Rule], is_goal: bool, event: &Event) -> Vec<Match> {
    let mut matches = Vec::new();
    for rule in rules {
        if let Some(satisfied) = satisfied(rule, &stay.heard, event, Some(stay.entered_at)) {
            let within_window = rule.window.is_none_or(|window| satisfied.at - stay.entered_at <= window);
            matches.push(Match { rule: rule.name.clone(), is_goal, within_window, satisfied });
        }
    }
    matches
}

/// What a conversion by the event is worth (R50).
fn worth(event: &Event) -> Option<(i64, String)> {
    match &event.what {
        Happening::Bought(amount) => Some(amount.clone()),
        Happening::Did { worth, .. } => worth.clone(),
        Happening::Tagged(_) | Happening::Told(..) => None,
    }
}
