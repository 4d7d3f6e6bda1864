//! Orders however their events race (R19, R21): random interleavings of an order, its edits, payments, refunds and
//! repeats.
//!
//! In each there is at most one purchase, as a naive reading by receipt has it; and wherever the earliest payment comes
//! before the other payments and after every edit dated up to it, the outcome is the one of the events in order of time.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use fastrand::Rng;
use offramp_domain::automation::{AutomationStatus, AutomationVersion};
use offramp_domain::decide::{ContactState, Explain, Record, decide};
use offramp_domain::event::{Event, EventDraft, ORDER_PURCHASED, accept};
use offramp_domain::fault::Path;
use offramp_domain::ids::{AutomationId, ContactId, EventId};
use offramp_domain::index::Definitions;
use offramp_domain::money::Currency;
use offramp_domain::order::kept;
use offramp_domain::time::{Timestamp, Zone};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Interleavings that are tried.
const CASES: u64 = 20_000;
/// From when the contact is inside.
const ENTERED: &str = "2026-01-01T00:00:00Z";

/// What is told of one order: which event, at which minute after the entry.
#[derive(Clone, Debug)]
struct Told {
    event_type: &'static str,
    minute: u64,
    properties: Value,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    /// The minute, the total in cents, the products, and how it was paid.
    purchase: Option<(u64, i64, Vec<String>, Option<String>)>,
    /// How much of the conversion was taken back, in cents, and whether it stands no more.
    taken_back: (i64, bool),
}

fn cents(amount: i64) -> Value {
    json!({"amount": format!("{}.{:02}", amount / 100, amount % 100), "currencyCode": "USD"})
}

fn told(event_type: &'static str, minute: u64, mut properties: Value) -> Told {
    properties["orderId"] = json!("o");
    Told { event_type, minute, properties }
}

/// The events of an order, each at a minute of its own, in order of time.
fn story(rng: &mut Rng) -> Vec<Told> {
    let mut minute = 10;
    let mut next = |rng: &mut Rng| {
        minute += rng.u64(1..100);
        minute
    };
    let item = |number: usize| json!({"productId": format!("p{number}")});
    let total = if rng.u8(..10) == 0 { 0 } else { rng.i64(1..10_000) };
    let placed = json!({"amount": cents(total), "items": [item(0)]});
    let mut story = vec![told("order.placed", next(rng), placed)];
    let mut payments = 0;
    for step in 1..rng.usize(2..10) {
        let minute = next(rng);
        story.push(match rng.u8(..10) {
            0..3 => {
                let mut edit = json!({});
                if rng.bool() {
                    edit["amount"] = cents(rng.i64(1..10_000));
                }
                if rng.bool() {
                    edit["items"] = json!([item(step), item(0)]);
                }
                told("order.updated", minute, edit)
            }
            3..7 => {
                payments += 1;
                let way = ["CARD", "CASH", "WALLET"][rng.usize(..3)];
                let paid =
                    json!({"paymentId": payments.to_string(), "amount": cents(rng.i64(1..10_000)), "paymentType": way});
                told("payment.succeeded", minute, paid)
            }
            7 => {
                let failed = json!({"paymentId": (payments + 1).to_string(), "amount": cents(100)});
                told("payment.failed", minute, failed)
            }
            8 => told("order.refunded", minute, json!({"amount": cents(rng.i64(1..6_000))})),
            _ if rng.bool() => told("order.refunded", minute, json!({})),
            _ => told("order.cancelled", minute, json!({})),
        });
    }
    story
}

/// Some order in which they may be received, some of them twice.
fn interleaving(rng: &mut Rng, story: &[Told]) -> Vec<Told> {
    let mut received = story.to_vec();
    for one in story {
        // A sender says again what was said, under another key; a refund has no name of its own, and would be another.
        if rng.u8(..5) == 0 && !matches!(one.event_type, "order.refunded" | "payment.failed") {
            received.push(one.clone());
        }
    }
    if rng.u8(..4) > 0 {
        rng.shuffle(&mut received);
    } else {
        received.sort_by_key(|one| one.minute);
    }
    received
}

fn at(minute: u64) -> Timestamp {
    let entered = Timestamp::parse(ENTERED).expect("an instant");
    Timestamp::from_micros(entered.as_micros() + i64::try_from(minute).expect("in range") * 60_000_000)
}

fn event(told: &Told, number: usize) -> Event {
    let draft = EventDraft {
        event_type: told.event_type.to_owned(),
        contact_external_id: "ann".to_owned(),
        occurred_at: Some(at(told.minute).to_string()),
        properties: Some(told.properties.clone()),
        ..EventDraft::default()
    };
    let usd = Currency::parse("USD").expect("a currency");
    let (id, received_at) = (Uuid::from_u128((number as u128 + 1) << 64), at(100_000 + number as u64));
    accept(draft, EventId(id), received_at, usd, &Path::root("event")).expect("a right event").event
}

/// The products on an order.
fn products(properties: &Map<String, Value>) -> Vec<String> {
    let lines = properties["items"].as_array().into_iter().flatten();
    lines.map(|line| line["productId"].as_str().expect("an id").to_owned()).collect()
}

/// Entered by a tag, left by a purchase.
fn definitions() -> Definitions {
    let id = |number: u128| Uuid::from_u128(number);
    let rule = |number: u128, key: &str| json!({"id": id(number), "name": key, "join": "ALL", "conditions": [{"id": id(number * 10), "key": key, "filters": []}]});
    let version = json!({"schema": 1, "automation": id(1), "number": 1, "name": "", "re_entry": "once",
        "entry_rules": [rule(2, "tag.applied")], "goals": [rule(3, "purchase.made")], "alternate_exits": []});
    let version: AutomationVersion = serde_json::from_value(version).expect("a version");
    Definitions::new(1, Zone::UTC, [version], [(AutomationId(id(1)), 1, AutomationStatus::Running)])
}

/// What the core makes of them, one by one or some at once.
fn decided(rng: &mut Rng, definitions: &Definitions, received: &[Told]) -> Outcome {
    let entering = told("tag.added", 0, json!({"tag": "lead"}));
    let mut events = vec![event(&entering, 0)];
    events.extend(received.iter().enumerate().map(|(place, one)| event(one, place + 1)));
    let mut state = ContactState::new(ContactId(Uuid::from_u128(4)));
    let (mut purchases, mut bought, mut reversed, mut stands) = (Vec::new(), Vec::new(), 0, true);
    let mut rest: &[Event] = &events;
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(rng.usize(1..=rest.len()));
        rest = later;
        let kept = kept(&state.orders, &batch.iter().collect::<Vec<_>>());
        bought.extend(
            kept.iter()
                .filter(|kept| kept.event.event_type == ORDER_PURCHASED)
                .map(|kept| products(&kept.event.properties)),
        );
        let decision = decide(definitions, state, &batch.iter().collect::<Vec<_>>(), Explain::No).expect("a decision");
        for (_, record) in &decision.records {
            match record {
                Record::Converted(one) => {
                    assert!(one.counted && one.headline, "it is the first");
                    purchases.push((one.at, one.value.map_or(0, |value| value.minor)));
                }
                Record::Reversed(one) => {
                    assert!(stands, "what stands no more is not taken back again");
                    reversed += one.amount.map_or(0, |amount| amount.minor);
                    stands &= !one.in_full;
                }
                Record::Entered(_) | Record::Exited(_) | Record::Skipped(_) => {}
            }
        }
        state = decision.after;
    }
    assert!(purchases.len() <= 1, "an order purchases once: {received:?}");
    let order = state.orders.orders.get("o").expect("the order");
    let paid = |event: EventId| state.orders.payments.values().find(|payment| payment.event == event);
    let purchase = order.purchase.as_ref().map(|purchase| {
        let (converted_at, earned) = purchases[0];
        assert_eq!(converted_at, purchase.at);
        let way = purchase.payment.and_then(paid).and_then(|payment| payment.payment_type.clone());
        let minute = (purchase.at.as_micros() - at(0).as_micros()) / 60_000_000;
        (u64::try_from(minute).expect("after the entry"), earned, bought[0].clone(), way)
    });
    assert_eq!(bought.len(), usize::from(purchase.is_some()));
    Outcome { purchase, taken_back: (reversed, !stands) }
}

/// What must come of them: read by receipt, without a thought of how it is done.
fn naive(received: &[Told]) -> Outcome {
    let amount = |properties: &Value| {
        let text = properties["amount"]["amount"].as_str()?;
        Some(text.replace('.', "").parse::<i64>().expect("a number of cents"))
    };
    let placed = received.iter().position(|one| one.event_type == "order.placed").expect("it is placed");
    let paid = received.iter().position(|one| one.event_type == "payment.succeeded");
    let is_free = amount(&received[placed].properties) == Some(0);
    // By the first payment received, as soon as the order is known; a free order when it is placed.
    let decided = match paid {
        _ if is_free => Some((placed, None)),
        Some(paid) => Some((placed.max(paid), Some(&received[paid]))),
        None => None,
    };
    let purchase = decided.map(|(known, paid)| {
        let minute = paid.map_or(received[placed].minute, |paid| paid.minute);
        let mut edits: Vec<_> = received[..=known].iter().filter(|one| one.event_type == "order.updated").collect();
        edits.sort_by_key(|one| one.minute);
        let mut totals = edits.iter().filter(|edit| edit.minute <= minute).filter_map(|edit| amount(&edit.properties));
        let total = totals.next_back().or(amount(&received[placed].properties)).expect("a total");
        let mut items =
            edits.iter().filter(|edit| edit.minute <= minute).filter(|edit| !edit.properties["items"].is_null());
        let items = items.next_back().map_or(&received[placed].properties, |edit| &edit.properties);
        let way = paid.and_then(|paid| paid.properties["paymentType"].as_str().map(str::to_owned));
        (minute, total, products(items.as_object().expect("properties")), way)
    });
    let taken_back = purchase.as_ref().map_or((0, false), |(_, total, ..)| {
        let back: Vec<_> = received
            .iter()
            .filter(|one| one.event_type == "order.refunded")
            .map(|one| amount(&one.properties))
            .collect();
        let is_cancelled = received.iter().any(|one| one.event_type == "order.cancelled");
        let sum: i64 = back.iter().flatten().sum();
        let in_full = is_cancelled || back.contains(&None) || (*total > 0 && sum >= *total);
        (if in_full { *total } else { sum.min(*total) }, in_full)
    });
    Outcome { purchase, taken_back }
}

/// Whether the earliest payment comes before the other payments, and after every edit dated up to it.
fn is_in_sequence(received: &[Told]) -> bool {
    let payments = || received.iter().enumerate().filter(|(_, one)| one.event_type == "payment.succeeded");
    let Some((first, paid)) = payments().min_by_key(|(place, one)| (one.minute, *place)) else { return true };
    let others = payments().all(|(place, _)| place >= first);
    let edits =
        received.iter().enumerate().filter(|(_, one)| one.event_type == "order.updated" && one.minute <= paid.minute);
    // Also of an edit that is told again, the first time matters.
    let told =
        |edit: &Told| received.iter().position(|one| one.event_type == edit.event_type && one.minute == edit.minute);
    others && edits.into_iter().all(|(_, edit)| told(edit).is_some_and(|place| place < first))
}

#[test]
fn an_order_purchases_once_however_its_events_race() {
    let (definitions, mut in_sequence, mut out_of_it) = (definitions(), 0, 0);
    for seed in 0..CASES {
        let mut rng = Rng::with_seed(seed);
        let story = story(&mut rng);
        let received = interleaving(&mut rng, &story);
        let outcome = decided(&mut rng, &definitions, &received);
        assert_eq!(outcome, naive(&received), "seed {seed}: {received:#?}");
        if is_in_sequence(&received) {
            assert_eq!(outcome, naive(&story), "seed {seed}, as in order of time: {received:#?}");
            in_sequence += 1;
        } else {
            out_of_it += 1;
        }
    }
    assert!(in_sequence > 1_000 && out_of_it > 1_000, "{in_sequence} in sequence, {out_of_it} out of it");
}
