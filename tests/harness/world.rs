//! A fresh world for one test: a database of its own, a server over it whose clock stands still, and a client.

use super::postgres;
use offramp::app::App;
use offramp::check;
use offramp::clock::Clock;
use offramp::config::Config;
use offramp_domain::time::Timestamp;
use offramp_entity::timer;
use sea_orm::{Database, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tempfile::TempDir;

/// A database, a server, and a client.
pub struct World {
    pub app: App,
    pub clock: Clock,
    pub url: String,
    pub http: reqwest::Client,
    /// A look into the tables, past the server.
    pub tables: DatabaseConnection,
    folder: Option<TempDir>,
}

/// When every world begins.
pub const BEGINNING: &str = "2026-01-01T00:00:00Z";

/// Any free port of this machine.
pub fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A file of its own for a SQLite database.
pub fn sqlite_url() -> (String, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (format!("sqlite://{}/test.db", folder.path().display()), folder)
}

/// A PostgreSQL database of its own, where there is a server.
pub fn postgres_url() -> Option<String> {
    postgres::server().map(postgres::Server::create_database)
}

impl World {
    pub async fn sqlite() -> Self {
        let (url, folder) = sqlite_url();
        Self::over(url, Some(folder)).await
    }

    pub async fn postgres() -> Option<Self> {
        let url = tokio::task::spawn_blocking(postgres_url).await.expect("a database")?;
        Some(Self::over(url, None).await)
    }

    async fn over(url: String, folder: Option<TempDir>) -> Self {
        let clock = Clock::manual(Timestamp::parse(BEGINNING).expect("an instant"));
        let app = Self::node(&url, clock.clone()).await;
        let tables = Database::connect(&url).await.expect("a look into the tables");
        Self { app, clock, url, http: reqwest::Client::new(), tables, folder }
    }

    /// Another server over the same database, with one lane: what comes in one batch gets into the feed in its order.
    pub async fn node(url: &str, clock: Clock) -> App {
        Self::node_with_lanes(url, clock, 1).await
    }

    /// The same with so many lanes, where the database can have them.
    pub async fn node_with_lanes(url: &str, clock: Clock, lanes: usize) -> App {
        Self::node_with(url, clock, |config| config.engine.lanes = lanes).await
    }

    /// The same with settings of its own.
    pub async fn node_with(url: &str, clock: Clock, set: impl FnOnce(&mut Config)) -> App {
        let mut config = Config::new(any_port(), url.to_owned()).expect("a loopback address");
        set(&mut config);
        // Long enough that a slow machine splits no load in two, for the tests that count statements.
        config.loader_delay = std::time::Duration::from_millis(20);
        App::start(&config, clock).await.expect("a server")
    }

    pub fn set_clock(&self, now: &str) {
        self.clock.set(Timestamp::parse(now).expect("an instant"));
    }

    /// Waits until the server has judged every timer that is due.
    pub async fn until_nothing_is_due(&self, now: &str) {
        let now = Timestamp::parse(now).expect("an instant").as_micros();
        loop {
            let due = timer::Entity::find().filter(timer::COLUMN.due_at.lte(now)).count(&self.tables).await;
            if due.expect("a count") == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// The whole answer to an operation.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        self.ask_at(self.app.address(), query, variables).await
    }

    /// The same of another server.
    pub async fn ask_at(&self, address: SocketAddr, query: &str, variables: Value) -> Value {
        let body = json!({"query": query, "variables": variables});
        let answer = self.http.post(format!("http://{address}/graphql")).json(&body).send().await.expect("an answer");
        answer.json().await.expect("a JSON answer")
    }

    /// The data of an operation that has no errors.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.ask(query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    /// The payload of a mutation, whatever its user errors.
    pub async fn change(&self, field: &str, input: Value) -> Value {
        let mut type_name = field.to_owned();
        type_name[..1].make_ascii_uppercase();
        let selection = match field {
            "eventsIngest" => {
                "acceptedCount duplicateCount refusedCount results { index status deduplicated userErrors { code field } }"
            }
            "enrollmentCreate" | "enrollmentExit" => "enrollment { id status exitReason }",
            _ if field.starts_with("goal") => {
                "goal { id name isNamed rank version archivedAt join conversionWindow conditions { id } }"
            }
            _ if field.starts_with("entryRule") => "entryRule { id name rank version }",
            _ if field.starts_with("alternateExitRule") => "alternateExitRule { id name rank version }",
            "contactUpsert" => "contact { id externalId email phone firstName lastName attributes }",
            "productUpsert" | "productArchive" => {
                "product { id externalId name archivedAt createdAt updatedAt categories { externalId } }"
            }
            "categoryUpsert" | "categoryArchive" => "category { id externalId name archivedAt createdAt updatedAt }",
            "orderFormUpsert" | "orderFormArchive" => "orderForm { id externalId name archivedAt createdAt updatedAt }",
            "productsImport" => {
                "import { madeCount changedCount unchangedCount categoriesMadeCount refusedCount refused { line column code message } }"
            }
            "paymentRecord" => {
                "payment { id externalId status amount { amount currencyCode } paymentType occurredAt failureCount awaitsOrder flags order { externalId status } }"
            }
            "orderPlace" | "orderUpdate" | "orderRefund" | "orderCancel" => {
                "order { id externalId status amount { amount currencyCode } purchasedAmount { amount currencyCode } refunded { amount currencyCode }
                    items { productId categoryIds quantity attributes } source placedAt purchasedAt flags }"
            }
            "workspaceCreate" => "workspace { id name timeZone currency edition createdAt }",
            _ => "automation { id name status version hasUnpublishedChanges reEntry { policy after } }",
        };
        let query = format!(
            "mutation M($input: {type_name}Input!) {{ {field}(input: $input) {{ {selection} userErrors {{ code field message }} }} }}"
        );
        self.data(&query, json!({"input": input})).await[field].take()
    }

    /// Ingests events that must all be accepted.
    pub async fn ingest(&self, events: Value) {
        let count = events.as_array().map_or(0, Vec::len);
        let answer = self.change("eventsIngest", json!({"events": events})).await;
        assert_eq!(answer["acceptedCount"], json!(count), "{answer}");
    }

    /// An automation that is entered by the tag `lead` and left by any purchase, published; gives back its id.
    pub async fn automation(&self, name: &str, goal: Value) -> String {
        let made = self.change("automationCreate", json!({"name": name, "reEntry": {"policy": "AFTER_EXIT"}})).await;
        let id = made["automation"]["id"].as_str().expect("an id").to_owned();
        let lead = json!([{"key": "tag.applied", "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": ["lead"]}}]}]);
        self.change("entryRuleCreate", json!({"automationId": id, "conditions": lead})).await;
        self.change("goalCreate", json!({"automationId": id, "name": "Bought", "conditions": goal})).await;
        let published = self.change("automationPublish", json!({"id": id})).await;
        assert_eq!(published["automation"]["status"], "RUNNING");
        id
    }

    /// Makes a workspace `second`, with euros for its currency.
    pub async fn second_workspace(&self) {
        let made = self.change("workspaceCreate", json!({"name": "second", "currency": "EUR"})).await;
        assert_eq!(faults(&made), [""; 0]);
    }

    /// The whole answer to an operation in the workspace `second`.
    pub async fn ask_second(&self, query: &str, variables: Value) -> Value {
        let request = self.http.post(format!("http://{}/graphql", self.app.address()));
        let request = request.header("x-offramp-workspace", "second");
        let answer = request.json(&json!({"query": query, "variables": variables})).send().await.expect("an answer");
        answer.json().await.expect("a JSON answer")
    }

    /// Ends the server, and judges what it left behind.
    pub async fn end(self) {
        let stopped = self.stop().await;
        let report = check::run(&stopped.url, None).await.expect("a report");
        assert!(report.is_sound(), "what the server left behind is not sound:\n{report}");
        stopped.leave().await;
    }

    /// Ends the server, and keeps what it left behind.
    pub async fn stop(self) -> Stopped {
        self.app.stop().await;
        Stopped { url: self.url, tables: self.tables, folder: self.folder }
    }
}

/// A world whose server has ended.
pub struct Stopped {
    pub url: String,
    pub tables: DatabaseConnection,
    folder: Option<TempDir>,
}

impl Stopped {
    /// Leaves it as it is, sound or broken, and drops it.
    pub async fn leave(self) {
        self.tables.close().await.expect("closed tables");
        if self.folder.is_none() {
            let url = self.url;
            let drop = move || postgres::server().map(|server| server.drop_database(&url));
            tokio::task::spawn_blocking(drop).await.expect("a dropped database");
        }
    }
}

/// `CODE path` of each user error.
pub fn faults(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().expect("user errors").iter();
    errors
        .map(|error| {
            let path: Vec<_> = error["field"].as_array().expect("a path").iter().filter_map(Value::as_str).collect();
            format!("{} {}", error["code"].as_str().expect("a code"), path.join("."))
        })
        .collect()
}

/// The goal of any purchase.
pub fn any_purchase() -> Value {
    json!([{"key": "purchase.made"}])
}

/// A tag on a contact, as an event.
pub fn tagged(key: &str, who: &str, tag: &str) -> Value {
    json!({"messageId": key, "type": "tag.added", "contactExternalId": who, "properties": {"tag": tag}})
}

/// A purchase by a contact, as an event.
pub fn bought(key: &str, who: &str, amount: &str) -> Value {
    json!({"messageId": key, "type": "order.purchased", "contactExternalId": who,
        "properties": {"orderId": key, "amount": amount}})
}
