//! Pages by key: forward from the beginning or backward from the end, never by offset.

use super::statement::{Rows, all};
use super::{Result, Session};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::limits::LISTED_COUNT_MAX;
use sea_orm::sea_query::{Expr, Query, Value};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Page<K> {
    /// Only what comes after this key.
    pub after: Option<K>,
    /// Only what comes before this key.
    pub before: Option<K>,
    /// How many.
    pub size: u64,
    /// Whether these are the last ones instead of the first.
    pub from_end: bool,
}

/// A page of rows, in the order of the list whichever end it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether more come before.
    pub has_previous: bool,
    /// Whether more follow.
    pub has_next: bool,
}

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), has_previous: false, has_next: false }
    }
}

impl<T> Slice<T> {
    /// The same page of what is made of each row.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Slice<U> {
        let rows = self.rows.into_iter().map(make).collect();
        Slice { rows, has_previous: self.has_previous, has_next: self.has_next }
    }
}

impl<K> Page<K> {
    /// One more than wanted, to see whether there are more.
    pub(super) const fn limit(&self) -> u64 {
        self.size.saturating_add(1)
    }

    /// Makes the slice of what was read, which is at most one row more than the page has, counted from the end that was
    /// asked for.
    pub fn slice<T>(&self, mut rows: Vec<T>) -> Slice<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if self.from_end {
            rows.reverse();
            return Slice { rows, has_previous: more, has_next: self.before.is_some() };
        }
        Slice { rows, has_previous: self.after.is_some(), has_next: more }
    }

    /// Makes a slice for each owner of what [`Owned::pages`] read; an owner of nothing has an empty one.
    pub(super) fn slices<T>(&self, owners: &[Uuid], rows: Vec<T>, owner: fn(&T) -> Uuid) -> Vec<(Uuid, Slice<T>)> {
        let mut of: BTreeMap<Uuid, Vec<T>> = owners.iter().map(|owner| (*owner, Vec::new())).collect();
        for row in rows {
            of.entry(owner(&row)).or_default().push(row);
        }
        of.into_iter().map(|(owner, rows)| (owner, self.slice(rows))).collect()
    }
}

/// Narrows a query to a page by one column; `newest_first` says that the list falls by it.
pub(super) fn keyset<E, C, K>(query: Select<E>, column: C, page: &Page<K>, newest_first: bool) -> Select<E>
where
    E: EntityTrait,
    C: ColumnTrait,
    K: Copy + Into<Value>,
{
    let mut query = query;
    for (bound, is_after) in [(page.after, true), (page.before, false)] {
        let Some(bound) = bound else { continue };
        query = query.filter(if is_after == newest_first { column.lt(bound) } else { column.gt(bound) });
    }
    let order = if page.from_end == newest_first { Order::Asc } else { Order::Desc };
    query.order_by(column, order).limit(page.limit())
}

/// The rows of a table that belong to each of some owners.
pub(super) struct Owned {
    /// The table.
    pub(super) table: &'static str,
    /// The column that names the owner.
    pub(super) owner: &'static str,
    /// The column by which a list rises; unique within the workspace.
    pub(super) key: &'static str,
}

#[derive(FromQueryResult)]
struct Counted {
    id: Uuid,
    total: i64,
}

impl Owned {
    /// The same page of each owner's list, in one statement: rows to be made slices of, in order of owner and from the
    /// end that was asked for.
    pub(super) async fn pages<T: FromQueryResult, K: Copy + Into<Value>>(
        &self,
        session: &impl Session,
        workspace: WorkspaceId,
        owners: &[Uuid],
        page: &Page<K>,
    ) -> Result<Vec<T>> {
        let Self { table, owner, key } = self;
        let mut values = vec![workspace.0.into(), i64::try_from(page.limit()).unwrap_or(i64::MAX).into()];
        let mut bounds = String::new();
        for (bound, sign) in [(page.after, '>'), (page.before, '<')] {
            let Some(bound) = bound else { continue };
            values.push(bound.into());
            bounds.push_str(&format!(" AND t.{key} {sign} ${}", values.len()));
        }
        let order = if page.from_end { "DESC" } else { "ASC" };
        let text = format!(
            "SELECT l.* FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY t.{owner} ORDER BY t.{key} {order}) AS place \
             FROM {{rows}} JOIN {table} t ON t.workspace_id = $1 AND t.{owner} = r.id WHERE TRUE{bounds}) AS l \
             WHERE l.place <= $2 ORDER BY l.{owner}, l.place"
        );
        all(session, &text, values, &[&Rows::ids(owners.iter().copied())]).await
    }

    /// How many rows each owner has, each counted up to [`LISTED_COUNT_MAX`].
    pub(super) async fn counts(
        &self,
        session: &impl Session,
        workspace: WorkspaceId,
        owners: &[Uuid],
    ) -> Result<Vec<(Uuid, u64)>> {
        let Self { table, owner, .. } = self;
        let text = format!(
            "SELECT r.id, (SELECT COUNT(*) FROM (SELECT 1 FROM {table} t WHERE t.workspace_id = $1 AND t.{owner} = r.id \
             LIMIT $2) AS counted) AS total FROM {{rows}}"
        );
        let values = vec![workspace.0.into(), i64::try_from(LISTED_COUNT_MAX).unwrap_or(i64::MAX).into()];
        let counted: Vec<Counted> = all(session, &text, values, &[&Rows::ids(owners.iter().copied())]).await?;
        Ok(counted.into_iter().map(|row| (row.id, u64::try_from(row.total).unwrap_or_default())).collect())
    }
}

/// How many rows a query would give, counted up to [`LISTED_COUNT_MAX`].
pub(super) async fn count<E: EntityTrait>(session: &impl Session, query: Select<E>) -> Result<u64> {
    let counted = query.select_only().expr(Expr::val(1)).limit(LISTED_COUNT_MAX).into_query();
    let mut outer = Query::select();
    outer.expr(Expr::cust("COUNT(*)")).from_subquery(counted, "counted");
    let row = session.connection().query_one(&outer).await?;
    let number: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    Ok(u64::try_from(number).unwrap_or_default())
}
