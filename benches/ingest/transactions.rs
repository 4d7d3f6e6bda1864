//! What somebody would write by hand over PostgreSQL: a transaction for each event, with eight statements on average
//! (six to enter, ten to leave), several at once.

use super::by_row::order_state;
use super::report::Stopwatch;
use super::report::Took;
use super::workload::{Producer, TAG};
use futures_util::future::join_all;
use offramp::clock::Clock;
use offramp_domain::event::EventDraft;
use sea_orm::sqlx::postgres::{PgPool, PgPoolOptions};
use sea_orm::sqlx::{Postgres, Transaction, query, query_as, query_scalar};
use uuid::Uuid;

const FINGERPRINT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const CONTACT: &str = "INSERT INTO contact (workspace_id, id, external_id, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (workspace_id, external_id) DO UPDATE SET external_id = excluded.external_id RETURNING id";
const EVENT: &str = "INSERT INTO event (workspace_id, id, contact_id, message_id, fingerprint, event_type, at,
    occurred_at, received_at, properties_schema, properties)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, 1, $8::jsonb) ON CONFLICT (workspace_id, message_id) DO NOTHING";
const STAY: &str = "SELECT id, status, entered_at FROM enrollment
    WHERE workspace_id = $1 AND contact_id = $2 AND automation_id = $3 ORDER BY rotation DESC LIMIT 1";
const PURCHASE: &str = "INSERT INTO customer_order (workspace_id, id, contact_id, external_id, status, placed_at,
    purchased_at, purchase_event_id, state_schema, state) VALUES ($1, $2, $3, $4, 'purchased', $5, $5, $6, 1, $7::jsonb)
    ON CONFLICT (workspace_id, contact_id, external_id) DO UPDATE SET state = excluded.state";
const ENTER: &str = "INSERT INTO enrollment (workspace_id, id, automation_id, version, contact_id, rotation, status,
    entered_at, entry_rule_id, entry_event_id) VALUES ($1, $2, $3, 1, $4, 1, 'active', $5, $6, $7)";
const LEAVE: &str = "UPDATE enrollment SET status = 'ended', exited_at = $3, exit_reason = 'goal_met'
    WHERE workspace_id = $1 AND id = $2 AND status = 'active'";
const ENTERED: &str = "INSERT INTO counter (workspace_id, automation_id, rule_id, metric, currency, bucket, count,
    amount_minor) VALUES ($1, $2, $3, 'entered', '', $4, 1, 0)
    ON CONFLICT (workspace_id, automation_id, rule_id, metric, currency, bucket) DO UPDATE
    SET count = counter.count + 1";
const EXITED: &str = "INSERT INTO counter (workspace_id, automation_id, rule_id, metric, currency, bucket, count,
    amount_minor) VALUES ($1, $2, $3, 'conversions', 'USD', $4, 1, 2000), ($1, $2, $3, 'converted', 'USD', $4, 1, 2000),
    ($1, $2, $3, 'exited.goal_met', '', $4, 1, 0), ($1, $2, $3, 'goal_converted', 'USD', $4, 1, 2000)
    ON CONFLICT (workspace_id, automation_id, rule_id, metric, currency, bucket) DO UPDATE
    SET count = counter.count + 1, amount_minor = counter.amount_minor + excluded.amount_minor";
const HEAD: &str = "UPDATE feed_head SET position = position + 2 WHERE workspace_id = $1 RETURNING position";
const EXIT: &str = "INSERT INTO exit (workspace_id, id, position, enrollment_id, automation_id, contact_id, reason,
    rule_id, event_id, exited_at, within_window, also_matched, why_schema, why)
    VALUES ($1, $2, $3, $4, $5, $6, 'goal_met', $7, $8, $9, TRUE, '[]', 1, '{}')";
const CONVERSION: &str = "INSERT INTO conversion (workspace_id, id, position, enrollment_id, automation_id, contact_id,
    goal_id, event_id, earned_event_id, converted_at, elapsed_us, value_minor, value_currency, counted, headline, late,
    after_exit, within_window, also_matched)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, 2000, 'USD', TRUE, TRUE, FALSE, FALSE, TRUE, '[]')";
const KNOW: &str = "INSERT INTO fact (workspace_id, contact_id, kind, key, value, at, event_id)
    VALUES ($1, $2, 'tag', $3, 'true', $4, $5) ON CONFLICT (workspace_id, contact_id, kind, key) DO UPDATE
    SET value = excluded.value, at = excluded.at, event_id = excluded.event_id";
const FEED: &str = "INSERT INTO feed (workspace_id, position, kind, reference_id, automation_id, contact_id, rule_id,
    reason) VALUES ($1, $2, 'exit', $3, $4, $5, $6, 'goal_met'), ($1, $7, 'conversion', $8, $4, $5, $6, NULL)";

/// A database that is written event by event.
pub struct Transactions {
    pool: PgPool,
    clock: Clock,
    workspace: Uuid,
    automation: Uuid,
    entry: Uuid,
    goal: Uuid,
}

/// Opens a pool at the URL, so that the bench can ask what the server is set to.
pub async fn pool(url: &str, connections: u32) -> PgPool {
    PgPoolOptions::new().max_connections(connections).connect(url).await.expect("a database")
}

impl Transactions {
    /// Opens a database that the engine migrated, and in which it published its automation.
    pub async fn open(url: &str, connections: u32) -> Self {
        let pool = pool(url, connections).await;
        let id = async |text: &'static str| query_scalar::<_, Uuid>(text).fetch_one(&pool).await.expect("an id");
        let (workspace, automation) = (id("SELECT id FROM workspace").await, id("SELECT id FROM automation").await);
        let entry = id("SELECT id FROM rule WHERE kind = 'entry'").await;
        let goal = id("SELECT id FROM rule WHERE kind = 'goal'").await;
        Self { pool, clock: Clock::system(), workspace, automation, entry, goal }
    }

    /// Each producer sends so many events, one after the other.
    pub async fn round(&self, producers: &mut [Producer], events: usize) -> Took {
        let sends: Vec<_> = producers.iter_mut().map(|producer| producer.batches(events, 1)).collect();
        let watch = Stopwatch::start();
        join_all(sends.into_iter().map(async |events| {
            for event in events.iter().flatten() {
                self.event(event).await;
            }
        }))
        .await;
        watch.stop()
    }

    async fn event(&self, draft: &EventDraft) {
        let mut tx = self.pool.begin().await.expect("a transaction");
        let (now, event) = (self.clock.now().as_micros(), self.clock.fresh_id());
        let contact = query_scalar::<_, Uuid>(CONTACT).bind(self.workspace).bind(self.clock.fresh_id());
        let contact = contact.bind(&draft.contact_external_id).bind(now).fetch_one(&mut *tx).await.expect("a contact");
        let stored = query(EVENT).bind(self.workspace).bind(event).bind(contact).bind(&draft.message_id);
        let stored = stored.bind(FINGERPRINT).bind(&draft.event_type).bind(now);
        let properties = draft.properties.as_ref().map(ToString::to_string);
        stored.bind(properties).execute(&mut *tx).await.expect("an event");
        if draft.event_type == "tag.added" {
            let fact = query(KNOW).bind(self.workspace).bind(contact).bind(TAG).bind(now).bind(event);
            fact.execute(&mut *tx).await.expect("a fact");
        }
        if draft.event_type == "order.purchased" {
            let order = query(PURCHASE).bind(self.workspace).bind(self.clock.fresh_id()).bind(contact);
            let order = order.bind(&draft.contact_external_id).bind(now).bind(event);
            order.bind(order_state(draft, now, event)).execute(&mut *tx).await.expect("an order");
        }
        let stay = query_as::<_, (Uuid, String, i64)>(STAY).bind(self.workspace).bind(contact).bind(self.automation);
        let stay = stay.fetch_optional(&mut *tx).await.expect("a stay or none");
        match stay {
            None if draft.event_type == "tag.added" => self.enter(&mut tx, contact, event, now).await,
            Some((stay, status, entered)) if status == "active" => {
                self.leave(&mut tx, (stay, contact, event), now, now - entered).await;
            }
            _ => {}
        }
        tx.commit().await.expect("a commit");
    }

    async fn enter(&self, tx: &mut Transaction<'_, Postgres>, contact: Uuid, event: Uuid, now: i64) {
        let stay = query(ENTER).bind(self.workspace).bind(self.clock.fresh_id()).bind(self.automation).bind(contact);
        stay.bind(now).bind(self.entry).bind(event).execute(&mut **tx).await.expect("a stay");
        let count = query(ENTERED).bind(self.workspace).bind(self.automation).bind(self.entry).bind(bucket(now));
        count.execute(&mut **tx).await.expect("a counter");
    }

    async fn leave(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        (stay, contact, event): (Uuid, Uuid, Uuid),
        now: i64,
        elapsed: i64,
    ) {
        let (workspace, automation, goal) = (self.workspace, self.automation, self.goal);
        let (exit, conversion) = (self.clock.fresh_id(), self.clock.fresh_id());
        let ended = query(LEAVE).bind(workspace).bind(stay).bind(now).execute(&mut **tx).await.expect("a stay");
        assert_eq!(ended.rows_affected(), 1);
        let count = query(EXITED).bind(workspace).bind(automation).bind(goal).bind(bucket(now));
        count.execute(&mut **tx).await.expect("counters");
        let head = query_scalar::<_, i64>(HEAD).bind(workspace).fetch_one(&mut **tx).await.expect("a head");
        let row = query(EXIT).bind(workspace).bind(exit).bind(head - 1).bind(stay).bind(automation).bind(contact);
        row.bind(goal).bind(event).bind(now).execute(&mut **tx).await.expect("an exit");
        let row = query(CONVERSION).bind(workspace).bind(conversion).bind(head).bind(stay).bind(automation);
        let row = row.bind(contact).bind(goal).bind(event).bind(now).bind(elapsed);
        row.execute(&mut **tx).await.expect("a conversion");
        let row = query(FEED).bind(workspace).bind(head - 1).bind(exit).bind(automation).bind(contact).bind(goal);
        row.bind(head).bind(conversion).execute(&mut **tx).await.expect("a place in the feed");
    }

    /// Ends it, after a look whether so many contacts left.
    pub async fn end(self, producers: &[Producer]) {
        let exits: usize = producers.iter().map(Producer::exits).sum();
        for text in ["SELECT COUNT(*) FROM exit", "SELECT COUNT(*) / 2 FROM feed"] {
            let found = query_scalar::<_, i64>(text).fetch_one(&self.pool).await.expect("a count");
            assert_eq!(usize::try_from(found), Ok(exits), "{text}");
        }
        self.pool.close().await;
    }
}

/// The quarter of an hour that an instant lies in.
const fn bucket(at: i64) -> i64 {
    const QUARTER: i64 = 15 * 60 * 1_000_000;
    at.div_euclid(QUARTER) * QUARTER
}
