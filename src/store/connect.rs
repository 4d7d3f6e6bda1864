//! Opening a database: a pool that writes (on SQLite of one connection) and a pool that reads; durable, and migrated.

use super::dialect::Dialect;
use super::sabotage::Sabotage;
use super::{Error, Observer, Result, Store, planner};
use crate::secret::without_password;
use offramp_domain::check::Setting;
use offramp_migration::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::sqlx::{Connection, SqliteConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, FromQueryResult, RuntimeErr,
    SqlxError, Statement,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Connections that read from SQLite; each is a file handle and a thread.
const SQLITE_READERS_MAX: u32 = 4;
/// Connections that write to PostgreSQL from one node: as many lanes as there may be, and whoever edits.
const POSTGRES_WRITERS_MAX: u32 = 10;
/// Connections that read from PostgreSQL from one node.
const POSTGRES_READERS_MAX: u32 = 8;
/// How long a statement waits for a connection before it gives up.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the first connection may take.
const FIRST_CONTACT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long SQLite waits for another process's write lock.
const SQLITE_BUSY_TIMEOUT_MS: &str = "5000";
/// How often a migration is begun: as often as there are steps that another process may have taken first.
const MIGRATION_ATTEMPTS_MAX: u32 = 20;
/// The key of the lock under which nodes that start together migrate one after the other.
const MIGRATION_LOCK: i64 = 0x6f_6666_7261_6d70;

pub(super) async fn open(url: &str) -> Result<Store> {
    let statements = Arc::new(AtomicU64::new(0));
    let (writer, reader) = match backend(url)? {
        DbBackend::Sqlite => {
            // The writer first: it creates the file, sets the journal's mode and migrates before anybody reads.
            let writer = connect(url, sqlite(url, 1, "rwc", "OFF")).await?;
            up(url, &writer).await?;
            planner::teach(&writer, Dialect::new(DbBackend::Sqlite)).await?;
            (writer, connect(url, sqlite(url, SQLITE_READERS_MAX, "rw", "ON")).await?)
        }
        _ => {
            migrate(url).await?;
            let writer = connect(url, options(url, POSTGRES_WRITERS_MAX)).await?;
            (writer, connect(url, options(url, POSTGRES_READERS_MAX)).await?)
        }
    };
    let dialect = Dialect::new(writer.get_database_backend());
    assert_durable(&writer, dialect).await?;
    let store = Store {
        writer: counted(writer, &statements),
        reader: counted(reader, &statements),
        dialect,
        statements,
        sabotage: Sabotage::default(),
    };
    Ok(store)
}

/// Brings the schema at the URL up to date, and does nothing else.
///
/// # Errors
/// [`Error::Setup`], as for [`Store::open`].
pub async fn migrate(url: &str) -> Result<()> {
    if backend(url)? == DbBackend::Sqlite {
        let pool = connect(url, sqlite(url, 1, "rwc", "OFF")).await?;
        up(url, &pool).await?;
        return Ok(pool.close().await?);
    }
    // A pool of one, so that the lock and the migration are on the same connection.
    let pool = connect(url, first_contact(url)).await?;
    pool.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
    up(url, &pool).await?;
    Ok(pool.close().await?)
}

/// Opens a database to look at it: what is not there is not made, what is old is not brought up to date, and nothing is
/// written.
pub(super) async fn observe(url: &str) -> Result<Observer> {
    let pool = match backend(url)? {
        DbBackend::Sqlite => connect(url, sqlite_as_it_is(url)).await?,
        _ => connect(url, first_contact(url)).await?,
    };
    assert_migrated(url, &pool).await?;
    let dialect = Dialect::new(pool.get_database_backend());
    Ok(Observer { pool, dialect })
}

fn backend(url: &str) -> Result<DbBackend> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") if in_memory(url) => Err(Error::Setup(
            "SQLite in memory would lose what it acknowledged; name a file, such as sqlite://offramp.db.".into(),
        )),
        Some("sqlite") => Ok(DbBackend::Sqlite),
        Some("postgres" | "postgresql") => Ok(DbBackend::Postgres),
        _ => Err(Error::Setup(
            "The database URL must begin with sqlite:// or postgres://, such as sqlite://offramp.db or \
             postgres://user@localhost/offramp."
                .into(),
        )),
    }
}

/// The path in a URL of SQLite's.
fn sqlite_file(url: &str) -> &str {
    let file = url.split_once('?').map_or(url, |(file, _)| file);
    file.strip_prefix("sqlite://").or(file.strip_prefix("sqlite:")).unwrap_or(file)
}

fn in_memory(url: &str) -> bool {
    let file = sqlite_file(url);
    file.is_empty() || file == ":memory:" || url.contains("mode=memory")
}

fn options(url: &str, connections_max: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections_max).min_connections(1).acquire_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
    options
}

/// A pool of one that gives up soon: what cannot be reached at the start is told to a person who waits.
fn first_contact(url: &str) -> ConnectOptions {
    let mut options = options(url, 1);
    options.acquire_timeout(FIRST_CONTACT_TIMEOUT);
    options
}

fn sqlite(url: &str, connections_max: u32, mode: &str, query_only: &'static str) -> ConnectOptions {
    let mut options = options(&format!("sqlite://{}?mode={mode}", sqlite_file(url)), connections_max);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("foreign_keys", "ON")
            .pragma("busy_timeout", SQLITE_BUSY_TIMEOUT_MS)
            .pragma("query_only", query_only)
    });
    options.map_sqlx_sqlite_before_acquire(|connection, _| Box::pin(async move { Ok(is_at_rest(connection)) }));
    options
}

/// Whether a connection that was given back is in no transaction, so that the next one begins at the beginning.
///
/// When the disk is full or fails, SQLite takes the transaction back by itself; the rollback that follows finds none and
/// fails, and the driver goes on counting it. What began on such a connection would be a savepoint within a transaction
/// that nobody ends: acknowledged and never stored. The pool closes it and opens another.
fn is_at_rest(connection: &SqliteConnection) -> bool {
    let is_at_rest = !connection.is_in_transaction();
    if !is_at_rest {
        tracing::warn!("the database took a transaction back by itself; its connection is opened anew");
    }
    is_at_rest
}

/// One connection that reads, and leaves the journal's mode as it finds it.
fn sqlite_as_it_is(url: &str) -> ConnectOptions {
    let mut options = options(&format!("sqlite://{}?mode=rw", sqlite_file(url)), 1);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite.pragma("synchronous", "FULL").pragma("busy_timeout", SQLITE_BUSY_TIMEOUT_MS).pragma("query_only", "ON")
    });
    options
}

async fn connect(url: &str, options: ConnectOptions) -> Result<DatabaseConnection> {
    Database::connect(options).await.map_err(|error| {
        let shown = without_password(url);
        let why = match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause)) if matches!(cause.as_ref(), SqlxError::PoolTimedOut) => {
                "nothing answers there".to_owned()
            }
            DbErr::ConnectionAcquire(_) => "nothing answers there".to_owned(),
            error => error.to_string(),
        };
        Error::Setup(format!(
            "The database {shown} cannot be opened ({why}). Check that it exists, runs and may be written, or name \
             another with --database-url."
        ))
    })
}

async fn up(url: &str, pool: &DatabaseConnection) -> Result<()> {
    let mut attempt = 1;
    loop {
        let error = match Migrator::up(pool, None).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if matches!(&error, DbErr::Custom(why) if why.contains("has been applied but its file is missing")) {
            return Err(newer(url));
        }
        // On SQLite another process may have taken the same step; what it did is seen the next time. On PostgreSQL a lock
        // keeps the others out.
        if attempt == MIGRATION_ATTEMPTS_MAX || pool.get_database_backend() != DbBackend::Sqlite {
            return Err(Error::Setup(format!(
                "The schema of {} could not be brought up to date ({error}). Nothing was changed by the step that failed.",
                without_password(url)
            )));
        }
        attempt += 1;
    }
}

fn newer(url: &str) -> Error {
    Error::Setup(format!(
        "The database {} was migrated by a newer Offramp. Run that version or a later one, or name another \
         database with --database-url.",
        without_password(url)
    ))
}

#[derive(FromQueryResult)]
struct Step {
    version: String,
}

/// Refuses a database whose schema is not the one that this version reads.
async fn assert_migrated(url: &str, pool: &DatabaseConnection) -> Result<()> {
    let mut applied = BTreeSet::new();
    if SchemaManager::new(pool).has_table("seaql_migrations").await? {
        let steps = Statement::from_string(pool.get_database_backend(), "SELECT version FROM seaql_migrations");
        applied.extend(Step::find_by_statement(steps).all(pool).await?.into_iter().map(|step| step.version));
    }
    let known: BTreeSet<_> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    if applied.difference(&known).next().is_some() {
        return Err(newer(url));
    }
    let missing = known.difference(&applied).count();
    if missing == 0 {
        return Ok(());
    }
    Err(Error::Setup(format!(
        "The database {} lacks {missing} of {} steps of its schema. Bring it up to date with `offramp migrate`, or name \
         another with --database-url.",
        without_password(url),
        known.len()
    )))
}

/// What the database answers to the questions on which durability stands, with the right answers (R60).
pub(super) async fn durability(pool: &impl ConnectionTrait, dialect: Dialect) -> Result<Vec<Setting>> {
    let questions: &[(&str, &[&str])] = match dialect.backend() {
        DbBackend::Sqlite => &[("PRAGMA journal_mode", &["wal"]), ("PRAGMA synchronous", &["2", "3"])],
        _ => &[("SHOW synchronous_commit", &["on", "remote_apply"])],
    };
    let mut settings = Vec::new();
    for (question, right) in questions {
        let answer = pool.query_one_raw(Statement::from_string(dialect.backend(), *question)).await?;
        let answer = answer.map(|row| {
            row.try_get_by_index::<String>(0)
                .or_else(|_| row.try_get_by_index::<i32>(0).map(|number| number.to_string()))
        });
        let answer = answer.transpose()?.unwrap_or_default();
        settings.push(Setting { question, answer, right });
    }
    Ok(settings)
}

/// Refuses a database that could lose what was acknowledged (R60).
async fn assert_durable(pool: &DatabaseConnection, dialect: Dialect) -> Result<()> {
    for Setting { question, answer, right } in durability(pool, dialect).await? {
        if !right.contains(&answer.as_str()) {
            return Err(Error::Setup(format!(
                "The database answers `{answer}` to {question}; Offramp acknowledges only what is durable and needs \
                 {}.",
                right.join(" or ")
            )));
        }
    }
    Ok(())
}

fn counted(mut pool: DatabaseConnection, statements: &Arc<AtomicU64>) -> DatabaseConnection {
    let statements = Arc::clone(statements);
    pool.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::Relaxed);
    });
    pool
}
