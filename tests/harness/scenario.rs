//! Scenarios in words: what is defined, what happens, and what is expected of it. One reader for those who run them on
//! the pure core, on SQLite and on PostgreSQL.
//!
//! ```text
//! scenario R2: a second match while inside does nothing
//! automation Welcome
//!   enter Lead: tag.applied where tag ANY_OF lead
//!   goal Bought: purchase.made where amount GTE 20.00 USD within P30D
//! day 0        ann tagged lead     => ann enters Welcome
//! day 1 08:00  ann tagged lead     => nothing
//! day 2        ann is removed from Welcome => ann leaves Welcome by removed_by_api
//! day 40       passes              => nothing
//! ```

#[path = "scenario/rules.rs"]
mod rules;

use rules::add_rule;
use serde_json::{Value, json};

/// A story: its title, and its steps in order.
#[derive(Debug)]
pub struct Scenario {
    /// The rule and what it says.
    pub title: String,
    /// Whether it is about what only a server does, such as telling repeats.
    #[allow(dead_code, reason = "servers run them all")]
    pub server_only: bool,
    /// Whether it is about what happens before anybody looks at a timer, which a server does by itself.
    #[allow(dead_code, reason = "the core runs them all")]
    pub core_only: bool,
    /// What happens.
    pub steps: Vec<Step>,
}

/// Something that happens.
#[derive(Debug)]
pub enum Step {
    /// An automation is defined.
    Define(Automation),
    /// `publish`, `pause` or `resume`, and which automation.
    Change(String, String),
    /// Events come in together, at an instant, and this is expected of them.
    Receive { line: usize, now: String, events: Vec<Value>, expected: Vec<String> },
    /// Time passes until an instant, and this is expected of it.
    Pass { line: usize, now: String, expected: Vec<String> },
    /// A hand moves a contact, and this is expected of it.
    Hand { line: usize, now: String, hand: Hand, expected: Vec<String> },
}

/// A hand that moves a contact.
#[derive(Debug)]
pub struct Hand {
    pub who: String,
    pub automation: String,
    /// Puts the contact in at that instant, or now.
    pub enrolls: Option<Option<String>>,
    /// Otherwise takes the contact out, who may come back or not.
    pub may_reenter: bool,
}

/// An automation with its rules; drafts are in the shape of the API's inputs.
#[derive(Debug)]
pub struct Automation {
    pub name: String,
    pub re_entry: Value,
    pub entry_rules: Vec<Value>,
    pub goals: Vec<Value>,
    pub alternate_exits: Vec<Value>,
}

/// Reads every scenario of a file.
pub fn read(text: &str) -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut reader = Reader::default();
    for (place, raw) in text.lines().enumerate() {
        let line = raw.split(" //").next().unwrap_or_default().trim_end();
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let titled =
            ["scenario ", "server scenario ", "core scenario "].iter().find_map(|head| line.strip_prefix(head));
        if let Some(title) = titled {
            scenarios.push(Scenario {
                title: title.to_owned(),
                server_only: line.starts_with("server"),
                core_only: line.starts_with("core"),
                steps: Vec::new(),
            });
            reader = Reader::default();
            continue;
        }
        let scenario = scenarios.last_mut().expect("a file begins with a scenario");
        reader.step(&mut scenario.steps, place + 1, line);
    }
    scenarios
}

/// What carries over from line to line.
#[derive(Default)]
struct Reader {
    now: String,
    batch: Vec<Value>,
    events: usize,
}

impl Reader {
    fn step(&mut self, steps: &mut Vec<Step>, number: usize, line: &str) {
        if let Some(rule) = line.strip_prefix("  ") {
            let Some(Step::Define(automation)) = steps.last_mut() else {
                panic!("line {number}: no automation to add to")
            };
            return add_rule(automation, rule.trim());
        }
        let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
        match head {
            "automation" => steps.push(Step::Define(Automation {
                name: rest.to_owned(),
                re_entry: json!({"policy": "ONCE"}),
                entry_rules: vec![],
                goals: vec![],
                alternate_exits: vec![],
            })),
            "publish" | "pause" | "resume" => steps.push(Step::Change(head.to_owned(), rest.to_owned())),
            _ => self.receive(steps, number, line),
        }
    }

    /// `[+] day N [HH:MM] | occurred day N [HH:MM]  who what…  [=> expectations]`; without expectations the next line
    /// is of the same batch.
    fn receive(&mut self, steps: &mut Vec<Step>, number: usize, line: &str) {
        let (words, expected) = match line.split_once("=>") {
            Some((words, expected)) => (words, Some(expected)),
            None => (line, None),
        };
        let mut words: Vec<&str> = words.split_whitespace().collect();
        let past = words.first() == Some(&"occurred");
        if past {
            words.remove(0);
        }
        let at =
            take_instant(&mut words).unwrap_or_else(|| panic!("line {number}: `{line}` does not begin with a day"));
        if !past {
            self.now.clone_from(&at);
        }
        if words == ["passes"] {
            let expected = expectations(expected.unwrap_or_else(|| panic!("line {number}: and what of it?")));
            return steps.push(Step::Pass { line: number, now: self.now.clone(), expected });
        }
        if let [who, "is", how @ ..] = words.as_slice() {
            let hand = hand(who, how, past.then_some(at), number);
            let expected = expectations(expected.unwrap_or_else(|| panic!("line {number}: and what of it?")));
            return steps.push(Step::Hand { line: number, now: self.now.clone(), hand, expected });
        }
        self.events += 1;
        self.batch.push(event(&words, &at, self.events, number));
        if let Some(expected) = expected {
            let (expected, events) = (expectations(expected), std::mem::take(&mut self.batch));
            steps.push(Step::Receive { line: number, now: self.now.clone(), events, expected });
        }
    }
}

fn expectations(text: &str) -> Vec<String> {
    let mut expected: Vec<_> =
        text.split(';').map(|one| one.trim().to_owned()).filter(|one| one != "nothing").collect();
    expected.sort();
    expected
}

/// `enrolled in Welcome`, `removed from Welcome`, `removed for ever from Welcome`.
fn hand(who: &str, how: &[&str], at: Option<String>, line: usize) -> Hand {
    let (enrolls, may_reenter, automation) = match how {
        ["enrolled", "in", automation] => (Some(at), true, automation),
        ["removed", "from", automation] => (None, true, automation),
        ["removed", "for", "ever", "from", automation] => (None, false, automation),
        _ => panic!("line {line}: {who} is what?"),
    };
    Hand { who: who.to_owned(), automation: (*automation).to_owned(), enrolls, may_reenter }
}

/// Day 0 is 2026-01-01, UTC.
fn take_instant(words: &mut Vec<&str>) -> Option<String> {
    if words.first() != Some(&"day") {
        return None;
    }
    let day: i64 = words.get(1)?.parse().ok()?;
    words.drain(..2);
    let mut time = "00:00";
    if words.first().is_some_and(|word| word.contains(':') && word.len() >= 5) {
        time = words.remove(0);
    }
    // Months of thirty days and a little arithmetic would be wrong; January to March 2026 is all that stories need.
    let (month, day) = match day {
        0..=30 => (1, day + 1),
        31..=58 => (2, day - 30),
        59..=89 => (3, day - 58),
        _ => return None,
    };
    let seconds = if time.len() == 5 { ":00" } else { "" };
    Some(format!("2026-{month:02}-{day:02}T{time}{seconds}Z"))
}

/// `ann tagged lead`, `ann buys 20.00 USD of p1/shoes*2 by CARD via POS`, `ann does app.opened {"n": 1} worth 5.00
/// USD`, each with `id KEY` or `without id` at the end; and of orders `ann orders o1 for 20.00 USD of p1 form f1`, `ann
/// edits o1 for 30.00 USD of p1,p2`, `ann pays 10.00 USD for o1 by CARD as pay1`, `ann fails 10.00 USD for o1`, `ann
/// refunds 5.00 USD for o1`, `ann refunds all for o1`, `ann cancels o1`.
fn event(words: &[&str], at: &str, count: usize, line: usize) -> Value {
    let [who, verb, what, rest @ ..] = words else { panic!("line {line}: who does what?") };
    let mut event = json!({"messageId": format!("m{count}"), "contactExternalId": who, "occurredAt": at});
    let mut rest = rest.iter();
    match *verb {
        "tagged" => {
            event["type"] = json!("tag.added");
            event["properties"] = json!({"tag": what});
        }
        "buys" => {
            event["type"] = json!("order.purchased");
            let amount = json!({"amount": what, "currencyCode": rest.next()});
            event["properties"] = json!({"orderId": format!("o{count}"), "amount": amount});
        }
        "orders" | "edits" | "cancels" => {
            let types = [("orders", "order.placed"), ("edits", "order.updated"), ("cancels", "order.cancelled")];
            event["type"] = json!(types.iter().find(|(word, _)| word == verb).map(|(_, name)| name));
            event["properties"] = json!({"orderId": what});
        }
        "pays" | "fails" | "refunds" => {
            let types = [("pays", "payment.succeeded"), ("fails", "payment.failed"), ("refunds", "order.refunded")];
            event["type"] = json!(types.iter().find(|(word, _)| word == verb).map(|(_, name)| name));
            event["properties"] = json!({"paymentId": format!("p{count}")});
            if *what != "all" {
                event["properties"]["amount"] = json!({"amount": what, "currencyCode": rest.next()});
            }
        }
        "does" => event["type"] = json!(what),
        other => panic!("line {line}: nobody can `{other}`"),
    }
    while let Some(word) = rest.next() {
        let mut next = || rest.next().copied().unwrap_or_else(|| panic!("line {line}: `{word}` what?"));
        match *word {
            "of" => event["properties"]["items"] = next().split(',').map(item).collect(),
            "by" => event["properties"]["paymentType"] = json!(next()),
            "via" => event["properties"]["source"] = json!(next()),
            "for" if event["properties"]["orderId"].is_null() => event["properties"]["orderId"] = json!(next()),
            "for" => event["properties"]["amount"] = json!({"amount": next(), "currencyCode": next()}),
            "as" if *verb == "buys" => event["properties"]["orderId"] = json!(next()),
            "as" => event["properties"]["paymentId"] = json!(next()),
            "form" => event["properties"]["orderFormId"] = json!(next()),
            "id" => event["messageId"] = json!(next()),
            "worth" => event["value"] = json!({"amount": next(), "currencyCode": next()}),
            "without" => drop((next(), event.as_object_mut().map(|fields| fields.remove("messageId")))),
            text if text.starts_with('{') => {
                event["properties"] = serde_json::from_str(text).expect("properties without spaces");
            }
            other => panic!("line {line}: what is `{other}`?"),
        }
    }
    event
}

/// `product/category/category*quantity`.
fn item(text: &str) -> Value {
    let (names, quantity) = text.split_once('*').unwrap_or((text, "1"));
    let mut names = names.split('/');
    let product = names.next();
    json!({"productId": product, "categoryIds": names.collect::<Vec<_>>(), "quantity": quantity.parse::<u64>().ok()})
}
