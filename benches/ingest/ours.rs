//! The engine over a database, without HTTP.

use super::report::{Stopwatch, Took};
use super::workload::{Producer, TAG};
use futures_util::future::join_all;
use offramp::authoring::Authoring;
use offramp::authoring::automation::AutomationDraft;
use offramp::clock::Clock;
use offramp::config::EngineSettings;
use offramp::engine::{Engine, Outcome};
use offramp::store::{Store, counter, feed, workspace};
use offramp_domain::automation::{RuleDraft, RuleKind};
use offramp_domain::event::EventDraft;
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_domain::money::Currency;
use offramp_domain::workspace::{CheckedWorkspace, Edition};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

/// An engine, and the automation that contacts enter by a tag and leave by a purchase.
pub struct Ours {
    store: Store,
    engine: Engine,
    workspace: WorkspaceId,
    currency: Currency,
    automation: Uuid,
}

/// What a purchase and a tag are to an automation.
pub fn rules(tag: &str, purchase: Value) -> [(RuleKind, Value); 2] {
    let tag = json!({"key": "tag", "operator": "ANY_OF", "value": {"texts": [tag]}});
    [
        (RuleKind::Entry, json!({"conditions": [{"key": "tag.applied", "filters": [tag]}]})),
        (RuleKind::Goal, json!({"conditions": [purchase]})),
    ]
}

/// A file of its own for a SQLite database.
pub fn sqlite() -> (String, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (format!("sqlite://{}/bench.db", folder.path().display()), folder)
}

impl Ours {
    /// A fresh database with that automation, and further ones with these rules.
    pub async fn open(url: &str, others: impl IntoIterator<Item = [(RuleKind, Value); 2]>) -> Self {
        Self::open_with(url, others, &EngineSettings::default()).await
    }

    /// The same with settings of its own.
    pub async fn open_with(
        url: &str,
        others: impl IntoIterator<Item = [(RuleKind, Value); 2]>,
        settings: &EngineSettings,
    ) -> Self {
        let (store, clock) = (Store::open(url).await.expect("a database"), Clock::system());
        let workspace = WorkspaceId(clock.fresh_id());
        let tx = store.begin().await.expect("a transaction");
        let currency = Currency::parse("USD").expect("a currency");
        let (name, time_zone) = ("bench".to_owned(), "UTC".to_owned());
        let new = CheckedWorkspace { name, time_zone, currency, edition: Edition::Max };
        workspace::insert_if_new(&tx, workspace, &new, clock.now()).await.expect("a workspace");
        tx.commit().await.expect("a workspace");
        let authoring = Authoring::new(store.clone(), clock.clone());
        let automation = publish(&authoring, workspace, rules(TAG, json!({"key": "purchase.made"}))).await;
        for rules in others {
            publish(&authoring, workspace, rules).await;
        }
        let engine = Engine::start(store.clone(), clock, settings);
        Self { store, engine, workspace, currency, automation }
    }

    /// Ingests a batch, all of which must be accepted.
    pub async fn ingest(&self, batch: Vec<EventDraft>) {
        let outcomes = self.engine.ingest(self.workspace, self.currency, batch).await.expect("outcomes");
        let accepted = |one: &Outcome| matches!(one, Outcome::Accepted { deduplicated: true, .. });
        assert!(outcomes.iter().all(accepted), "{outcomes:?}");
    }

    /// Each producer sends so many batches of so many events, one after the other.
    pub async fn round(&self, producers: &mut [Producer], batches: usize, events: usize) -> Took {
        let sends: Vec<_> = producers.iter_mut().map(|producer| producer.batches(batches, events)).collect();
        let watch = Stopwatch::start();
        join_all(sends.into_iter().map(async |batches| {
            for batch in batches {
                self.ingest(batch).await;
            }
        }))
        .await;
        watch.stop()
    }

    /// Ends it, after a look whether so many contacts left.
    pub async fn end(self, producers: &[Producer]) {
        self.engine.stop().await;
        let sums = counter::sums(&self.store, self.workspace, &[self.automation]).await.expect("sums");
        let counted = sums.iter().find(|sum| sum.metric == "exited.goal_met").map_or(0, |sum| sum.count);
        let head = feed::head(&self.store, self.workspace).await.expect("a head").expect("a feed");
        let exits: usize = producers.iter().map(Producer::exits).sum();
        let exits = i64::try_from(exits).expect("in range");
        assert!(exits > 0, "nothing was measured");
        assert_eq!((counted, head.position), (exits, 2 * exits), "each pair of events makes an exit and a conversion");
        self.store.close().await;
    }

    /// Ends it before anything was sent: the database is left to the other side.
    pub async fn close(self) {
        self.engine.stop().await;
        self.store.close().await;
    }
}

async fn publish(authoring: &Authoring, workspace: WorkspaceId, rules: [(RuleKind, Value); 2]) -> Uuid {
    let draft = AutomationDraft { name: "Welcome".to_owned(), re_entry: None };
    let row = authoring.create_automation(workspace, &draft).await.expect("an automation");
    let id = AutomationId(row.id);
    for (kind, rule) in rules {
        let rule: RuleDraft = serde_json::from_value(rule).expect("a rule");
        authoring.create_rule(workspace, id, kind, &rule).await.expect("a rule");
    }
    authoring.publish_automation(workspace, id).await.expect("a version");
    row.id
}
