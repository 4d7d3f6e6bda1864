//! Tables of cases, one file a family: what meets a condition, what misses it and by which filter, and what is refused.
//!
//! ```text
//! condition tag.applied where tag ANY_OF {"texts": ["vip"]} {"includeTestEvents": true}
//!   says Tag applied (tag vip)
//!   day 0        tag.added {"tag": "vip"}      => met
//!   day 1 08:00  tag.added {"tag": "lead"}     => misses tag
//!   day 2        tag.added {}                  => refused properties.tag
//! condition tag.applied where tag GTE {"texts": ["vip"]} => refused filters.0.operator
//! condition tag.has where tag ANY_OF {"texts": ["vip"]}
//!   day 0        tag.added {"tag": "lead"}     => false by tag
//!   day 1        tag.added {"tag": "vip"}      => true
//!   day 9        passes                        => true
//! ```
//!
//! Lines below a condition are of one contact, in order of receipt; day 0 is 2026-01-01, UTC, and a contact's stay began
//! then. `met` and `misses` are said of what happens, `true` and `false` of what is so after it, `turns day N` of when
//! it may next turn true by itself.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "conditions/reader.rs"]
mod reader;

use offramp_domain::condition::catalogue::{self, Kind};
use offramp_domain::condition::{self, Condition, Scene};
use offramp_domain::event::{Event, EventDraft, accept};
use offramp_domain::facts::Facts;
use offramp_domain::fault::Path;
use offramp_domain::ids::EventId;
use offramp_domain::money::Currency;
use offramp_domain::time::{Elapsed, Timestamp};
use reader::{check, draft};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the tables tried: keys of types, and filters by which something passed or did not.
#[derive(Default)]
struct Tried {
    met: BTreeSet<String>,
    refused: BTreeSet<String>,
    missed_by: BTreeSet<(String, String)>,
}

/// A contact, and the condition that its events are held against.
struct Table {
    condition: Condition,
    facts: Facts,
    history: Vec<Event>,
}

fn day_zero() -> Timestamp {
    Timestamp::parse("2026-01-01T00:00:00Z").expect("an instant")
}

/// `day N` or `day N HH:MM`, and what follows.
fn instant(text: &str) -> (Timestamp, &str) {
    let (number, rest) =
        text.trim().strip_prefix("day ").expect("a day").split_once(' ').unwrap_or((&text.trim()[4..], ""));
    let at = day_zero().plus(Elapsed::from_days(number.parse().expect("a number of days")));
    let (first, after) = rest.trim_start().split_once(' ').unwrap_or((rest.trim(), ""));
    match first.split_once(':') {
        Some((hours, minutes)) if hours.len() == 2 => {
            let minutes: i64 = minutes.parse().expect("minutes");
            (at.plus(Elapsed::from_minutes(hours.parse::<i64>().expect("hours") * 60 + minutes)), after.trim())
        }
        _ => (at, rest.trim()),
    }
}

impl Table {
    /// What comes of a line, told as the table tells it.
    fn receive(&mut self, at: Timestamp, what: &str) -> String {
        let (event_type, properties) = what.split_once(' ').unwrap_or((what, "{}"));
        let passes = event_type == "passes";
        let draft = EventDraft {
            event_type: event_type.to_owned(),
            contact_external_id: "ann".to_owned(),
            occurred_at: Some(at.to_string()),
            properties: Some(serde_json::from_str(properties).unwrap_or_else(|error| panic!("{error}: {properties}"))),
            ..EventDraft::default()
        };
        let id = EventId(Uuid::from_u128(self.history.len() as u128 + 1));
        let currency = Currency::parse("USD").expect("a currency");
        let own = event_type.starts_with("offramp.");
        let sent = if own { EventDraft { event_type: "sent".to_owned(), ..draft } } else { draft };
        let event = match accept(sent, id, at, currency, &Path::root("event")) {
            // What no sender can send happens all the same.
            Ok(accepted) if own => Event { event_type: event_type.to_owned(), ..accepted.event },
            Ok(accepted) => accepted.event,
            Err(faults) => return format!("refused {}", faults[0].path[1..].join(".")),
        };
        let mut after = self.facts.clone();
        after.apply(&event);
        let is_state = self.condition.is_state();
        let mut history = self.history.clone();
        if is_state {
            history.push(event.clone());
        }
        let scene = Scene {
            event: &event,
            facts: if is_state { &after } else { &self.facts },
            history: &history,
            ..Scene::of(&event)
        };
        let scene = scene.entered(day_zero());
        let result = if is_state { self.condition.is_so(&scene) } else { self.condition.test(&scene) };
        let mut said = match result {
            Ok(()) => if is_state { "true" } else { "met" }.to_owned(),
            Err(condition::Unmet::Filter(filter)) if is_state => format!("false by {}", filter.key),
            Err(_) if is_state => "false".to_owned(),
            Err(unmet) => format!("misses {}", self.condition.explain(unmet, &scene).leaf),
        };
        if let Some(turns_at) = self.condition.turns_at(true, &scene) {
            let days = turns_at.since(day_zero()).as_micros() / Elapsed::from_days(1).as_micros();
            said.push_str(&format!(" turns day {days}"));
        }
        self.facts = after;
        if !passes {
            self.history.push(event);
        }
        said
    }
}

fn run(file: &str, text: &str, tried: &mut Tried) {
    let mut table: Option<(String, Table)> = None;
    for (place, line) in text.lines().enumerate() {
        let here = format!("{file}:{}", place + 1);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (words, expected) =
            line.split_once(" => ").map_or((line, None), |(words, said)| (words, Some(said.trim())));
        if let Some(written) = words.strip_prefix("condition ") {
            let draft = draft(written.trim());
            match (check(&draft), expected.and_then(|said| said.strip_prefix("refused "))) {
                (Ok(condition), None) => {
                    let (facts, history) = (Facts::none(), Vec::new());
                    table = Some((draft.key.clone(), Table { condition, facts, history }));
                }
                (Err(path), Some(wanted)) => {
                    assert_eq!(path, wanted, "{here}");
                    tried.refused.insert(draft.key);
                }
                (found, wanted) => panic!("{here}: {found:?} for {wanted:?}"),
            }
            continue;
        }
        let (key, table) = table.as_mut().unwrap_or_else(|| panic!("{here}: of which condition?"));
        if let Some(english) = words.trim().strip_prefix("says ") {
            assert_eq!(condition::describe(&table.condition), english, "{here}");
            continue;
        }
        let (at, what) = instant(words);
        let said = table.receive(at, what.trim());
        assert_eq!(Some(said.as_str()), expected.or(Some("")), "{here}");
        if said.starts_with("met") || said.starts_with("true") {
            tried.met.insert(key.clone());
        } else if said.starts_with("refused") {
            tried.refused.insert(key.clone());
        } else if let Some(filter) = said.strip_prefix("misses ").or(said.strip_prefix("false by ")) {
            tried.missed_by.insert((key.clone(), filter.split(' ').next().unwrap_or_default().to_owned()));
        }
    }
}

#[test]
fn every_type_meets_and_misses_as_its_table_says() {
    let mut tried = Tried::default();
    reader::tables().iter().for_each(|(name, text)| run(name, text, &mut tried));
    let mut missing = Vec::new();
    for definition in catalogue::all().filter(|definition| matches!(definition.kind, Kind::Event(_) | Kind::State(_))) {
        let key = definition.key.to_owned();
        missing.extend((!tried.met.contains(&key)).then(|| format!("{key}: nothing meets it")));
        missing.extend((!tried.refused.contains(&key)).then(|| format!("{key}: nothing is refused")));
        for filter in definition.filters.iter().filter(|filter| !matches!(filter.reads, catalogue::Reads::Setting)) {
            let is_missed = tried.missed_by.contains(&(key.clone(), filter.key.to_owned()));
            // What is at a path is told by the path.
            let is_missed = is_missed
                || (filter.takes_path
                    && tried
                        .missed_by
                        .iter()
                        .any(|(one, by)| *one == key && !definition.filters.iter().any(|other| other.key == by)));
            missing.extend((!is_missed).then(|| format!("{key}: nothing misses {}", filter.key)));
        }
    }
    assert!(missing.is_empty(), "the tables lack\n{}", missing.join("\n"));
}
