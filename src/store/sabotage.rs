//! Failures on purpose: what a simulation hangs into a store, so that a step of a transaction goes wrong as databases and
//! networks do. A server has none.

use super::{Error, Result};
use sea_orm::sqlx::error::{DatabaseError, ErrorKind};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

/// Decides which steps go wrong.
pub trait Saboteur: Send + Sync {
    /// What happens to this step; none to let it be.
    fn strike(&self, step: Step<'_>) -> Option<Strike>;
}

/// A step of a transaction, about to be made.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// It begins.
    Begin,
    /// A statement runs.
    Statement {
        /// Its text.
        text: &'a str,
        /// Its array parameters, as JSON.
        rows: &'a str,
    },
    /// It commits.
    Commit,
}

/// How a step goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strike {
    /// The connection breaks before it: it was not made.
    Lost,
    /// It is made, and the connection breaks before the answer.
    AnswerLost,
    /// The database refuses what it was given, and will again.
    Refused,
    /// The database has no room left, whatever it is given.
    Full,
}

/// The saboteur of a store, if it has one.
#[derive(Clone, Default)]
#[doc(hidden)]
pub struct Sabotage(pub(super) Option<Arc<dyn Saboteur>>);

/// That of who has none.
pub(super) static NONE: Sabotage = Sabotage(None);

impl fmt::Debug for Sabotage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Sabotage" } else { "None" })
    }
}

impl Sabotage {
    pub(super) const fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// Makes a step, unless it is struck.
    pub(super) async fn around<T>(&self, step: Step<'_>, action: impl Future<Output = Result<T>>) -> Result<T> {
        let lost = || Error::Database(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        match self.0.as_ref().and_then(|saboteur| saboteur.strike(step)) {
            None => action.await,
            Some(Strike::Lost) => Err(lost()),
            Some(Strike::AnswerLost) => action.await.and_then(|_| Err(lost())),
            Some(Strike::Refused) => Err(fault(REFUSED)),
            Some(Strike::Full) => Err(fault(FULL)),
        }
    }
}

/// PostgreSQL's code of a value that a check does not let pass.
const REFUSED: &str = "23514";
/// PostgreSQL's code of a full disk.
const FULL: &str = "53100";

/// The error that a database answers with this code.
pub(super) fn fault(code: &'static str) -> Error {
    Error::Database(DbErr::Exec(RuntimeErr::SqlxError(Arc::new(Fault(code).into()))))
}

/// What a database says of a step that it did not make.
#[derive(Debug, thiserror::Error)]
#[error("struck with {0}")]
struct Fault(&'static str);

impl DatabaseError for Fault {
    fn message(&self) -> &str {
        self.0
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
