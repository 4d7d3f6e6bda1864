//! What can go wrong with a database, as far as others must tell it apart.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// What the store's methods give back.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure of ours, never of the caller.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// A stored value does not mean anything to this version.
    #[error("a stored {what} cannot be read: {why}")]
    Unreadable {
        /// What was read.
        what: &'static str,
        /// Why it makes no sense.
        why: String,
    },
    /// A value of ours cannot be written as JSON.
    #[error("{0} cannot be written as JSON")]
    Unwritable(&'static str),
    /// A row that this very transaction wrote or locked is not there.
    #[error("{0} is gone that this transaction wrote or locked")]
    Lost(&'static str),
    /// The database cannot be used at all; the sentence says why and the way out.
    #[error("{0}")]
    Setup(String),
}

impl Error {
    /// Whether the same transaction again may well succeed: busy, a deadlock, a serialization failure, a lost
    /// connection.
    pub fn is_transient(&self) -> bool {
        /// SQLite: BUSY and LOCKED, plain and extended; PostgreSQL: serialization, deadlock, unknown completion, lock
        /// timeout, read-only after a failover, too many connections, shutdown.
        const CODES: &[&str] = &[
            "5", "6", "261", "262", "517", "773", "40001", "40003", "40P01", "55P03", "25006", "53300", "57P01",
            "57P02", "57P03",
        ];
        /// PostgreSQL's class of connection exceptions.
        const CONNECTION: &str = "08";
        let Self::Database(error) = self else { return false };
        let (DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
        else {
            return matches!(error, DbErr::ConnectionAcquire(_));
        };
        match cause.as_ref() {
            sea_orm::SqlxError::Database(fault) => fault.code().is_some_and(|code| {
                CODES.contains(&code.as_ref()) || (code.len() == 5 && code.starts_with(CONNECTION))
            }),
            sea_orm::SqlxError::Io(_) | sea_orm::SqlxError::PoolTimedOut | sea_orm::SqlxError::WorkerCrashed => true,
            _ => false,
        }
    }

    /// Whether the database refuses what it was given, and would again.
    pub fn is_about_data(&self) -> bool {
        matches!(self, Self::Database(_)) && !self.is_transient()
    }

    /// Whether somebody else wrote the same key first.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }
}
