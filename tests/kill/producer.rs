//! Who sends: batches of one to twenty events, some of them repeated, some of them late.

use super::dice::Dice;
use super::load::Load;
use offramp::clock::Clock;
use offramp_domain::time::{Elapsed, Timestamp};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;

/// Events of a batch.
const BATCH_EVENTS: Range<u64> = 1..21;
/// How many per cent of the events were sent before.
const REPEATS_PERCENT: u64 = 20;
/// How many per cent of the others happened some time ago, and how long, in seconds.
const LATE_PERCENT: u64 = 10;
const LATE_SECONDS: Range<u64> = 1..60;
/// Contacts that are heard of between two kills, of whom all producers tell.
const CONTACTS: u64 = 40;
/// Orders of a contact, of which several producers tell: placed, paid and given back in whichever order.
const ORDERS: u64 = 10;

const INGEST: &str = "mutation Send($input: EventsIngestInput!) {
    eventsIngest(input: $input) { results { index status userErrors { message } } userErrors { message } } }";

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Accepted,
    Duplicate,
    Refused,
}

/// One producer, who waits for each answer.
pub struct Producer {
    number: u64,
    made: u64,
    dice: Dice,
    clock: Clock,
    load: Arc<Load>,
    /// What was sent and not answered.
    pending: Option<Vec<Value>>,
}

impl Producer {
    pub fn new(number: u64, seed: u64, load: &Arc<Load>) -> Self {
        let dice = Dice::new(seed.wrapping_mul(31).wrapping_add(number));
        Self { number, made: 0, dice, clock: Clock::system(), load: Arc::clone(load), pending: None }
    }

    /// Whether it waits for an answer that will not come.
    pub const fn is_cut(&self) -> bool {
        self.pending.is_some()
    }

    /// Sends until the server is killed; what was not answered first, with the same keys.
    pub async fn until_cut(mut self, address: SocketAddr) -> Self {
        let http = reqwest::Client::new();
        let mut again = self.pending.is_some();
        loop {
            let batch = self.pending.take().unwrap_or_else(|| self.batch());
            if !self.send(&http, address, &batch, again).await {
                self.pending = Some(batch);
                return self;
            }
            again = false;
        }
    }

    /// Sends what was not answered.
    pub async fn finish(&mut self, address: SocketAddr) {
        if let Some(batch) = self.pending.take() {
            assert!(self.send(&reqwest::Client::new(), address, &batch, true).await, "nobody kills any more");
        }
    }

    /// Whether the answer came, and was noted.
    async fn send(&self, http: &reqwest::Client, address: SocketAddr, batch: &[Value], again: bool) -> bool {
        let known = self.load.depart(batch);
        match ingest(http, address, batch).await {
            Ok(answers) => self.load.arrive(batch, &known, &answers, again),
            Err(error) => {
                self.load.cut(&error.to_string());
                return false;
            }
        }
        true
    }

    fn batch(&mut self) -> Vec<Value> {
        (0..self.dice.within(BATCH_EVENTS)).map(|_| self.event()).collect()
    }

    fn event(&mut self) -> Value {
        let earlier = self.dice.percent(REPEATS_PERCENT).then(|| self.load.earlier(self.dice.within(0..u64::MAX)));
        if let Some(earlier) = earlier.flatten() {
            return earlier;
        }
        self.made += 1;
        let key = format!("{}-{}", self.number, self.made);
        // Those of the last cycle too: what was committed before a kill is decided about after it.
        let cycle = self.load.cycle().saturating_sub(self.dice.within(0..2));
        let who = format!("{cycle}-{}", self.dice.within(0..CONTACTS));
        let order = format!("o{}", self.dice.within(0..ORDERS));
        let (kind, properties) = match self.dice.within(0..14) {
            0 => ("page.read", json!({"page": key})),
            1..=4 => ("tag.added", json!({"tag": "lead"})),
            5..=7 => ("order.purchased", json!({"orderId": key, "amount": "1.00"})),
            8..=9 => ("order.placed", json!({"orderId": order, "amount": "1.00"})),
            10..=12 => ("payment.succeeded", json!({"orderId": order, "paymentId": key, "amount": "0.50"})),
            _ => ("order.refunded", json!({"orderId": order, "amount": "0.40"})),
        };
        json!({"messageId": key, "type": kind, "contactExternalId": who, "properties": properties,
            "occurredAt": self.instant().to_string()})
    }

    fn instant(&mut self) -> Timestamp {
        let ago = if self.dice.percent(LATE_PERCENT) { self.dice.within(LATE_SECONDS) } else { 0 };
        let ago = i64::try_from(ago).expect("in range") * 1_000_000;
        self.clock.now().plus(Elapsed::from_micros(-ago))
    }
}

/// Sends a batch; an error if there is no answer.
pub async fn ingest(
    http: &reqwest::Client,
    address: SocketAddr,
    batch: &[Value],
) -> Result<Vec<Answer>, reqwest::Error> {
    let answer = ask(http, address, INGEST, json!({"input": {"events": batch}})).await?;
    let payload = &answer["data"]["eventsIngest"];
    assert_eq!((answer.get("errors"), &payload["userErrors"]), (None, &json!([])), "{answer}");
    let results = payload["results"].as_array().expect("results").iter();
    let read = |result: &Value| match result["status"].as_str() {
        Some("ACCEPTED") => Answer::Accepted,
        Some("DUPLICATE") => Answer::Duplicate,
        _ => Answer::Refused,
    };
    Ok(results.map(read).collect())
}

async fn ask(
    http: &reqwest::Client,
    address: SocketAddr,
    query: &str,
    variables: Value,
) -> Result<Value, reqwest::Error> {
    let body = json!({"query": query, "variables": variables});
    http.post(format!("http://{address}/graphql")).json(&body).send().await?.json().await
}

/// An automation that contacts enter by the tag `lead`, as often as they like, and leave by any purchase, published.
pub async fn automation(address: SocketAddr) {
    let http = reqwest::Client::new();
    let change = async |field: &str, input: Value, selection: &str| -> Value {
        let (first, rest) = field.split_at(1);
        let kind = format!("{}{rest}Input", first.to_uppercase());
        let query = format!(
            "mutation M($input: {kind}!) {{ {field}(input: $input) {{ {selection} userErrors {{ message }} }} }}"
        );
        let mut answer = ask(&http, address, &query, json!({"input": input})).await.expect("an answer");
        assert_eq!(answer["data"][field]["userErrors"], json!([]), "{answer}");
        answer["data"][field].take()
    };
    let input = json!({"name": "Welcome", "reEntry": {"policy": "AFTER_EXIT"}});
    let made = change("automationCreate", input, "automation { id }").await;
    let id = &made["automation"]["id"];
    let lead = json!([{"key": "tag.applied",
        "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": ["lead"]}}]}]);
    change("entryRuleCreate", json!({"automationId": id, "conditions": lead}), "").await;
    change("goalCreate", json!({"automationId": id, "conditions": [{"key": "purchase.made"}]}), "").await;
    change("automationPublish", json!({"id": id}), "").await;
}
