//! Rules and their conditions, in the words of the scenarios.

use super::Automation;
use serde_json::{Value, json};

pub(super) fn add_rule(automation: &mut Automation, line: &str) {
    let (head, rest) = line.split_once(':').unwrap_or_else(|| panic!("`{line}` has no colon"));
    let (kind, name) = head.split_once(' ').unwrap_or((head, ""));
    if kind == "reentry" {
        let mut words = rest.split_whitespace();
        automation.re_entry = json!({"policy": words.next(), "after": words.next()});
        return;
    }
    let (rest, window) = match rest.split_once(" converting within ") {
        Some((rest, window)) => (rest, json!(window.trim())),
        None => (rest, Value::Null),
    };
    let (rest, met_before) = match rest.split_once(" met-before ") {
        Some((rest, what)) => (rest, json!(what.trim())),
        None => (rest, Value::Null),
    };
    let (join, conditions) = joined(rest);
    let mut rule = json!({"join": join, "conditions": conditions});
    if !name.is_empty() {
        rule["name"] = json!(name);
    }
    if !window.is_null() {
        rule["conversionWindow"] = window;
    }
    if !met_before.is_null() {
        rule["metBeforeEntry"] = met_before;
    }
    match kind {
        "enter" => automation.entry_rules.push(rule),
        "goal" => automation.goals.push(rule),
        "exit" => automation.alternate_exits.push(rule),
        other => panic!("a rule is enter, goal or exit, not `{other}`"),
    }
}

/// Conditions joined by ` with ` or by ` or `.
fn joined(text: &str) -> (&'static str, Vec<Value>) {
    let any = split_outside(text, " or ");
    let (join, parts) = if any.len() > 1 { ("ANY", any) } else { ("ALL", split_outside(text, " with ")) };
    (join, parts.into_iter().map(condition).collect())
}

/// Splits a text where the separator stands outside of parentheses.
fn split_outside<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (place, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && text[place..].starts_with(separator) && place >= from => {
                parts.push(&text[from..place]);
                from = place + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// `composite(one or other)`, `composite(one with other)`, `none(one or other)`, `inaction(one) for P7D [from EVENT]`.
fn group(text: &str) -> Option<Value> {
    let (head, rest) = text.trim().split_once('(')?;
    let (within, after) = rest.rsplit_once(')')?;
    let (join, conditions) = joined(within);
    let words: Vec<&str> = after.split_whitespace().collect();
    match head {
        "composite" => Some(json!({"key": "composite", "join": join, "conditions": conditions})),
        "none" => Some(json!({"key": "composite", "join": "NONE", "conditions": conditions})),
        "inaction" => {
            let mut filters = vec![json!({"key": "for", "operator": "EQ", "value": {"duration": words[1]}})];
            if let Some(from) = words.get(3) {
                filters.push(json!({"key": "from", "operator": "ANY_OF", "value": {"texts": [from]}}));
            }
            Some(json!({"key": "inaction", "filters": filters, "conditions": conditions}))
        }
        _ => None,
    }
}

/// `key [where filter and filter] [at-least 3 | nth 3 | every 3 | summing amount to 200.00 USD] [not-before P1D]
/// [within P30D] [from INSTANT] [until INSTANT] [lookback P10D] [same-as-entry PATH] [first-ever] [with-tests]`, or a
/// group.
fn condition(text: &str) -> Value {
    if let Some(group) = group(text) {
        return group;
    }
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let key = words.remove(0);
    let mut condition = json!({"key": key, "filters": []});
    take_sum(&mut words, &mut condition);
    for (word, field) in [("first-ever", "firstEver"), ("with-tests", "includeTestEvents")] {
        if let Some(place) = words.iter().position(|one| *one == word) {
            condition[field] = json!(true);
            words.remove(place);
        }
    }
    let modifiers = ["not-before", "within", "from", "until", "at-least", "nth", "every", "lookback", "same-as-entry"];
    while let Some(place) = words.iter().rposition(|word| modifiers.contains(word)) {
        let value = json!(words.get(place + 1));
        let number = || json!(words[place + 1].parse::<i64>().expect("a number of times"));
        match words[place] {
            "at-least" => condition["occurrence"]["atLeast"] = number(),
            "nth" => condition["occurrence"]["nth"] = number(),
            "every" => condition["occurrence"]["everyNth"] = number(),
            "not-before" => condition["window"]["notBefore"] = value,
            "within" => condition["window"]["within"] = value,
            "from" => condition["occurred"]["after"] = value,
            "lookback" => condition["lookback"] = value,
            "same-as-entry" => condition["sameAsEntry"] = json!({"path": value}),
            _ => condition["occurred"]["before"] = value,
        }
        words.drain(place..=place + 1);
    }
    if words.first() == Some(&"where") {
        condition["filters"] = words[1..].split(|word| *word == "and").map(filter).collect();
    }
    condition
}

/// `summing amount to 200.00 USD`, `summing quantity to 10`.
fn take_sum(words: &mut Vec<&str>, condition: &mut Value) {
    let Some(place) = words.iter().position(|word| *word == "summing") else { return };
    let (of, amount) = (words[place + 1], words[place + 3]);
    let currency = words.get(place + 4).filter(|word| word.chars().all(|letter| letter.is_ascii_uppercase()));
    let at_least = match currency {
        Some(currency) => json!({"money": {"amount": amount, "currencyCode": currency}}),
        None => json!({"number": amount}),
    };
    condition["sum"] = json!({"of": of, "atLeast": at_least});
    words.drain(place..place + 4 + usize::from(currency.is_some()));
}

/// `tag ANY_OF lead,hot`, `amount BETWEEN 10.00 20.00 USD`, `paid IS true`, `property cart.total GTE number:20`,
/// `when OLDER_THAN duration:P30D`.
fn filter(words: &[&str]) -> Value {
    let operator =
        words.iter().position(|word| word.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'));
    let operator = operator.unwrap_or_else(|| panic!("no operator in {words:?}"));
    let values = &words[operator + 1..];
    let mut filter = json!({"key": words[0], "operator": words[operator]});
    if operator == 2 {
        filter["path"] = json!(words[1]);
    }
    let money = |amount: &str, currency: &str| json!({"amount": amount, "currencyCode": currency});
    let value = match (words[0], values) {
        (_, []) => return filter,
        ("items", [items]) => json!({"items": items.split(',').map(|item| match item.split_once(':') {
            Some((kind, id)) => json!({kind: id}),
            None => json!({"product": item}),
        }).collect::<Vec<_>>()}),
        ("amount" | "price" | "spent", [amount, currency]) => json!({"money": money(amount, currency)}),
        ("amount", [from, to, currency]) => {
            json!({"moneyRange": {"from": money(from, currency), "to": money(to, currency)}})
        }
        ("quantity", [number]) => json!({"number": number}),
        ("quantity", [from, to]) => json!({"numberRange": {"from": from, "to": to}}),
        (_, [value]) if value.contains(':') => match value.split_once(':') {
            Some(("flag", flag)) => json!({"flag": flag == "true"}),
            Some(("texts", texts)) => json!({"texts": texts.split(',').collect::<Vec<_>>()}),
            Some((kind, value)) => json!({kind: value}),
            None => unreachable!("it has one"),
        },
        ("property", [value]) => json!({"text": value}),
        (_, [flag]) if words[operator] == "IS" => json!({"flag": *flag == "true"}),
        (_, texts) => json!({"texts": texts.join(" ").split(',').collect::<Vec<_>>()}),
    };
    filter["value"] = value;
    filter
}
