//! What somebody would write by hand over rusqlite: what the engine does with one statement for many rows, this does
//! with a prepared one for each row, in transactions of the same size, on the same schema and as durable. Nothing is
//! checked, hashed, decided or answered: this is the work of the database alone.

use super::report::{Stopwatch, Took};
use super::workload::{Producer, TAG};
use offramp::clock::Clock;
use offramp_domain::event::EventDraft;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, TransactionBehavior, params};
use std::path::Path;
use uuid::Uuid;

/// As long as a hash in hexadecimal.
const FINGERPRINT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const SEEN: &str = "SELECT id, fingerprint FROM event WHERE workspace_id = ?1 AND message_id = ?2";
const CONTACT: &str = "INSERT INTO contact (workspace_id, id, external_id, created_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (workspace_id, external_id) DO NOTHING";
const WHO: &str = "SELECT id FROM contact WHERE workspace_id = ?1 AND external_id = ?2";
const STAY: &str = "SELECT e.id, e.status, e.entered_at FROM enrollment e
    WHERE e.workspace_id = ?1 AND e.contact_id = ?2 AND e.automation_id = ?3 ORDER BY e.rotation DESC LIMIT 1";
const PROGRESS: &str = "SELECT condition_id, met_at, event_id FROM progress
    WHERE workspace_id = ?1 AND contact_id = ?2 AND owner_id IN (?3, ?4)";
const LATER: &str = "SELECT * FROM event WHERE workspace_id = ?1 AND contact_id = ?2 AND at > ?3
    ORDER BY at DESC LIMIT 1001";
const EVENT: &str = "INSERT INTO event (workspace_id, id, contact_id, message_id, fingerprint, event_type, at,
    occurred_at, received_at, properties_schema, properties) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7, 1, ?8)
    ON CONFLICT (workspace_id, message_id) DO NOTHING";
const FACT: &str = "SELECT value, at FROM fact WHERE workspace_id = ?1 AND contact_id = ?2 AND kind = 'tag'";
const KNOW: &str = "INSERT INTO fact (workspace_id, contact_id, kind, key, value, at, event_id)
    VALUES (?1, ?2, 'tag', ?3, 'true', ?4, ?5) ON CONFLICT (workspace_id, contact_id, kind, key) DO UPDATE
    SET value = excluded.value, at = excluded.at, event_id = excluded.event_id";
const ORDER: &str = "SELECT state FROM customer_order WHERE workspace_id = ?1 AND contact_id = ?2 AND external_id = ?3";
const PURCHASE: &str = "INSERT INTO customer_order (workspace_id, id, contact_id, external_id, status, placed_at,
    purchased_at, purchase_event_id, state_schema, state) VALUES (?1, ?2, ?3, ?4, 'purchased', ?5, ?5, ?6, 1, ?7)
    ON CONFLICT (workspace_id, contact_id, external_id) DO UPDATE SET status = excluded.status,
    placed_at = excluded.placed_at, purchased_at = excluded.purchased_at,
    purchase_event_id = excluded.purchase_event_id, state_schema = excluded.state_schema, state = excluded.state";
const ENTER: &str = "INSERT INTO enrollment (workspace_id, id, automation_id, version, contact_id, rotation, status,
    entered_at, entry_rule_id, entry_event_id) VALUES (?1, ?2, ?3, 1, ?4, 1, 'active', ?5, ?6, ?7)";
const LEAVE: &str = "UPDATE enrollment SET status = 'ended', exited_at = ?3, exit_reason = 'goal_met'
    WHERE workspace_id = ?1 AND id = ?2 AND status = 'active'";
const COUNTER: &str = "INSERT INTO counter (workspace_id, automation_id, rule_id, metric, currency, bucket, count,
    amount_minor) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (workspace_id, automation_id, rule_id, metric, currency, bucket) DO UPDATE
    SET count = count + excluded.count, amount_minor = amount_minor + excluded.amount_minor";
const HEAD: &str = "UPDATE feed_head SET position = position + ?2 WHERE workspace_id = ?1 RETURNING position";
const EXIT: &str = "INSERT INTO exit (workspace_id, id, position, enrollment_id, automation_id, contact_id, reason,
    rule_id, event_id, exited_at, within_window, also_matched, why_schema, why)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'goal_met', ?7, ?8, ?9, 1, '[]', 1, ?10)";
const CONVERSION: &str = "INSERT INTO conversion (workspace_id, id, position, enrollment_id, automation_id, contact_id,
    goal_id, event_id, earned_event_id, converted_at, elapsed_us, value_minor, value_currency, counted, headline, late,
    after_exit, within_window, also_matched)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, 2000, 'USD', 1, 1, 0, 0, 1, '[]')";
const FEED: &str = "INSERT INTO feed (workspace_id, position, kind, reference_id, automation_id, contact_id, rule_id,
    reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

/// A database that is written row by row.
pub struct ByRow {
    db: Connection,
    clock: Clock,
    keys: Keys,
}

/// The ids of what was published, as blobs.
#[derive(Clone, Copy)]
struct Keys {
    workspace: Uuid,
    automation: Uuid,
    entry: Uuid,
    goal: Uuid,
}

/// A stay that a transaction ended.
struct Left {
    stay: Uuid,
    contact: Uuid,
    event: Uuid,
    at: i64,
    elapsed: i64,
}

impl ByRow {
    /// Opens a file that the engine migrated, and in which it published its automation.
    pub fn open(file: &Path) -> Self {
        let db = Connection::open(file).expect("a database");
        for (pragma, value) in [("journal_mode", "WAL"), ("synchronous", "FULL"), ("foreign_keys", "ON")] {
            db.pragma_update(None, pragma, value).expect("a pragma");
        }
        db.set_prepared_statement_cache_capacity(32);
        let one = |text: &str| db.query_row(text, [], |row| row.get(0)).expect("what was published");
        let keys = Keys {
            workspace: one("SELECT id FROM workspace"),
            automation: one("SELECT id FROM automation"),
            entry: one("SELECT id FROM rule WHERE kind = 'entry'"),
            goal: one("SELECT id FROM rule WHERE kind = 'goal'"),
        };
        Self { db, clock: Clock::system(), keys }
    }

    /// A producer sends so many batches of so many events, each one transaction.
    pub fn round(&mut self, producer: &mut Producer, batches: usize, events: usize) -> Took {
        let batches = producer.batches(batches, events);
        let watch = Stopwatch::start();
        batches.iter().for_each(|batch| self.batch(batch));
        watch.stop()
    }

    fn batch(&mut self, batch: &[EventDraft]) {
        let (keys, clock) = (self.keys, &self.clock);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).expect("a transaction");
        let (now, mut left) = (clock.now().as_micros(), Vec::new());
        let revision = one::<i64>(&tx, "SELECT revision FROM workspace WHERE id = ?1", params![keys.workspace]);
        assert!(revision.is_some());
        let entered = batch.iter().filter(|event| keys.event(&tx, clock, event, now, &mut left)).count();
        keys.count(&tx, now, "entered", "", keys.entry, entered);
        for (metric, currency) in
            [("exited.goal_met", ""), ("conversions", "USD"), ("goal_converted", "USD"), ("converted", "USD")]
        {
            keys.count(&tx, now, metric, currency, keys.goal, left.len());
        }
        keys.tell(&tx, clock, &left);
        tx.commit().expect("a commit");
    }

    /// One event, stored in a durable transaction and no more: nobody is looked up, nothing decided.
    pub fn store_alone(&mut self, event: &EventDraft) {
        let (keys, clock) = (self.keys, &self.clock);
        let contact = one::<Uuid>(&self.db, "SELECT id FROM contact LIMIT 1", []).unwrap_or_else(|| {
            let id = clock.fresh_id();
            execute(&self.db, CONTACT, params![keys.workspace, id, "somebody", 0]);
            id
        });
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).expect("a transaction");
        keys.store(&tx, clock, event, contact, clock.now().as_micros());
        tx.commit().expect("a commit");
    }

    /// Ends it, after a look whether so many contacts left.
    pub fn end(self, producer: &Producer) {
        let exits = i64::try_from(producer.exits()).expect("in range");
        let counted = "SELECT SUM(count) FROM counter WHERE metric = 'exited.goal_met'";
        let stays = "SELECT COUNT(*) FROM enrollment WHERE status = 'ended'";
        for text in ["SELECT COUNT(*) FROM exit", "SELECT COUNT(*) / 2 FROM feed", counted, stays] {
            assert_eq!(one::<i64>(&self.db, text, []), Some(exits), "{text}");
        }
    }

    /// Ends it, after a look whether so many events are stored.
    pub fn end_with_events(self, events: usize) {
        let stored = one::<i64>(&self.db, "SELECT COUNT(*) FROM event", []);
        assert_eq!(stored, i64::try_from(events).ok());
    }
}

impl Keys {
    /// Takes in one event: whether somebody entered. Who left waits for a place in the feed.
    fn event(self, tx: &Connection, clock: &Clock, draft: &EventDraft, now: i64, left: &mut Vec<Left>) -> bool {
        assert_eq!(one::<Uuid>(tx, SEEN, params![self.workspace, draft.message_id]), None);
        execute(tx, CONTACT, params![self.workspace, clock.fresh_id(), draft.contact_external_id, now]);
        let contact = one::<Uuid>(tx, WHO, params![self.workspace, draft.contact_external_id]).expect("a contact");
        let of_stay = |row: &Row<'_>| Ok((row.get::<_, Uuid>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?));
        let mut find = tx.prepare_cached(STAY).expect("a statement");
        let stay = find.query_row(params![self.workspace, contact, self.automation], of_stay).optional();
        let stay = stay.expect("a stay or none");
        let owner = stay.as_ref().map_or(self.entry, |(id, ..)| *id);
        assert_eq!(one::<Uuid>(tx, PROGRESS, params![self.workspace, contact, self.entry, owner]), None);
        let entering = draft.event_type == "tag.added" && stay.is_none();
        if entering {
            assert_eq!(one::<Uuid>(tx, LATER, params![self.workspace, contact, now]), None);
        }
        let event = self.store(tx, clock, draft, contact, now);
        if draft.event_type == "tag.added" {
            one::<String>(tx, FACT, params![self.workspace, contact]);
            execute(tx, KNOW, params![self.workspace, contact, TAG, now, event]);
        }
        if draft.event_type == "order.purchased" {
            self.purchase(tx, clock, draft, contact, now, event);
        }
        if entering {
            let row = params![self.workspace, clock.fresh_id(), self.automation, contact, now, self.entry, event];
            execute(tx, ENTER, row);
        } else if let Some((stay, _, entered_at)) = stay.filter(|(_, status, _)| status == "active") {
            assert_eq!(execute(tx, LEAVE, params![self.workspace, stay, now]), 1);
            left.push(Left { stay, contact, event, at: now, elapsed: now - entered_at });
        }
        entering
    }

    fn purchase(self, tx: &Connection, clock: &Clock, draft: &EventDraft, contact: Uuid, now: i64, event: Uuid) {
        let name = &draft.contact_external_id;
        assert_eq!(one::<String>(tx, ORDER, params![self.workspace, contact, name]), None);
        let (id, state) = (clock.fresh_id(), order_state(draft, now, event));
        execute(tx, PURCHASE, params![self.workspace, id, contact, name, now, event, state]);
    }

    fn store(self, tx: &Connection, clock: &Clock, draft: &EventDraft, contact: Uuid, now: i64) -> Uuid {
        let (id, properties) = (clock.fresh_id(), draft.properties.as_ref().map(ToString::to_string));
        let (key, kind) = (&draft.message_id, &draft.event_type);
        let row = params![self.workspace, id, contact, key, FINGERPRINT, kind, now, properties];
        assert_eq!(execute(tx, EVENT, row), 1);
        id
    }

    fn count(self, tx: &Connection, now: i64, metric: &str, currency: &str, rule: Uuid, count: usize) {
        let quarter = 15 * 60 * 1_000_000;
        let (bucket, count) = (now.div_euclid(quarter) * quarter, i64::try_from(count).expect("in range"));
        let amount = if currency.is_empty() { 0 } else { 2_000 * count };
        execute(tx, COUNTER, params![self.workspace, self.automation, rule, metric, currency, bucket, count, amount]);
    }

    /// The exits and conversions, each with its place in the feed.
    fn tell(self, tx: &Connection, clock: &Clock, left: &[Left]) {
        let count = i64::try_from(left.len()).expect("in range");
        let head = one::<i64>(tx, HEAD, params![self.workspace, 2 * count]).expect("a head");
        let Self { workspace, automation, goal, .. } = self;
        for (position, one) in (head - 2 * count + 1..).step_by(2).zip(left) {
            let (exit, conversion) = (clock.fresh_id(), clock.fresh_id());
            let Left { stay, contact, event, at, elapsed } = one;
            let why = format!(
                r#"{{"rule":"{goal}","rule_name":"Makes a purchase","met":[{{"condition":"{goal}","event":"{event}","at":{at}}}]}}"#
            );
            let next = position + 1;
            execute(tx, EXIT, params![workspace, exit, position, stay, automation, contact, goal, event, at, why]);
            let row = params![workspace, conversion, next, stay, automation, contact, goal, event, at, elapsed];
            execute(tx, CONVERSION, row);
            execute(tx, FEED, params![workspace, position, "exit", exit, automation, contact, goal, "goal_met"]);
            execute(
                tx,
                FEED,
                params![workspace, next, "conversion", conversion, automation, contact, goal, None::<&str>],
            );
        }
    }
}

/// What is kept of an order that was purchased.
pub fn order_state(draft: &EventDraft, now: i64, event: Uuid) -> String {
    let total = r#"{"amount":"20.00","currencyCode":"USD"}"#;
    let properties = draft.properties.as_ref().map(ToString::to_string).unwrap_or_default();
    format!(
        r#"{{"id":"{event}","placed":{{"event":"{event}","at":{now},"properties":{properties}}},"edits":[],
        "first_payment":null,"first_test_payment":null,"purchase":{{"event":"{event}","at":{now},"total":{total},"payment":null}},
        "back":{{"sums":{{}},"count":0,"is_full":false,"is_cancelled":false,"last":null}},"flags":[]}}"#
    )
}

fn execute(db: &Connection, text: &str, values: &[&dyn ToSql]) -> usize {
    db.prepare_cached(text).expect("a statement").execute(values).expect("rows written")
}

/// The first column of the first row, if there is one.
fn one<T: rusqlite::types::FromSql>(db: &Connection, text: &str, values: impl rusqlite::Params) -> Option<T> {
    let mut statement = db.prepare_cached(text).expect("a statement");
    statement.query_row(values, |row| row.get(0)).optional().expect("rows read")
}
