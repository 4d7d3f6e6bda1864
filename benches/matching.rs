//! How fast rules are matched, each figure beside what it is held against in the same run: `cargo bench --bench matching`.
//!
//! Rounds of both sides alternate, since a machine's speed changes by the minute; what is shown is the median of their
//! ratios, and of each side. Nothing is asserted of time; a side that did not find what it should fails.

// What goes wrong here ends the bench.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::cast_precision_loss)]

#[path = "ingest/report.rs"]
#[allow(dead_code, reason = "others add figures of other kinds")]
mod report;

use offramp_domain::automation::{
    AutomationStatus, AutomationVersion, DEFINITION_SCHEMA, ReEntry, Rule, RuleDraft, RuleKind,
};
use offramp_domain::condition::Scene;
use offramp_domain::decide::{ContactState, Explain, decide};
use offramp_domain::enrollment::Enrollment;
use offramp_domain::event::{Event, EventDraft, accept};
use offramp_domain::fault::Path;
use offramp_domain::ids::{AutomationId, ConditionId, ContactId, EnrollmentId, EventId, RuleId};
use offramp_domain::index::Definitions;
use offramp_domain::money::Currency;
use offramp_domain::time::{Timestamp, Zone};
use report::{Bar, Report};
use serde_json::json;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Instant;
use uuid::Uuid;

/// Rounds of each side.
const ROUNDS: usize = 15;
/// In how many automations the contact is.
const STAYS: u128 = 10;

fn main() {
    if cfg!(debug_assertions) {
        println!("This is not a release build: the figures say nothing.");
    }
    let mut report = Report::default();
    many_goals(&mut report);
    entry_index(&mut report);
    println!("{report}");
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number << 64 | number)
}

/// A rule that waits for a purchase of one product.
fn rule(kind: RuleKind, number: u128, product: &str) -> Rule {
    let items = json!({"key": "items", "operator": "ANY_OF", "value": {"items": [{"product": product}]}});
    let draft: RuleDraft =
        serde_json::from_value(json!({"conditions": [{"key": "purchase.made", "filters": [items]}]})).expect("a draft");
    let checked = draft.check(kind, RuleId(id(number)), |_| ConditionId(id(number)), &Path::root("rule"));
    checked.expect("a rule").rule
}

/// So many automations, each with a rule of its own.
fn versions(count: u128, kind: RuleKind) -> Vec<AutomationVersion> {
    let one = |number: u128| {
        let rules = vec![rule(kind, number, &format!("p{number}"))];
        let (entry_rules, goals) = if kind == RuleKind::Entry { (rules, Vec::new()) } else { (Vec::new(), rules) };
        AutomationVersion {
            schema: DEFINITION_SCHEMA,
            automation: AutomationId(id(number)),
            number: 1,
            name: "A".into(),
            re_entry: ReEntry::Once,
            entry_rules,
            goals,
            alternate_exits: Vec::new(),
        }
    };
    (1..=count).map(one).collect()
}

fn definitions(versions: &[AutomationVersion]) -> Definitions {
    let live = versions.iter().map(|version| (version.automation, 1, AutomationStatus::Running));
    Definitions::new(1, Zone::UTC, versions.to_vec(), live)
}

fn purchase(product: &str) -> Event {
    let properties = json!({"orderId": "o", "amount": "10.00", "items": [{"productId": product}]});
    let draft = EventDraft {
        event_type: "order.purchased".into(),
        contact_external_id: "ann".into(),
        properties: Some(properties),
        ..EventDraft::default()
    };
    let (now, usd) = (Timestamp::from_micros(1_000), Currency::parse("USD").expect("a currency"));
    accept(draft, EventId(id(7)), now, usd, &Path::root("event")).expect("an event").event
}

/// A contact inside the first automations.
fn contact() -> ContactState {
    let mut state = ContactState::new(ContactId(id(1)));
    state.enrollments.extend((1..=STAYS).map(|number| Enrollment {
        id: EnrollmentId(id(number)),
        automation: AutomationId(id(number)),
        version: 1,
        contact: ContactId(id(1)),
        rotation: 1,
        entered_at: Timestamp::from_micros(0),
        entry_rule: None,
        entry_event: EventId(id(3)),
        ended: None,
        converted_goals: BTreeSet::new(),
        reversed_goals: BTreeSet::new(),
    }));
    state
}

/// Times a second that something is done.
fn rate(times: usize, mut what: impl FnMut()) -> f64 {
    let began = Instant::now();
    (0..times).for_each(|_| what());
    times as f64 / began.elapsed().as_secs_f64()
}

/// P6: what a decision costs does not grow with the goals of a workspace.
fn many_goals(report: &mut Report) {
    let (few, many) = (definitions(&versions(1_000, RuleKind::Goal)), definitions(&versions(100_000, RuleKind::Goal)));
    let (state, miss, hit) = (contact(), purchase("p0"), purchase("p3"));
    for definitions in [&few, &many] {
        let decided =
            |event| decide(definitions, state.clone(), &[event], Explain::No).expect("a decision").records.len();
        assert_eq!((decided(&miss), decided(&hit)), (0, 2), "only its own goal is met");
    }
    let decide_all = |definitions: &Definitions| {
        rate(20_000, || {
            black_box(decide(definitions, state.clone(), &[black_box(&miss)], Explain::No)).expect("a decision");
        }) * STAYS as f64
    };
    decide_all(&few);
    let rates: Vec<_> = (0..ROUNDS).map(|_| (decide_all(&many), decide_all(&few))).collect();
    report.add("P6 100,000 goals against 1,000, a contact in 10", "goals/s", &rates, Bar::AtLeast(0.5));
}

/// P7: rules that outsiders may meet are found by an index, against a scan of all of them.
fn entry_index(report: &mut Report) {
    let versions = versions(10_000, RuleKind::Entry);
    let (definitions, event) = (definitions(&versions), purchase("p77"));
    let scan = || {
        let met = versions.iter().filter(|version| {
            version.entry_rules.iter().any(|rule| rule.conditions[0].test(&Scene::of(black_box(&event))).is_ok())
        });
        met.map(|version| version.automation).collect::<BTreeSet<_>>()
    };
    assert_eq!(definitions.entered_by(&event), scan());
    assert_eq!(scan().len(), 1);
    let by_index = || rate(50_000, || drop(black_box(definitions.entered_by(black_box(&event)))));
    let by_scan = || rate(100, || drop(black_box(scan())));
    let rates: Vec<_> = (0..ROUNDS).map(|_| (by_index(), by_scan())).collect();
    report.add("P7 the index of 10,000 entry rules against a scan", "events/s", &rates, Bar::AtLeast(20.0));
}
