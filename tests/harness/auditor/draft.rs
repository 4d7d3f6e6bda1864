//! The auditor's definitions and events as a client writes them, in JSON.

use super::{Amount, Condition, Happening, Micros, News, ReEntry, Rule, What};
use offramp_domain::time::{Elapsed, Timestamp};
use serde_json::{Value, json};

/// What the payment of an order that is tried again and again is called, before the order's name.
pub const TRIED: &str = "a try at ";

/// As `AutomationCreateInput` has it.
pub fn re_entry(re_entry: ReEntry) -> Value {
    match re_entry {
        ReEntry::Once => json!({"policy": "ONCE"}),
        ReEntry::AfterExit => json!({"policy": "AFTER_EXIT"}),
        ReEntry::After(pause) => json!({"policy": "AFTER", "after": duration(pause)}),
    }
}

/// As the inputs of rules have it.
pub fn rule(rule: &Rule) -> Value {
    let conditions: Vec<_> = rule.conditions.iter().map(condition).collect();
    let mut draft = json!({"name": rule.name, "join": if rule.all { "ALL" } else { "ANY" }, "conditions": conditions});
    if let Some(window) = rule.window {
        draft["conversionWindow"] = duration(window);
    }
    draft
}

fn condition(condition: &Condition) -> Value {
    let (key, filters) = match &condition.what {
        What::Tag(tags) => ("tag.applied", json!([{"key": "tag", "operator": "ANY_OF", "value": {"texts": tags}}])),
        What::Purchase { at_least: None } => ("purchase.made", json!([])),
        What::Purchase { at_least: Some(least) } => {
            ("purchase.made", json!([{"key": "amount", "operator": "GTE", "value": {"money": money(least)}}]))
        }
        What::Custom { name, at_least } => {
            let mut filters = vec![json!({"key": "name", "operator": "IN", "value": {"texts": [name]}})];
            filters.extend(at_least.map(|least| {
                json!({"key": "property", "path": "n", "operator": "GTE", "value": {"number": least.to_string()}})
            }));
            ("event.custom", json!(filters))
        }
    };
    let mut draft = json!({"key": key, "filters": filters});
    for (group, field, value) in [
        ("window", "notBefore", condition.not_before.map(duration)),
        ("window", "within", condition.within.map(duration)),
        ("occurred", "after", condition.from.map(instant)),
        ("occurred", "before", condition.until.map(instant)),
    ] {
        if let Some(value) = value {
            draft[group][field] = value;
        }
    }
    draft
}

/// As `EventInput` has it; the mark goes into its properties, by which the stored event is told again.
pub fn event(key: Option<&str>, who: &str, mark: &str, what: &Happening, occurred_at: Option<Micros>) -> Value {
    let mut draft = match what {
        Happening::Tagged(tag) => json!({"type": "tag.added", "properties": {"tag": tag}}),
        Happening::Bought(amount) => {
            json!({"type": "order.purchased", "properties": {"orderId": mark, "amount": money(amount)}})
        }
        Happening::Told(order, news) => told(order, mark, news),
        Happening::Did { name, n, .. } => json!({"type": name, "properties": {"n": n}}),
    };
    draft["contactExternalId"] = json!(who);
    draft["properties"]["mark"] = json!(mark);
    if let Some(key) = key {
        draft["messageId"] = json!(key);
    }
    if let Some(occurred_at) = occurred_at {
        draft["occurredAt"] = instant(occurred_at);
    }
    if let Happening::Did { worth: Some(worth), .. } = what {
        draft["value"] = money(worth);
    }
    draft
}

fn told(order: &str, mark: &str, news: &News) -> Value {
    match news {
        News::Placed(total) => {
            json!({"type": "order.placed", "properties": {"orderId": order, "amount": money(total)}})
        }
        News::Paid => {
            let one = money(&(100, "USD".to_owned()));
            json!({"type": "payment.succeeded", "properties": {"orderId": order, "paymentId": mark, "amount": one}})
        }
        News::Tried => json!({"type": "payment.failed", "properties": {"orderId": order, "paymentId": tried(order)}}),
        News::CameIn => {
            let one = money(&(100, "USD".to_owned()));
            json!({"type": "payment.succeeded", "properties": {"paymentId": tried(order), "amount": one}})
        }
        News::Returned(Some(amount)) => {
            json!({"type": "order.refunded", "properties": {"orderId": order, "amount": money(amount)}})
        }
        News::Returned(None) => json!({"type": "order.cancelled", "properties": {"orderId": order}}),
    }
}

/// The payment of an order that is tried again and again.
fn tried(order: &str) -> String {
    format!("{TRIED}{order}")
}

/// Of a currency with two decimals.
fn money((minor, code): &Amount) -> Value {
    json!({"amount": format!("{}.{:02}", minor / 100, minor % 100), "currencyCode": code})
}

fn duration(length: Micros) -> Value {
    json!(Elapsed::from_micros(length).to_string())
}

fn instant(at: Micros) -> Value {
    json!(Timestamp::from_micros(at).to_string())
}
