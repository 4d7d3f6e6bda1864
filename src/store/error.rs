//! What can go wrong with a database, as far as others must tell it apart.

use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};

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
        match self.cause() {
            Some(SqlxError::Database(fault)) => fault.code().is_some_and(|code| {
                CODES.contains(&code.as_ref()) || (code.len() == 5 && code.starts_with(CONNECTION))
            }),
            Some(SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::WorkerCrashed) => true,
            Some(_) => false,
            None => matches!(self, Self::Database(DbErr::ConnectionAcquire(_))),
        }
    }

    /// Whether the database refuses what it was given, and would again: something of it is wrong, and the rest may do. A
    /// full disk, a database that may not be written or a table that is not there refuses whatever it is given, and is none
    /// of these.
    pub fn is_about_data(&self) -> bool {
        /// SQLite's primary codes, of which the extended ones have more above: TOOBIG, CONSTRAINT, MISMATCH.
        const SQLITE: &[u32] = &[18, 19, 20];
        /// PostgreSQL's classes of data exceptions and of violated constraints, and what is too long for an index or for
        /// its JSON.
        const POSTGRES: &[&str] = &["22", "23", "54000"];
        let Some(SqlxError::Database(fault)) = self.cause() else { return false };
        fault.code().is_some_and(|code| match (code.len(), code.parse::<u32>()) {
            (5, _) => POSTGRES.iter().any(|class| code.starts_with(class)),
            (_, Ok(extended)) => SQLITE.contains(&(extended & 0xff)),
            _ => false,
        })
    }

    /// Whether a row was found and means nothing to this version.
    pub fn is_unreadable(&self) -> bool {
        match self {
            Self::Unreadable { .. } | Self::Database(DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. }) => {
                true
            }
            _ => matches!(self.cause(), Some(SqlxError::ColumnDecode { .. } | SqlxError::Decode(_))),
        }
    }

    /// What the driver said, if it was the driver.
    fn cause(&self) -> Option<&SqlxError> {
        match self {
            Self::Database(
                DbErr::Exec(RuntimeErr::SqlxError(cause))
                | DbErr::Query(RuntimeErr::SqlxError(cause))
                | DbErr::Conn(RuntimeErr::SqlxError(cause)),
            ) => Some(cause),
            _ => None,
        }
    }

    /// Whether somebody else wrote the same key first.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sabotage::fault;
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_code_says_whether_to_try_again_or_to_try_the_rest_or_neither() {
        for (code, is_transient, is_about_data) in [
            ("5", true, false),
            ("517", true, false),
            ("40P01", true, false),
            ("08006", true, false),
            ("18", false, true),
            ("275", false, true),
            ("2067", false, true),
            ("3091", false, true),
            ("20", false, true),
            ("22003", false, true),
            ("23514", false, true),
            ("54000", false, true),
            // Disk full, read-only, no such table, cancelled: nothing else would do better.
            ("1", false, false),
            ("8", false, false),
            ("13", false, false),
            ("53100", false, false),
            ("42P01", false, false),
            ("57014", false, false),
            ("54001", false, false),
        ] {
            let error = fault(code);
            assert_eq!((error.is_transient(), error.is_about_data()), (is_transient, is_about_data), "{code}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_from_what_cannot_be_written() {
        let unreadable = Error::Unreadable { what: "event", why: "no".to_owned() };
        let undecoded = Error::Database(DbErr::Query(RuntimeErr::SqlxError(Arc::new(SqlxError::Decode("no".into())))));
        assert!(unreadable.is_unreadable() && undecoded.is_unreadable() && !fault("23514").is_unreadable());
        assert!(!unreadable.is_about_data() && !undecoded.is_about_data());
    }
}
