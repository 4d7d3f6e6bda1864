//! All SQL, noun first: one file a table, methods named for what they do to it.
//!
//! Above this room nothing names SeaORM; what differs between SQLite and PostgreSQL stands in `dialect` and `connect`
//! alone. Nothing here decides: rows come in, rows go out, and every statement is bound to one workspace save the one
//! that finds a workspace by its name and those of `sweep`. Writes are set-based: constant text and array
//! parameters, whatever the number of rows.

pub mod automation;
pub mod category;
pub mod check;
pub mod choice;
pub mod command;
mod connect;
pub mod contact;
pub mod conversion;
mod convert;
pub mod counter;
pub mod customer_order;
mod dialect;
pub mod enrollment;
mod error;
pub mod event;
pub mod exit;
pub mod fact;
pub mod feed;
pub mod mention;
pub mod named;
mod observer;
pub mod page;
pub mod payment;
mod planner;
pub mod probe;
pub mod product;
pub mod progress;
pub mod reversal;
pub mod rule;
pub mod sabotage;
pub mod skip;
mod statement;
pub mod sweep;
pub mod timer;
pub mod version;
pub mod workspace;

pub use connect::migrate;
pub use error::{Error, Result};
pub use observer::Observer;

use dialect::Dialect;
use sabotage::{Sabotage, Saboteur, Step};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionOptions, TransactionTrait};
use statement::Gathered;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A database: one pool that writes and another that reads, so that neither waits for the other's connections.
#[derive(Clone)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    dialect: Dialect,
    statements: Arc<AtomicU64>,
    sabotage: Sabotage,
}

impl Store {
    /// Opens the database at the URL, creating the file if it is SQLite's, and brings its schema up to date.
    ///
    /// # Errors
    /// [`Error::Setup`] with the way out, if it cannot be opened, is not durable, or belongs to a newer Offramp.
    pub async fn open(url: &str) -> Result<Self> {
        connect::open(url).await
    }

    /// Begins a transaction that writes. On SQLite there is one at a time, and it holds the write lock from the start.
    ///
    /// # Errors
    /// A failure of the database; a busy one is transient.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            isolation_level: self.dialect.isolation(),
            sqlite_transaction_mode: self.dialect.write_mode(),
            ..TransactionOptions::default()
        };
        let begin = async { Ok(self.writer.begin_with_options(options).await?) };
        let inner = self.sabotage.around(Step::Begin, begin).await?;
        Ok(Tx { inner, dialect: self.dialect, sabotage: self.sabotage.clone(), gathered: None })
    }

    /// The same store, whose transactions go wrong as the saboteur says.
    #[must_use]
    pub fn sabotaged(mut self, saboteur: Arc<dyn Saboteur>) -> Self {
        self.sabotage = Sabotage(Some(saboteur));
        self
    }

    /// How many transactions may well write side by side.
    pub const fn lanes(&self) -> usize {
        self.dialect.lanes()
    }

    /// How many statements were run so far for those who asked for something, for asserting that an operation's number of them is constant.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The same store for what goes on in the background: its statements are not counted.
    #[must_use]
    pub fn in_background(&self) -> Self {
        let mut store = self.clone();
        store.reader.set_metric_callback(|_| {});
        store.writer.set_metric_callback(|_| {});
        store
    }

    /// Closes every connection; on SQLite this folds the write-ahead log into the file.
    pub async fn close(&self) {
        for pool in [&self.reader, &self.writer] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!(%error, "a database pool did not close");
            }
        }
    }
}

/// A transaction. Dropped without [`Tx::commit`] it leaves nothing behind.
pub struct Tx {
    inner: DatabaseTransaction,
    dialect: Dialect,
    sabotage: Sabotage,
    /// Writes that wait to go together, if they do.
    gathered: Option<Mutex<Gathered>>,
}

impl Tx {
    /// From now on writes that nobody asks about go together where that is faster, at the latest before the next that
    /// somebody does. Only for what is written and read by the statements of this room.
    #[must_use]
    pub fn gathering(self) -> Self {
        let gathered = self.dialect.gathers().then(Mutex::default);
        Self { gathered, ..self }
    }

    /// Makes all of it durable.
    ///
    /// # Errors
    /// A failure of the database; whether it committed is then unknown, and the same transaction again will tell.
    pub async fn commit(self) -> Result<()> {
        statement::settle(&self).await?;
        let commit = async { Ok(self.inner.commit().await?) };
        self.sabotage.around(Step::Commit, commit).await
    }

    /// Leaves nothing behind, and gives the connection back at once.
    ///
    /// # Errors
    /// A failure of the database.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

/// Something that statements run on: the store, which reads what is committed, or a transaction.
pub trait Session: Sync {
    /// What SeaORM calls a connection.
    type Connection: ConnectionTrait;

    /// The connection.
    #[doc(hidden)]
    fn connection(&self) -> &Self::Connection;

    /// What this database speaks.
    #[doc(hidden)]
    fn dialect(&self) -> Dialect;

    /// What goes wrong on purpose.
    #[doc(hidden)]
    fn sabotage(&self) -> &Sabotage;

    /// Runs the writes that wait to go together.
    #[doc(hidden)]
    fn settle(&self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

impl Session for Store {
    type Connection = DatabaseConnection;

    fn connection(&self) -> &DatabaseConnection {
        &self.reader
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn sabotage(&self) -> &Sabotage {
        // Only transactions go wrong on purpose; a read outside of them has nothing to leave half done.
        &sabotage::NONE
    }
}

impl Session for Tx {
    type Connection = DatabaseTransaction;

    fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn sabotage(&self) -> &Sabotage {
        &self.sabotage
    }

    async fn settle(&self) -> Result<()> {
        statement::settle(self).await
    }
}
