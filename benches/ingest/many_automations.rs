//! P8: what an event costs when there are many automations that it does not concern.

use super::ours::{Ours, rules, sqlite};
use super::report::{Bar, Report};
use super::workload::Producer;
use crate::Sizes;
use offramp_domain::automation::RuleKind;
use serde_json::{Value, json};

/// Automations beside the one.
const OTHERS: usize = 300;
/// Events of a batch.
const GROUP: usize = 100;
/// Who sends.
const PRODUCERS: usize = 2;

/// Time and processor per event, with the others against without.
pub async fn against_one(sizes: Sizes, report: &mut Report) {
    let other_events = (0..OTHERS).map(|number| {
        let named = |what: &str| {
            json!({"conditions": [{"key": "event.custom",
            "filters": [{"key": "name", "operator": "EQ", "value": {"text": format!("{what}.{number}")}}]}]})
        };
        [(RuleKind::Entry, named("began")), (RuleKind::Goal, named("ended"))]
    });
    compare(sizes, "that listen to other events", other_events.collect(), report).await;
    let other_values = (0..OTHERS).map(|number| {
        let product = json!({"items": [{"product": format!("other-{number}")}]});
        let item = json!({"key": "items", "operator": "ANY_OF", "value": product});
        rules(&format!("other-{number}"), json!({"key": "purchase.made", "filters": [item]}))
    });
    compare(sizes, "of other tags and products", other_values.collect(), report).await;
}

async fn compare(sizes: Sizes, which: &str, others: Vec<[(RuleKind, Value); 2]>, report: &mut Report) {
    let ((url, _folder), (alone_url, _alone_folder)) = (sqlite(), sqlite());
    let (many, alone) = (Ours::open(&url, others).await, Ours::open(&alone_url, []).await);
    let (mut to_many, mut to_alone) = (Producer::several("p", PRODUCERS), Producer::several("p", PRODUCERS));
    let batches = (sizes.events / PRODUCERS / GROUP).max(2);
    let sent = batches * PRODUCERS * GROUP;
    many.round(&mut to_many, 2, GROUP).await;
    alone.round(&mut to_alone, 2, GROUP).await;
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    for _ in 0..sizes.rounds {
        let with = many.round(&mut to_many, batches, GROUP).await;
        let without = alone.round(&mut to_alone, batches, GROUP).await;
        wall.push((1e6 / with.rate(sent), 1e6 / without.rate(sent)));
        cpu.push((with.cpu_us(sent), without.cpu_us(sent)));
    }
    many.end(&to_many).await;
    alone.end(&to_alone).await;
    let figure = format!("P8 SQLite, {OTHERS} automations {which} against none");
    report.add(&figure, "us/event", &wall, Bar::AtMost(1.2));
    report.add(&figure, "CPU us/event", &cpu, Bar::None);
}
