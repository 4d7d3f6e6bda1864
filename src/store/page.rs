//! Pages by key: forward from the beginning or backward from the end, never by offset.

use super::{Result, Session};
use offramp_domain::limits::LISTED_COUNT_MAX;
use sea_orm::sea_query::{Expr, Query, Value};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl<K> Page<K> {
    /// One more than wanted, to see whether there are more.
    pub(super) const fn limit(&self) -> u64 {
        self.size.saturating_add(1)
    }

    /// Makes the slice of what was read, which is at most [`Page::limit`] rows, counted from the end that was asked
    /// for.
    pub(super) fn slice<T>(&self, mut rows: Vec<T>) -> Slice<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if self.from_end {
            rows.reverse();
            return Slice { rows, has_previous: more, has_next: self.before.is_some() };
        }
        Slice { rows, has_previous: self.after.is_some(), has_next: more }
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

/// How many rows a query would give, counted up to [`LISTED_COUNT_MAX`].
pub(super) async fn count<E: EntityTrait>(session: &impl Session, query: Select<E>) -> Result<u64> {
    let counted = query.select_only().expr(Expr::val(1)).limit(LISTED_COUNT_MAX).into_query();
    let mut outer = Query::select();
    outer.expr(Expr::cust("COUNT(*)")).from_subquery(counted, "counted");
    let row = session.connection().query_one(&outer).await?;
    let number: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    Ok(u64::try_from(number).unwrap_or_default())
}
