//! Running a statement: its text with `{rows}` for the array parameter, and its values.

use super::dialect::{Dialect, Kind};
use super::sabotage::Step;
use super::{Error, Result, Session, Tx};
use offramp_domain::ids::WorkspaceId;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement, Value};
use serde::{Serialize, Serializer};
use std::sync::PoisonError;
use uuid::Uuid;

/// Many rows as one parameter.
pub(super) struct Rows {
    columns: &'static [(&'static str, Kind)],
    /// The rows as a JSON array; none, if a value could not be written.
    json: Option<String>,
    count: usize,
}

/// One row: its values, in the order of the columns, as a JSON array; none, if one could not be written.
pub(super) struct Row(Option<Vec<u8>>);

/// A [`Row`] of these values.
macro_rules! row {
    ($($value:expr),+ $(,)?) => {{
        let mut row = $crate::store::statement::Row::begin();
        $(row.push(&$value);)+
        row.end()
    }};
}
pub(super) use row;

impl Row {
    pub(super) fn begin() -> Self {
        Self(Some(vec![b'[']))
    }

    pub(super) fn push(&mut self, value: &impl Serialize) {
        let Some(bytes) = &mut self.0 else { return };
        if bytes.len() > 1 {
            bytes.push(b',');
        }
        if serde_json::to_writer(bytes, value).is_err() {
            self.0 = None;
        }
    }

    pub(super) fn end(mut self) -> Self {
        self.0.iter_mut().for_each(|bytes| bytes.push(b']'));
        self
    }
}

impl Rows {
    pub(super) fn new(columns: &'static [(&'static str, Kind)], rows: impl IntoIterator<Item = Row>) -> Self {
        let (mut json, mut count, mut is_whole) = (vec![b'['], 0_usize, true);
        for Row(row) in rows {
            if count > 0 {
                json.push(b',');
            }
            is_whole &= row.is_some();
            json.extend(row.into_iter().flatten());
            count += 1;
        }
        json.push(b']');
        Self { columns, json: String::from_utf8(json).ok().filter(|_| is_whole), count }
    }

    /// One column of ids.
    pub(super) fn ids<I: Into<Uuid>>(ids: impl IntoIterator<Item = I>) -> Self {
        Self::new(&[("id", Kind::Id)], ids.into_iter().map(|one| row![id(one.into())]))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) const fn len(&self) -> usize {
        self.count
    }
}

/// A UUID within [`Rows`]: without hyphens, which both databases read.
pub(super) const fn id(id: Uuid) -> Id {
    Id(id)
}

/// See [`id`].
#[derive(Clone, Copy)]
pub(super) struct Id(Uuid);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.simple().encode_lower(&mut Uuid::encode_buffer()))
    }
}

/// Runs `text`, in which `{rows}` and `{more}` stand for the array parameters, which come after the values.
async fn run<T>(
    session: &impl Session,
    text: &str,
    mut values: Vec<Value>,
    arrays: &[&Rows],
    action: impl AsyncFnOnce(Statement) -> std::result::Result<T, DbErr>,
) -> Result<T> {
    let dialect = session.dialect();
    let mut sql = text.replace("{lock_rows}", dialect.lock_rows()).replace("{lock_shared}", dialect.lock_shared());
    let mut sent = String::new();
    for (rows, mark) in arrays.iter().zip(["{rows}", "{more}"]) {
        let json = rows.json.as_deref().ok_or(Error::Unwritable("a parameter"))?;
        if session.sabotage().is_some() {
            sent.push_str(json);
        }
        values.push(json.into());
        sql = sql.replace(mark, &dialect.rows(values.len(), rows.columns));
    }
    let statement = Statement::from_sql_and_values(dialect.backend(), sql, values);
    let step = Step::Statement { text, rows: &sent };
    session.sabotage().around(step, async { Ok(action(statement).await?) }).await
}

/// Statements that go to the database together: each hop to SQLite's thread costs more than most of them. What they do
/// is seen by whatever runs after them.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    sql: String,
    /// The workspace, then the rows of each.
    values: Vec<Value>,
}

impl Gathered {
    /// Adds a statement whose text has `$1` for the workspace, and `{rows}`.
    fn add(&mut self, dialect: Dialect, text: &str, workspace: WorkspaceId, rows: &Rows) -> Result<()> {
        let json = rows.json.as_deref().ok_or(Error::Unwritable("a parameter"))?;
        if self.values.is_empty() {
            self.values.push(workspace.0.into());
        }
        self.values.push(json.into());
        self.sql.push_str(&text.replace("{rows}", &dialect.rows(self.values.len(), rows.columns)));
        self.sql.push(';');
        Ok(())
    }
}

/// Runs a statement whose text has `$1` for the workspace, and `{rows}`, and of which nobody asks how many rows it
/// changed; where the transaction gathers those, together with others, and before anything else.
pub(super) async fn put(tx: &Tx, text: &str, workspace: WorkspaceId, rows: &Rows) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let Some(gathered) = &tx.gathered else {
        execute(tx, text, vec![workspace.0.into()], &[rows]).await?;
        return Ok(());
    };
    let sent = rows.json.as_deref().filter(|_| tx.sabotage().is_some()).unwrap_or_default();
    let gather = async {
        let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.add(tx.dialect(), text, workspace, rows)
    };
    tx.sabotage().around(Step::Statement { text, rows: sent }, gather).await
}

/// Runs what was gathered.
pub(super) async fn settle(tx: &Tx) -> Result<()> {
    let Some(gathered) = &tx.gathered else { return Ok(()) };
    let Gathered { sql, values } = std::mem::take(&mut *gathered.lock().unwrap_or_else(PoisonError::into_inner));
    if values.is_empty() {
        return Ok(());
    }
    let statement = Statement::from_sql_and_values(tx.dialect().backend(), &sql, values);
    let run = async { Ok(tx.connection().execute_raw(statement).await?) };
    tx.sabotage().around(Step::Statement { text: &sql, rows: "" }, run).await?;
    Ok(())
}

/// Runs a statement that changes rows; gives back how many.
pub(super) async fn execute(session: &impl Session, text: &str, values: Vec<Value>, arrays: &[&Rows]) -> Result<u64> {
    session.settle().await?;
    let connection = session.connection();
    let done = run(session, text, values, arrays, async |statement| connection.execute_raw(statement).await);
    Ok(done.await?.rows_affected())
}

/// Inserts rows of a workspace into a table, each column by its name; `then` is what follows, such as what to do on a
/// conflict.
pub(super) async fn insert(tx: &Tx, table: &str, workspace: WorkspaceId, rows: &Rows, then: &str) -> Result<()> {
    put(tx, &insertion(table, rows, then), workspace, rows).await
}

/// The same; gives back how many were inserted or updated.
pub(super) async fn insert_counted(
    tx: &Tx,
    table: &str,
    workspace: WorkspaceId,
    rows: &Rows,
    then: &str,
) -> Result<u64> {
    if rows.is_empty() {
        return Ok(0);
    }
    execute(tx, &insertion(table, rows, then), vec![workspace.0.into()], &[rows]).await
}

fn insertion(table: &str, rows: &Rows, then: &str) -> String {
    let columns = |prefix: &str| {
        let columns = rows.columns.iter().map(|(name, _)| format!("{prefix}\"{name}\""));
        columns.collect::<Vec<_>>().join(", ")
    };
    let (into, from) = (columns(""), columns("r."));
    // Without a WHERE, SQLite would take ON CONFLICT for a join.
    format!("INSERT INTO {table} (workspace_id, {into}) SELECT $1, {from} FROM {{rows}} WHERE TRUE {then}")
}

/// Runs a statement that gives back rows.
pub(super) async fn all<T: FromQueryResult>(
    session: &impl Session,
    text: &str,
    values: Vec<Value>,
    arrays: &[&Rows],
) -> Result<Vec<T>> {
    session.settle().await?;
    let connection = session.connection();
    let rows = run(session, text, values, arrays, async |statement| connection.query_all_raw(statement).await).await?;
    Ok(rows.iter().map(|row| T::from_query_result(row, "")).collect::<std::result::Result<_, _>>()?)
}

/// Runs a statement that gives back one row or none.
pub(super) async fn one<T: FromQueryResult>(
    session: &impl Session,
    text: &str,
    values: Vec<Value>,
    arrays: &[&Rows],
) -> Result<Option<T>> {
    Ok(all(session, text, values, arrays).await?.into_iter().next())
}
