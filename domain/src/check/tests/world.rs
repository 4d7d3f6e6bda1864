//! Rows that are sound, to be broken.

use super::super::*;
use crate::event::Event;
use crate::ids::ContactId;
use crate::time::{Elapsed, Timestamp};
use serde_json::{Map, Value, json};

pub(super) const ENTERED_AT: i64 = 1_767_225_600_000_000;
pub(super) const MINUTE_US: i64 = 60_000_000;

pub(super) fn id<I: From<Uuid>>(number: u128) -> I {
    I::from(Uuid::from_u128(number))
}

pub(super) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_micros(ENTERED_AT + minutes * MINUTE_US)
}

/// Automation 1 in its version 1: entered by rule 10, left by any of two tags (goal 11), by both of two others (goal 12),
/// or by another (exit rule 13).
pub(super) fn version() -> AutomationVersion {
    let rule = |number: u128, join: &str, tags: &[&str]| {
        let conditions = tags.iter().zip(number * 100..).map(|(tag, id)| {
            json!({"id": Uuid::from_u128(id), "key": "tag.applied",
                "filters": [{"key": "tag", "operator": "ANY_OF", "operand": {"texts": [tag]}}]})
        });
        json!({"id": Uuid::from_u128(number), "name": "", "join": join, "conditions": conditions.collect::<Vec<_>>()})
    };
    let version = json!({"schema": 1, "automation": Uuid::from_u128(1), "number": 1, "name": "", "re_entry": "after_exit",
        "entry_rules": [rule(10, "ALL", &["lead"])],
        "goals": [rule(11, "ANY", &["a", "b"]), rule(12, "ALL", &["c", "d"])],
        "alternate_exits": [rule(13, "ALL", &["e"])]});
    serde_json::from_value(version).expect("a version")
}

/// What a judge is given.
pub(super) struct Rows {
    pub(super) status: &'static str,
    pub(super) published: i32,
    pub(super) stays: Vec<Stay>,
    pub(super) exits: Vec<Exit>,
    pub(super) conversions: Vec<Conversion>,
    pub(super) reversals: Vec<Reversal>,
    pub(super) events: Vec<(ContactId, Event)>,
    pub(super) skips: Vec<Skip>,
    pub(super) counters: Vec<Counter>,
    pub(super) told: Vec<Told>,
    pub(super) kept: Vec<Told>,
    pub(super) ends: FeedEnds,
    pub(super) progressed: u128,
}

pub(super) fn stay(number: u128, contact: u128, rotation: i32) -> Stay {
    Stay {
        id: id(number),
        automation: id(1),
        version: 1,
        contact: id(contact),
        rotation,
        status: "active".to_owned(),
        entered_at: at(0),
        entry_rule: id(10),
        entry_event: id(number + 1_000),
        exited_at: None,
        exit_reason: None,
    }
}

pub(super) fn tagged(number: u128, contact: u128, tag: &str, minutes: i64, received: i64) -> (ContactId, Event) {
    let properties = Map::from_iter([("tag".to_owned(), Value::from(tag))]);
    let event = Event {
        id: id(number),
        event_type: "tag.added".to_owned(),
        occurred_at: at(minutes),
        received_at: at(received),
        value: None,
        source: None,
        properties,
    };
    (id(contact), event)
}

pub(super) fn counter(rule: u128, metric: &str, minutes: i64, count: i64, amount_minor: i64) -> Counter {
    let currency = if amount_minor > 0 { "USD" } else { "" }.to_owned();
    let (automation, rule, metric, bucket) = (id(1), id(rule), metric.to_owned(), at(minutes));
    Counter { automation, rule, metric, currency, bucket, count, amount_minor }
}

pub(super) fn told(position: i64, kind: &str, reference: u128, reason: Option<&str>) -> Told {
    let (automation, contact, rule) = (id(1), id(21), id(11));
    let (kind, reason) = (kind.to_owned(), reason.map(str::to_owned));
    Told { position, kind, reference: Uuid::from_u128(reference), automation, contact, rule, reason }
}

/// Contact 21 leaves by a goal after an hour.
fn left() -> (Stay, Exit) {
    let ended = Stay {
        status: "ended".to_owned(),
        exited_at: Some(at(60)),
        exit_reason: Some("goal_met".to_owned()),
        ..stay(31, 21, 1)
    };
    let exit = Exit {
        id: id(41),
        enrollment: id(31),
        automation: id(1),
        contact: id(21),
        reason: "goal_met".to_owned(),
        rule: id(11),
        event: id(61),
        exited_at: at(60),
    };
    (ended, exit)
}

/// And what that converted, and what it did not.
fn converted() -> [Conversion; 2] {
    let conversion = Conversion {
        id: id(51),
        position: 1,
        enrollment: id(31),
        automation: id(1),
        contact: id(21),
        goal: id(11),
        event: id(61),
        at: at(60),
        elapsed: Elapsed::from_minutes(60),
        value_minor: Some(500),
        value_currency: Some("USD".to_owned()),
        counted: true,
        headline: true,
        late: false,
        after_exit: false,
        within_window: true,
    };
    let (again, elapsed) = (at(70), Elapsed::from_minutes(70));
    let repeat = Conversion {
        id: id(52),
        position: 3,
        event: id(62),
        at: again,
        elapsed,
        counted: false,
        headline: false,
        after_exit: true,
        ..conversion.clone()
    };
    [conversion, repeat]
}

/// Some of what the repeat was worth goes back.
fn reversed() -> Reversal {
    Reversal {
        id: id(55),
        position: 4,
        conversion: id(52),
        enrollment: id(31),
        automation: id(1),
        contact: id(21),
        goal: id(11),
        at: at(75),
        amount_minor: Some(200),
        amount_currency: Some("USD".to_owned()),
        in_full: false,
    }
}

/// The same, where contact 21 gets some of it back.
pub(super) fn given_back() -> Rows {
    let mut rows = sound();
    rows.reversals.push(reversed());
    rows.counters.push(counter(11, "conversions_reversed", 75, 0, 200));
    for feed in [&mut rows.told, &mut rows.kept] {
        feed.push(told(4, "reversal", 55, None));
    }
    rows.ends.head = Some(4);
    rows
}

/// Contact 21 stays, leaves by a goal, buys again, and is back; contact 22 is inside.
pub(super) fn sound() -> Rows {
    let (ended, exit) = left();
    let [conversion, repeat] = converted();
    let back = Stay { entered_at: at(80), ..stay(32, 21, 2) };
    let skip = Skip { id: id(71), automation: id(1), rule: id(10), reason: "paused".to_owned(), at: at(1) };
    let feed =
        vec![told(1, "conversion", 51, None), told(2, "exit", 41, Some("goal_met")), told(3, "conversion", 52, None)];
    Rows {
        status: "running",
        published: 1,
        stays: vec![ended, back, stay(33, 22, 1)],
        exits: vec![exit],
        conversions: vec![conversion, repeat],
        reversals: Vec::new(),
        // Contact 21 met the goal before coming back; contact 22 has met half of the other.
        events: vec![tagged(61, 21, "a", 60, 60), tagged(62, 21, "a", 70, 70), tagged(63, 22, "c", 5, 5)],
        skips: vec![skip],
        counters: vec![
            counter(10, "entered", 0, 2, 0),
            counter(10, "entered", 75, 1, 0),
            counter(11, "exited.goal_met", 60, 1, 0),
            counter(11, "conversions", 60, 2, 1_000),
            counter(11, "goal_converted", 60, 1, 500),
            counter(11, "converted", 60, 1, 500),
            counter(10, "skipped.paused", 0, 1, 0),
        ],
        told: feed.clone(),
        kept: feed,
        ends: FeedEnds { pruned_to: 0, head: Some(3) },
        progressed: 10,
    }
}

/// Judges rows in pages of that size.
pub(super) fn judge(rows: &Rows, size: usize) -> Verdict {
    let automation = Automation { id: id(1), status: rows.status.to_owned(), published: Some(rows.published) };
    let mut judge = Judge::new(vec![automation], vec![version()], rows.ends);
    for stays in rows.stays.chunks(size) {
        let mut page = judge.stays(stays.to_vec());
        let of = page.ids();
        let exits: Vec<_> = rows.exits.iter().filter(|exit| of.contains(&exit.enrollment)).cloned().collect();
        exits.chunks(size).for_each(|exits| page.exits(exits.to_vec()));
        let reversals: Vec<_> = rows.reversals.iter().filter(|one| of.contains(&one.enrollment)).cloned().collect();
        reversals.chunks(size).for_each(|reversals| page.reversals(reversals.to_vec()));
        let conversions: Vec<_> = rows.conversions.iter().filter(|one| of.contains(&one.enrollment)).cloned().collect();
        conversions.chunks(size).for_each(|conversions| page.conversions(conversions.to_vec()));
        let wanted = page.wanted();
        page.received(wanted.entry_events.iter().map(|event| (*event, at(0))));
        let is_wanted = |(contact, event): &&(ContactId, Event)| {
            let since = wanted.since.get(contact);
            since.is_some_and(|since| event.at() >= *since) && wanted.event_types.contains(&event.event_type)
        };
        let events: Vec<_> = rows.events.iter().filter(is_wanted).cloned().collect();
        events.chunks(size).for_each(|events| page.events(events));
        page.settle();
    }
    judge.skips(rows.skips.clone());
    rows.counters.chunks(size).for_each(|counters| judge.counters(counters.to_vec()));
    let step = i64::try_from(size).expect("a size");
    for from in (0..10).step_by(size) {
        let here = |told: &&Told| (from + 1..=from + step).contains(&told.position);
        let part = |rows: &[Told]| rows.iter().filter(here).cloned().collect::<Vec<_>>();
        judge.feed(FeedPage { told: part(&rows.told), kept: part(&rows.kept) });
    }
    judge.rules_progressed(vec![id(rows.progressed)]);
    judge.message_ids(MessageIds { examined: 3, ..MessageIds::default() });
    judge.purchases(Purchases { examined: 2, ..Purchases::default() });
    judge.verdict()
}
