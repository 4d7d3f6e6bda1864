//! What SQLite's planner is told about the tables. Without statistics it takes the first column of a key for selective; here
//! that is the workspace, which nearly all rows share, and it would walk whole tables instead of looking rows up by key.
//! Statistics gathered from a young database would be as wrong. So they are written down: a million rows of one workspace.

use super::Result;
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Statement};
use std::collections::BTreeMap;

/// Rows of every table.
const ROWS: u64 = 1_000_000;

#[derive(FromQueryResult)]
struct IndexColumn {
    tbl: String,
    idx: String,
    col: String,
}

/// Writes the statistics of every index, and makes this connection read them; those opened later do so by themselves.
pub(super) async fn teach(pool: &DatabaseConnection) -> Result<()> {
    let backend = pool.get_database_backend();
    let known = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'";
    if pool.query_one_raw(Statement::from_string(backend, known)).await?.is_none() {
        // Makes the table; in a database this new there is nothing to read.
        pool.execute_unprepared("ANALYZE").await?;
    }
    let columns = "SELECT t.name AS tbl, l.name AS idx, c.name AS col FROM sqlite_schema t \
                   JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) c \
                   WHERE t.type = 'table' ORDER BY t.name, l.name, c.seqno";
    let columns = IndexColumn::find_by_statement(Statement::from_string(backend, columns)).all(pool).await?;
    let mut prefixes: BTreeMap<(String, String), Vec<u64>> = BTreeMap::new();
    for column in columns {
        let rows = prefixes.entry((column.tbl, column.idx)).or_insert_with(|| vec![ROWS]);
        let left = rows.last().copied().unwrap_or(ROWS) / distinct(&column.col);
        rows.push(left.max(1));
    }
    pool.execute_unprepared("DELETE FROM sqlite_stat1").await?;
    for ((table, index), rows) in prefixes {
        let stat = rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let insert = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)";
        pool.execute_raw(Statement::from_sql_and_values(backend, insert, [table.into(), index.into(), stat.into()]))
            .await?;
    }
    pool.execute_unprepared("ANALYZE sqlite_schema").await?;
    Ok(())
}

/// How many values a column has within the rows that share the columns before it.
fn distinct(column: &str) -> u64 {
    match column {
        "workspace_id" => 1,
        "automation_id" | "kind" | "metric" | "currency" | "rule_id" => 10,
        _ => 100_000,
    }
}
