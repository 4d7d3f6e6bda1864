//! What SQLite's planner is told about the tables. Without statistics it takes the first column of a key for selective;
//! here that is the workspace, which nearly all rows share, and it would walk whole tables instead of looking rows up
//! by key. Statistics gathered from a young database would be as wrong. So they are written down: a million rows of one
//! workspace.

use super::Result;
use super::dialect::Dialect;
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Statement, TransactionOptions, TransactionTrait};
use std::collections::BTreeMap;

/// Rows of every table.
const ROWS: u64 = 1_000_000;

#[derive(FromQueryResult)]
struct IndexColumn {
    tbl: String,
    idx: String,
    col: String,
}

#[derive(FromQueryResult)]
struct Known {
    idx: String,
    stat: String,
}

/// Writes the statistics of every index, unless they stand there already, and makes this connection read them; those
/// opened later do so by themselves.
pub(super) async fn teach(pool: &DatabaseConnection, dialect: Dialect) -> Result<()> {
    let backend = pool.get_database_backend();
    let exists = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'";
    let known = if pool.query_one_raw(Statement::from_string(backend, exists)).await?.is_some() {
        let rows = Known::find_by_statement(Statement::from_string(backend, "SELECT idx, stat FROM sqlite_stat1"));
        rows.all(pool).await?.into_iter().map(|row| (row.idx, row.stat)).collect()
    } else {
        // Makes the table; in a database this new there is nothing to read.
        pool.execute_unprepared("ANALYZE").await?;
        BTreeMap::new()
    };
    let wanted = statistics(pool).await?;
    if wanted.iter().map(|(_, idx, stat)| (idx.clone(), stat.clone())).collect::<BTreeMap<_, _>>() == known {
        return Ok(());
    }
    // One transaction, so that nobody who opens the database meanwhile finds none.
    let options = TransactionOptions { sqlite_transaction_mode: dialect.write_mode(), ..TransactionOptions::default() };
    let tx = pool.begin_with_options(options).await?;
    tx.execute_unprepared("DELETE FROM sqlite_stat1").await?;
    for (table, index, stat) in wanted {
        let insert = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)";
        tx.execute_raw(Statement::from_sql_and_values(backend, insert, [table.into(), index.into(), stat.into()]))
            .await?;
    }
    tx.commit().await?;
    pool.execute_unprepared("ANALYZE sqlite_schema").await?;
    Ok(())
}

/// For each index its table, its name, and how many rows share the first column, the first two, and so on.
async fn statistics(pool: &DatabaseConnection) -> Result<Vec<(String, String, String)>> {
    let columns = "SELECT t.name AS tbl, l.name AS idx, c.name AS col FROM sqlite_schema t \
                   JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) c \
                   WHERE t.type = 'table' ORDER BY t.name, l.name, c.seqno";
    let columns = Statement::from_string(pool.get_database_backend(), columns);
    let mut prefixes: BTreeMap<(String, String), Vec<u64>> = BTreeMap::new();
    for column in IndexColumn::find_by_statement(columns).all(pool).await? {
        let rows = prefixes.entry((column.tbl, column.idx)).or_insert_with(|| vec![ROWS]);
        let left = rows.last().copied().unwrap_or(ROWS) / distinct(&column.col);
        rows.push(left.max(1));
    }
    let stat = |rows: Vec<u64>| rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    Ok(prefixes.into_iter().map(|((table, index), rows)| (table, index, stat(rows))).collect())
}

/// How many values a column has within the rows that share the columns before it.
fn distinct(column: &str) -> u64 {
    match column {
        "workspace_id" => 1,
        "automation_id" | "kind" | "metric" | "currency" | "rule_id" | "goal_id" | "category_id" => 10,
        _ => 100_000,
    }
}
