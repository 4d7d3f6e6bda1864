//! P5: what the server itself spends on an event, from the request to the answer.

use super::report::{Bar, Report, cpu_of, median};
use super::workload::{Producer, TAG};
use super::{ours, ours::sqlite};
use crate::Sizes;
use crate::harness::server::Server;
use futures_util::future::join_all;
use offramp_domain::automation::RuleKind;
use offramp_domain::event::EventDraft;
use serde_json::{Value, json};
use std::path::Path;

/// Events of a request.
const EVENTS: usize = 100;
/// Requests under way at once.
const PRODUCERS: usize = 4;
/// Ticks of the processor's clock are hundredths of a second; a round should take hundreds.
const ROUND_EVENTS_MIN: usize = 10_000;

/// A server.
struct Target {
    http: reqwest::Client,
    url: String,
}

/// Microseconds of the server's process per event.
pub async fn server_time(sizes: Sizes, report: &mut Report) {
    let (url, _folder) = sqlite();
    let server = Server::start(Path::new(env!("CARGO_BIN_EXE_offramp")), &url).await;
    let target = Target { http: reqwest::Client::new(), url: format!("http://{}/graphql", server.address()) };
    let automation = target.automation().await;
    let mut producers = Producer::several("p", PRODUCERS);
    target.round(&mut producers, 2).await;
    let mut spent = Vec::new();
    for _ in 0..sizes.rounds {
        let batches = sizes.events.max(ROUND_EVENTS_MIN) / PRODUCERS / EVENTS;
        let before = cpu_of(server.id());
        target.round(&mut producers, batches).await;
        let cpu = cpu_of(server.id()).saturating_sub(before);
        spent.push(cpu.as_secs_f64() * 1e6 / (batches * PRODUCERS * EVENTS) as f64);
    }
    let stats = "query S($id: ID!) { automation(id: $id) { stats { converted } } }";
    let stats = target.data(stats, json!({"id": automation})).await;
    let exits: usize = producers.iter().map(Producer::exits).sum();
    assert_eq!(stats["automation"]["stats"]["converted"], json!(exits), "each pair of events makes an exit");
    let figure = format!("P5 SQLite, over HTTP, {EVENTS} events a request");
    report.add_alone(&figure, "server CPU us/event", median(spent), Bar::AtMost(200.0));
}

impl Target {
    async fn data(&self, query: &str, variables: Value) -> Value {
        let request = self.http.post(&self.url).json(&json!({"query": query, "variables": variables}));
        let mut answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    async fn change(&self, field: &str, selection: &str, input: Value) -> Value {
        let (first, rest) = field.split_at(1);
        let kind = format!("{}{rest}Input", first.to_uppercase());
        let query = format!("mutation M($input: {kind}!) {{ {field}(input: $input) {{ {selection} }} }}");
        self.data(&query, json!({"input": input})).await[field].take()
    }

    async fn automation(&self) -> Value {
        let made = self.change("automationCreate", "automation { id }", json!({"name": "Welcome"})).await;
        let id = made["automation"]["id"].clone();
        for (kind, mut rule) in ours::rules(TAG, json!({"key": "purchase.made"})) {
            rule["automationId"] = id.clone();
            let field = if kind == RuleKind::Entry { "entryRuleCreate" } else { "goalCreate" };
            let made = self.change(field, "userErrors { message }", rule).await;
            assert_eq!(made["userErrors"], json!([]));
        }
        self.change("automationPublish", "userErrors { message }", json!({"id": id})).await;
        id
    }

    async fn round(&self, producers: &mut [Producer], batches: usize) {
        let sends: Vec<_> = producers.iter_mut().map(|producer| producer.batches(batches, EVENTS)).collect();
        join_all(sends.into_iter().map(async |batches| {
            for batch in batches {
                self.ingest(&batch).await;
            }
        }))
        .await;
    }

    async fn ingest(&self, batch: &[EventDraft]) {
        let selection = "acceptedCount results { index status userErrors { code } } userErrors { message }";
        let answer = self.change("eventsIngest", selection, json!({"events": batch})).await;
        assert_eq!(answer["acceptedCount"], json!(batch.len()), "{answer}");
    }
}
