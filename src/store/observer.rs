//! A database that is only looked at, in snapshots.

use super::dialect::Dialect;
use super::sabotage::Sabotage;
use super::{Result, Tx, connect};
use offramp_domain::check::Setting;
use sea_orm::{DatabaseConnection, TransactionOptions, TransactionTrait};

/// A database that is neither made, migrated nor changed, one connection to it.
pub struct Observer {
    pub(super) pool: DatabaseConnection,
    pub(super) dialect: Dialect,
}

impl Observer {
    /// Opens the database at the URL.
    ///
    /// # Errors
    /// [`super::Error::Setup`] with the way out, if it cannot be opened, or its schema is older or newer than this
    /// version's.
    pub async fn open(url: &str) -> Result<Self> {
        connect::observe(url).await
    }

    /// Begins a transaction that sees the database as it is at its first statement, whoever writes meanwhile. It keeps
    /// SQLite from shortening its log, and PostgreSQL from tidying up, as long as it lasts. One at a time.
    ///
    /// # Errors
    /// A failure of the database.
    pub async fn snapshot(&self) -> Result<Tx> {
        let (isolation_level, access_mode) = self.dialect.snapshot();
        let options = TransactionOptions { isolation_level, access_mode, ..TransactionOptions::default() };
        Ok(Tx {
            inner: self.pool.begin_with_options(options).await?,
            dialect: self.dialect,
            sabotage: Sabotage::default(),
            gathered: None,
        })
    }

    /// What the database answers to the questions on which durability stands (R60).
    ///
    /// # Errors
    /// A failure of the database.
    pub async fn durability(&self) -> Result<Vec<Setting>> {
        connect::durability(&self.pool, self.dialect).await
    }

    /// Closes the connection.
    pub async fn close(self) {
        if let Err(error) = self.pool.close().await {
            tracing::warn!(%error, "a database pool did not close");
        }
    }
}
