//! The schema: up, down and up again on both databases, and every key begins with the workspace.

use crate::harness::world::{postgres_url, sqlite_url};
use offramp::store::Store;
use offramp_entity::{contact, customer_order, event, progress, workspace};
use offramp_migration::{Migrator, MigratorTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait,
    FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, Set, Statement,
};
use std::collections::BTreeMap;
use uuid::Uuid;

async fn up_down_up(url: &str) {
    let pool = Database::connect(url.replace(".db", ".db?mode=rwc")).await.expect("a database");
    let empty = tables(&pool).await;
    Migrator::up(&pool, None).await.expect("up");
    let full = tables(&pool).await;
    assert!(full.len() > 12, "{full:?}");
    let steps = u32::try_from(Migrator::migrations().len()).expect("a few migrations");
    for step in 1..=steps {
        Migrator::down(&pool, Some(1)).await.unwrap_or_else(|error| panic!("down, step {step}: {error}"));
    }
    let left: Vec<_> = tables(&pool).await.into_iter().filter(|name| !empty.contains(name)).collect();
    assert_eq!(left, ["seaql_migrations"], "what goes up comes down");
    Migrator::up(&pool, None).await.expect("up again");
    assert_eq!(tables(&pool).await, full);
    keys_begin_with_the_workspace(&pool).await;
    pool.close().await.expect("closed");
    Store::open(url).await.expect("a store over it").close().await;
}

#[tokio::test]
async fn up_down_up_on_sqlite() {
    let (url, _folder) = sqlite_url();
    up_down_up(&url).await;
}

#[tokio::test]
async fn up_down_up_on_postgres() {
    if let Some(url) = tokio::task::spawn_blocking(postgres_url).await.expect("a database") {
        up_down_up(&url).await;
    }
}

/// What was met before there were counts is met, by one event; going back forgets what is not met.
async fn progress_is_met_or_forgotten(url: &str) {
    let pool = Database::connect(url.replace(".db", ".db?mode=rwc")).await.expect("a database");
    Migrator::up(&pool, None).await.expect("up");
    let id = Uuid::from_u128;
    let (name, time_zone) = (Set("one".to_owned()), Set("UTC".to_owned()));
    let (currency, edition) = (Set("USD".to_owned()), Set("MAX".to_owned()));
    let (revision, created_at) = (Set(1), Set(0));
    let row = workspace::ActiveModel { id: Set(id(1)), name, time_zone, currency, edition, revision, created_at };
    row.insert(&pool).await.expect("a workspace");
    let (workspace_id, external_id) = (Set(id(1)), Set("ann".to_owned()));
    let (created_at, attributes) = (Set(0), Set(serde_json::json!({})));
    let row = contact::ActiveModel {
        workspace_id,
        id: Set(id(2)),
        external_id,
        created_at,
        attributes,
        ..Default::default()
    };
    row.insert(&pool).await.expect("a contact");
    let row = |condition: u128, is_met: bool| progress::Model {
        workspace_id: id(1),
        contact_id: id(2),
        owner_id: id(3),
        owner_kind: "enrollment".to_owned(),
        condition_id: id(condition),
        met_at: 7,
        event_id: id(4),
        is_met,
        tally: 5,
        sum_minor: Some(600),
        sum_currency: Some("USD".to_owned()),
        sum_number: None,
    };
    for one in [row(10, true), row(11, false)] {
        one.into_active_model().insert(&pool).await.expect("progress");
    }
    let migrations = Migrator::migrations();
    let place = migrations.iter().position(|one| one.name().ends_with("_tallies")).expect("the migration");
    let steps = u32::try_from(migrations.len() - place).expect("a few migrations");
    Migrator::down(&pool, Some(steps)).await.expect("down");
    Migrator::up(&pool, None).await.expect("up again");
    let rows = progress::Entity::find().all(&pool).await.expect("progress");
    let expected = progress::Model { tally: 1, sum_minor: None, sum_currency: None, ..row(10, true) };
    assert_eq!(rows, [expected]);
    pool.close().await.expect("closed");
}

#[tokio::test]
async fn progress_is_met_or_forgotten_on_sqlite() {
    let (url, _folder) = sqlite_url();
    progress_is_met_or_forgotten(&url).await;
}

#[tokio::test]
async fn progress_is_met_or_forgotten_on_postgres() {
    if let Some(url) = tokio::task::spawn_blocking(postgres_url).await.expect("a database") {
        progress_is_met_or_forgotten(&url).await;
    }
}

/// What was bought before there were orders is an order that has its purchase; the second under its id counts no more.
async fn purchases_become_orders(url: &str) {
    let pool = Database::connect(url.replace(".db", ".db?mode=rwc")).await.expect("a database");
    let migrations = Migrator::migrations();
    let place = migrations.iter().position(|one| one.name().ends_with("_orders")).expect("the migration");
    Migrator::up(&pool, Some(u32::try_from(place).expect("a few migrations"))).await.expect("up to it");
    let (one, two) = (uuid_literal(&pool, 1), uuid_literal(&pool, 2));
    for text in [
        format!(
            "INSERT INTO workspace (id, name, time_zone, currency, edition, revision, created_at) VALUES ({one}, 'w', 'UTC', 'USD', 'MAX', 1, 0)"
        ),
        format!(
            "INSERT INTO contact (workspace_id, id, external_id, created_at, attributes) VALUES ({one}, {two}, 'ann', 0, '{{}}')"
        ),
    ] {
        pool.execute_unprepared(&text).await.expect("a row");
    }
    for (number, order) in [(3, "a"), (4, "b"), (5, "a")] {
        let (id, amount) = (uuid_literal(&pool, number), r#"{"amount": "5.00", "currencyCode": "USD"}"#);
        let text = format!(
            "INSERT INTO event (workspace_id, id, contact_id, fingerprint, event_type, at, occurred_at, received_at, properties_schema, properties) \
             VALUES ({one}, {id}, {two}, '', 'order.purchased', {number}, {number}, {number}, 1, '{{\"orderId\": \"{order}\", \"amount\": {amount}}}')"
        );
        pool.execute_unprepared(&text).await.expect("an event");
    }
    Migrator::up(&pool, None).await.expect("up");
    let orders =
        customer_order::Entity::find().order_by_asc(customer_order::Column::Id).all(&pool).await.expect("orders");
    let found = orders.iter().map(|row| {
        let order = offramp::store::customer_order::order(row).expect("a readable order");
        let purchase = order.purchase.expect("a purchase");
        (row.external_id.clone(), purchase.event.0.as_u128(), purchase.total.map(|total| total.minor))
    });
    assert_eq!(found.collect::<Vec<_>>(), [("a".to_owned(), 3, Some(500)), ("b".to_owned(), 4, Some(500))]);
    let counting = event::Entity::find().filter(event::Column::Counts.eq(true)).count(&pool).await.expect("events");
    assert_eq!(counting, 2);
    pool.close().await.expect("closed");
    let report = offramp::check::run(url, None).await.expect("a report");
    let (_, found) = report.verdict.findings().find(|(one, _)| one.name() == "orders_purchase_once").expect("it");
    assert_eq!((found.examined, found.violations), (2, 0), "{report}");
}

/// A UUID as the database writes it in SQL.
fn uuid_literal(pool: &DatabaseConnection, number: u128) -> String {
    let id = Uuid::from_u128(number);
    if pool.get_database_backend() == DbBackend::Sqlite { format!("X'{}'", id.simple()) } else { format!("'{id}'") }
}

#[tokio::test]
async fn purchases_become_orders_on_sqlite() {
    let (url, _folder) = sqlite_url();
    purchases_become_orders(&url).await;
}

#[tokio::test]
async fn purchases_become_orders_on_postgres() {
    if let Some(url) = tokio::task::spawn_blocking(postgres_url).await.expect("a database") {
        purchases_become_orders(&url).await;
    }
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

async fn tables(pool: &DatabaseConnection) -> Vec<String> {
    let text = match pool.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        _ => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    };
    let rows = Name::find_by_statement(Statement::from_string(pool.get_database_backend(), text)).all(pool).await;
    rows.expect("tables").into_iter().map(|row| row.name).collect()
}

#[derive(Debug, FromQueryResult)]
struct KeyColumn {
    owner: String,
    key: String,
    col: String,
}

/// Primary keys, unique indexes and foreign keys, column by column in order.
async fn key_columns(pool: &DatabaseConnection) -> Vec<KeyColumn> {
    let texts: &[&str] = match pool.get_database_backend() {
        DbBackend::Sqlite => &[
            "SELECT t.name AS owner, l.name AS \"key\", c.name AS col FROM sqlite_schema t JOIN pragma_index_list(t.name) l \
             JOIN pragma_index_info(l.name) c WHERE t.type = 'table' ORDER BY t.name, l.name, c.seqno",
            "SELECT t.name AS owner, 'foreign ' || f.id AS \"key\", f.\"from\" AS col FROM sqlite_schema t \
             JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' ORDER BY t.name, f.id, f.seq",
        ],
        _ => &[
            "SELECT t.relname::text AS owner, i.relname::text AS \"key\", a.attname::text AS col FROM pg_index x \
             JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
             JOIN LATERAL unnest(x.indkey) WITH ORDINALITY k(num, place) ON TRUE \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num \
             WHERE t.relnamespace = 'public'::regnamespace ORDER BY 1, 2, k.place",
            "SELECT t.relname::text AS owner, c.conname::text AS \"key\", a.attname::text AS col FROM pg_constraint c \
             JOIN pg_class t ON t.oid = c.conrelid JOIN LATERAL unnest(c.conkey) WITH ORDINALITY k(num, place) ON TRUE \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num WHERE c.contype = 'f' ORDER BY 1, 2, k.place",
        ],
    };
    let mut columns = Vec::new();
    for text in texts {
        let statement = Statement::from_string(pool.get_database_backend(), *text);
        columns.extend(KeyColumn::find_by_statement(statement).all(pool).await.expect("keys"));
    }
    columns
}

/// So that the tables can be distributed by workspace.
async fn keys_begin_with_the_workspace(pool: &DatabaseConnection) {
    let mut first: BTreeMap<(String, String), String> = BTreeMap::new();
    for column in key_columns(pool).await {
        first.entry((column.owner, column.key)).or_insert(column.col);
    }
    first.retain(|(table, _), _| table != "workspace" && table != "seaql_migrations");
    assert!(first.len() > 30, "keys were found: {}", first.len());
    let wrong: Vec<_> = first.iter().filter(|(_, column)| *column != "workspace_id").collect();
    assert!(wrong.is_empty(), "keys that do not begin with the workspace: {wrong:?}");
}

async fn newer_is_refused(url: &str) {
    Store::open(url).await.expect("a store").close().await;
    let pool = Database::connect(url).await.expect("a database");
    pool.execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_future', 0)")
        .await
        .expect("a migration of the future");
    pool.close().await.expect("closed");
    let error = Store::open(url).await.err().expect("a refusal").to_string();
    assert!(error.contains("newer Offramp") && error.contains("--database-url"), "{error}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_on_sqlite() {
    let (url, _folder) = sqlite_url();
    newer_is_refused(&url).await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_on_postgres() {
    if let Some(url) = tokio::task::spawn_blocking(postgres_url).await.expect("a database") {
        newer_is_refused(&url).await;
    }
}

/// Nodes that start together over an empty database migrate it once.
#[tokio::test]
async fn nodes_that_start_together_migrate_once() {
    let (sqlite, _folder) = sqlite_url();
    let postgres = tokio::task::spawn_blocking(postgres_url).await.expect("a database");
    for url in std::iter::once(sqlite).chain(postgres) {
        let opened = futures_util::future::join_all((0..4).map(|_| Store::open(&url))).await;
        for store in opened {
            store.expect("a store").close().await;
        }
    }
}
