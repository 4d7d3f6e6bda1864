//! What differs between SQLite and PostgreSQL in the text of a statement.

use sea_orm::{AccessMode, DbBackend, IsolationLevel, SqliteTransactionMode};

/// What a database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect(DbBackend);

/// What a column of an array parameter is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A UUID.
    Id,
    /// A text, or nothing.
    Text,
    /// A 64-bit integer, or nothing.
    Int,
    /// A 32-bit integer.
    Small,
    /// Yes or no.
    Flag,
    /// A JSON value.
    Json,
}

impl Dialect {
    pub(super) const fn new(backend: DbBackend) -> Self {
        Self(backend)
    }

    pub(super) const fn backend(self) -> DbBackend {
        self.0
    }

    const fn is_sqlite(self) -> bool {
        matches!(self.0, DbBackend::Sqlite)
    }

    /// How a writing transaction begins. SQLite's would otherwise take the write lock at the first write, and fail if
    /// somebody else wrote since its first read.
    pub(super) fn write_mode(self) -> Option<SqliteTransactionMode> {
        self.is_sqlite().then_some(SqliteTransactionMode::Immediate)
    }

    /// How many transactions may well write side by side: SQLite has one writer.
    pub(super) const fn lanes(self) -> usize {
        if self.is_sqlite() { 1 } else { 2 }
    }

    /// Whether several statements may go to the database as one: PostgreSQL takes one at a time with its values.
    pub(super) const fn gathers(self) -> bool {
        self.is_sqlite()
    }

    /// On PostgreSQL each statement must see what was committed before it, also after it waited for a lock, whatever
    /// the database's default is.
    pub(super) fn isolation(self) -> Option<IsolationLevel> {
        (!self.is_sqlite()).then_some(IsolationLevel::ReadCommitted)
    }

    /// What makes all reads of a transaction see the same instant. On SQLite they do anyway.
    pub(super) fn snapshot(self) -> (Option<IsolationLevel>, Option<AccessMode>) {
        if self.is_sqlite() {
            return (None, None);
        }
        (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly))
    }

    /// Keeps the rows read from changing until the commit. SQLite's one writer is that lock.
    pub(super) const fn lock_shared(self) -> &'static str {
        if self.is_sqlite() { "" } else { " FOR SHARE" }
    }

    /// Keeps others from taking the same lock. Not `FOR UPDATE`, which deadlocks with the foreign keys of rows that
    /// refer to the locked ones.
    pub(super) const fn lock_rows(self) -> &'static str {
        if self.is_sqlite() { "" } else { " FOR NO KEY UPDATE" }
    }

    /// A table of rows named `r`, out of one parameter that is a JSON array of arrays.
    pub(super) fn rows(self, parameter: usize, columns: &[(&str, Kind)]) -> String {
        let select: Vec<_> = columns
            .iter()
            .enumerate()
            .map(|(place, (name, kind))| format!("{} AS \"{name}\"", self.column(place, *kind)))
            .collect();
        let select = select.join(", ");
        if self.is_sqlite() {
            format!("(SELECT {select} FROM jsonb_each(${parameter})) AS r")
        } else {
            format!("(SELECT {select} FROM jsonb_array_elements(${parameter}::jsonb) AS value) AS r")
        }
    }

    fn column(self, place: usize, kind: Kind) -> String {
        match (self.is_sqlite(), kind) {
            (true, Kind::Id) => format!("unhex(value ->> {place})"),
            (true, Kind::Json) => format!("value -> {place}"),
            (true, _) => format!("value ->> {place}"),
            (false, Kind::Id) => format!("(value ->> {place})::uuid"),
            (false, Kind::Text) => format!("value ->> {place}"),
            (false, Kind::Int) => format!("(value ->> {place})::bigint"),
            (false, Kind::Small) => format!("(value ->> {place})::int"),
            (false, Kind::Flag) => format!("(value ->> {place})::boolean"),
            (false, Kind::Json) => format!("value -> {place}"),
        }
    }
}
