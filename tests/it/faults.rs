//! What goes wrong on purpose between two steps of a transaction: nothing is lost, nothing happens twice.

use crate::harness::world::{World, any_purchase};
use crate::on_both;
use offramp::config::EngineSettings;
use offramp::engine::{Engine, IngestError, Outcome};
use offramp::store::sabotage::{Saboteur, Step, Strike};
use offramp::store::{Store, workspace};
use offramp_domain::event::EventDraft;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::money::Currency;
use offramp_entity::{enrollment, event, exit};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Strikes one step, counted over all transactions.
struct Nth {
    steps: AtomicUsize,
    struck: usize,
    strike: Strike,
}

impl Saboteur for Nth {
    fn strike(&self, _: Step<'_>) -> Option<Strike> {
        (self.steps.fetch_add(1, Ordering::SeqCst) == self.struck).then_some(self.strike)
    }
}

/// The database refuses to store one event, always.
struct Poison(&'static str);

impl Saboteur for Poison {
    fn strike(&self, step: Step<'_>) -> Option<Strike> {
        let Step::Statement { text, rows } = step else { return None };
        (text.starts_with("INSERT INTO event") && rows.contains(self.0)).then_some(Strike::Refused)
    }
}

/// One event is poisonous; and once an event of another is stored, the disk is full for all.
struct PoisonThenFull {
    poison: &'static str,
    last: &'static str,
}

impl Saboteur for PoisonThenFull {
    fn strike(&self, step: Step<'_>) -> Option<Strike> {
        let Step::Statement { text, rows } = step else { return None };
        let strike = if rows.contains(self.poison) { Strike::Refused } else { Strike::Full };
        let is_struck = rows.contains(self.poison) || rows.contains(self.last);
        (text.starts_with("INSERT INTO event") && is_struck).then_some(strike)
    }
}

/// Panics at the commit of the first transaction.
struct Breaks(AtomicUsize);

impl Saboteur for Breaks {
    fn strike(&self, step: Step<'_>) -> Option<Strike> {
        let is_first = matches!(step, Step::Commit) && self.0.fetch_add(1, Ordering::SeqCst) == 0;
        assert!(!is_first, "on purpose");
        None
    }
}

async fn default_workspace(store: &Store) -> WorkspaceId {
    workspace::find_by_name(store, "default").await.expect("a look").expect("the workspace").id.into()
}

async fn engine(world: &World, saboteur: Arc<dyn Saboteur>) -> (Engine, Store, WorkspaceId) {
    let store = Store::open(&world.url).await.expect("a store").sabotaged(saboteur);
    let settings = EngineSettings { lanes: 1, ..EngineSettings::default() };
    let id = default_workspace(&store).await;
    (Engine::start(store.clone(), world.clock.clone(), &settings), store, id)
}

fn entering_and_leaving(key: &str) -> Vec<EventDraft> {
    let tag = json!({"messageId": format!("{key}-tag"), "type": "tag.added", "contactExternalId": key, "properties": {"tag": "lead"}});
    let order = json!({"messageId": format!("{key}-buy"), "type": "order.purchased", "contactExternalId": key,
        "properties": {"orderId": key, "amount": "1.00"}});
    [tag, order].into_iter().map(|event| serde_json::from_value(event).expect("an event")).collect()
}

fn is_accepted(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted { deduplicated: true, .. })
}

fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown { .. })
}

fn usd() -> Currency {
    Currency::parse("USD").expect("a currency")
}

on_both! {
    /// Whichever step is lost, and whichever answer: the batch gets through, once (R31, R60, R61).
    async fn every_step_may_be_lost_and_every_answer(world) {
        world.automation("Welcome", any_purchase()).await;
        let mut rounds = 0;
        for strike in [Strike::Lost, Strike::AnswerLost] {
            for struck in 0.. {
                let saboteur = Arc::new(Nth { steps: AtomicUsize::new(0), struck, strike });
                let (engine, store, workspace) = engine(world, saboteur.clone()).await;
                let mut batch = entering_and_leaving(&format!("{strike:?}{struck}"));
                // One without a key, which only its id can tell from a new one.
                batch.push(EventDraft { message_id: None, ..batch[1].clone() });
                let outcomes = engine.ingest(workspace, usd(), batch).await;
                let accepted = outcomes.iter().flatten().map(|outcome| match outcome {
                    Outcome::Accepted { deduplicated, .. } => Some(*deduplicated),
                    _ => None,
                });
                let expected = [Some(true), Some(true), Some(false)];
                assert_eq!(accepted.collect::<Vec<_>>(), expected, "{strike:?} at {struck}: {outcomes:?}");
                engine.stop().await;
                store.close().await;
                rounds += 1;
                if saboteur.steps.load(Ordering::SeqCst) <= struck {
                    break;
                }
            }
        }
        assert!(rounds > 20, "a transaction has more steps than {rounds}");
        assert_eq!(exit::Entity::find().count(&world.tables).await.ok(), Some(rounds));
        assert_eq!(event::Entity::find().count(&world.tables).await.ok(), Some(3 * rounds));
    }

    /// What the database refuses fails alone, with an id to ask about; the others of its group go through (R62).
    async fn a_poisonous_event_fails_alone(world) {
        world.automation("Welcome", any_purchase()).await;
        let (engine, store, workspace) = engine(world, Arc::new(Poison("ben-buy"))).await;
        let batch = ["ann", "ben", "cat"].map(entering_and_leaving).concat();
        let outcomes = engine.ingest(workspace, usd(), batch.clone()).await.expect("outcomes");
        let (failed, through): (Vec<_>, Vec<_>) = (0..).zip(&outcomes).partition(|(_, outcome)| matches!(outcome, Outcome::Failed { .. }));
        assert_eq!(failed.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [3]);
        assert!(through.iter().all(|(_, outcome)| is_accepted(outcome)), "{outcomes:?}");
        engine.stop().await;
        store.close().await;
        // Its key is still free: over a database that takes it, it goes through, and the others are repeats.
        let store = Store::open(&world.url).await.expect("a store");
        let engine = Engine::start(store.clone(), world.clock.clone(), &EngineSettings::default());
        let outcomes = engine.ingest(workspace, usd(), batch).await.expect("outcomes");
        assert!(is_accepted(&outcomes[3]), "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Duplicate).count(), 5);
        engine.stop().await;
        store.close().await;
        let stays = enrollment::Entity::find().all(&world.tables).await.expect("stays");
        assert_eq!(stays.iter().filter(|stay| stay.status == "ended").count(), 3);
    }

    /// A disk that is full is full for all: nobody is told that it was his event alone, and nothing is tried one by one.
    async fn a_full_disk_fails_the_whole_group(world) {
        world.automation("Welcome", any_purchase()).await;
        let full = PoisonThenFull { poison: "nobody", last: "cat-buy" };
        let (engine, store, workspace) = engine(world, Arc::new(full)).await;
        let batch = ["ann", "ben", "cat"].map(entering_and_leaving).concat();
        let outcomes = engine.ingest(workspace, usd(), batch).await.expect("outcomes");
        assert!(outcomes.iter().all(is_unknown), "{outcomes:?}");
        engine.stop().await;
        store.close().await;
        assert_eq!(event::Entity::find().count(&world.tables).await.ok(), Some(0));
    }

    /// What was stored before the rest failed is told as stored, or it would be stored twice if it has no key (R61).
    async fn what_is_through_stands_whatever_follows(world) {
        world.automation("Welcome", any_purchase()).await;
        let saboteur = PoisonThenFull { poison: "ben-buy", last: "cat-tag" };
        let (engine, store, workspace) = engine(world, Arc::new(saboteur)).await;
        let mut batch = ["ann", "ben", "cat"].map(entering_and_leaving).concat();
        batch[0].message_id = None;
        let outcomes = engine.ingest(workspace, usd(), batch).await.expect("outcomes");
        assert!(matches!(outcomes[0], Outcome::Accepted { deduplicated: false, .. }), "{outcomes:?}");
        assert!(outcomes[1..3].iter().all(is_accepted), "{outcomes:?}");
        assert!(matches!(outcomes[3], Outcome::Failed { .. }), "{outcomes:?}");
        assert!(outcomes[4..].iter().all(is_unknown), "{outcomes:?}");
        engine.stop().await;
        store.close().await;
        assert_eq!(event::Entity::find().count(&world.tables).await.ok(), Some(3));
    }

    /// A lane that breaks off tells those who waited, and serves the next (R60): nothing of what broke off is left behind.
    async fn a_lane_that_breaks_off_begins_anew(world) {
        world.automation("Welcome", any_purchase()).await;
        let (engine, store, workspace) = engine(world, Arc::new(Breaks(AtomicUsize::new(0)))).await;
        let broken = engine.ingest(workspace, usd(), entering_and_leaving("ann")).await.expect("outcomes");
        assert!(broken.iter().all(is_unknown), "{broken:?}");
        let again = engine.ingest(workspace, usd(), entering_and_leaving("ann")).await.expect("outcomes");
        assert!(again.iter().all(is_accepted), "{again:?}");
        engine.stop().await;
        store.close().await;
        assert_eq!(exit::Entity::find().count(&world.tables).await.ok(), Some(1));
    }

    /// What is over the queue's bound is refused, and comes through when there is room again.
    async fn a_full_queue_refuses(world) {
        let store = Store::open(&world.url).await.expect("a store");
        let settings = EngineSettings { lanes: 1, queue_events_max: 3, ..EngineSettings::default() };
        let engine = Engine::start(store.clone(), world.clock.clone(), &settings);
        let workspace = default_workspace(&store).await;
        let sends = ["ann", "ben", "cat"].map(|who| engine.ingest(workspace, usd(), entering_and_leaving(who)));
        let [first, second, third] = sends;
        let (first, second, third) = tokio::join!(first, second, third);
        assert!(first.is_ok());
        let refused = Err(IngestError::Overloaded);
        assert_eq!((&second, &third), (&refused, &refused));
        assert!(engine.ingest(workspace, usd(), entering_and_leaving("ben")).await.is_ok());
        engine.stop().await;
        store.close().await;
    }
}
