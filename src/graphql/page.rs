//! Relay connections: `first` xor `last` is required, 1 to 100; cursors are opaque; an explicit null is absent.

use super::error::{bad_input, cursor_refused};
use super::limits::PAGE_ITEMS_MAX;
use crate::engine::cursor::Cursor;
use crate::store::feed::Head;
use crate::store::page::{Page, Slice};
use async_graphql::connection::{Connection, CursorType, DefaultConnectionName, DefaultEdgeName, Edge, EmptyFields};
use async_graphql::{Error, ObjectType, OutputType};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use offramp_domain::ids::WorkspaceId;
use std::convert::Infallible;
use uuid::Uuid;

/// The arguments of a connection.
pub(super) struct Arguments {
    pub(super) after: Option<String>,
    pub(super) before: Option<String>,
    pub(super) first: Option<i32>,
    pub(super) last: Option<i32>,
}

/// A key that lists are ordered by.
pub(super) trait Key: Sized {
    fn write(&self) -> Vec<u8>;
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Key for Uuid {
    fn write(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Self::from_slice(bytes).ok()
    }
}

impl Key for String {
    fn write(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        // No list has a key with U+0000, which PostgreSQL could not compare.
        Self::from_utf8(bytes.to_vec()).ok().filter(|text| !text.is_empty() && !text.contains('\0'))
    }
}

/// The version of what a cursor holds.
const VERSION: u8 = 1;

fn encode(key: impl Key) -> String {
    URL_SAFE_NO_PAD.encode([vec![VERSION], key.write()].concat())
}

fn decode<K: Key>(name: &str, text: &str) -> Result<K, Error> {
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let key = bytes.split_first().filter(|(version, _)| **version == VERSION).and_then(|(_, key)| K::read(key));
    key.ok_or_else(|| foreign(name))
}

fn foreign(name: &str) -> Error {
    bad_input(format!("`{name}` is not a cursor of this list; use one that the list gave you."))
}

/// The page of a list that is all here, by the keys of what is in it.
pub(super) fn part<T>(all: Vec<T>, page: &Page<String>, key: impl Fn(&T) -> &str) -> Result<Slice<T>, Error> {
    let place = |name: &str, bound: &Option<String>| {
        let Some(bound) = bound else { return Ok(None) };
        let place = all.iter().position(|one| key(one) == bound);
        place.map(Some).ok_or_else(|| foreign(name))
    };
    let from = place("after", &page.after)?.map_or(0, |place| place.saturating_add(1));
    let to = place("before", &page.before)?.unwrap_or(all.len());
    let between = all.into_iter().take(to).skip(from);
    let limit = usize::try_from(page.size).unwrap_or(usize::MAX).saturating_add(1);
    let rows = if page.from_end { between.rev().take(limit).collect() } else { between.take(limit).collect() };
    Ok(page.slice(rows))
}

impl Arguments {
    /// Which page is asked for, where cursors hold keys.
    pub(super) fn page<K: Key>(&self) -> Result<Page<K>, Error> {
        self.page_by(decode)
    }

    /// Which page is asked for, where cursors are places in a workspace's feed.
    pub(super) fn feed_page(&self, workspace: WorkspaceId, head: Head) -> Result<Page<i64>, Error> {
        self.page_by(|name, text| {
            let position = Cursor::decode(text).and_then(|cursor| cursor.position_in(workspace, head));
            position.map_err(|error| cursor_refused(name, error))
        })
    }

    /// Which page is asked for, where cursors are read otherwise.
    fn page_by<K>(&self, read: impl Fn(&str, &str) -> Result<K, Error>) -> Result<Page<K>, Error> {
        let (name, size) = match (self.first, self.last) {
            (Some(first), None) => ("first", first),
            (None, Some(last)) => ("last", last),
            _ => return Err(bad_input("Give either `first` or `last`.")),
        };
        if !(1..=PAGE_ITEMS_MAX).contains(&size) {
            return Err(bad_input(format!("`{name}` is {size}; it must be from 1 to {PAGE_ITEMS_MAX}.")));
        }
        Ok(Page {
            after: self.after.as_deref().map(|text| read("after", text)).transpose()?,
            before: self.before.as_deref().map(|text| read("before", text)).transpose()?,
            size: u64::try_from(size).unwrap_or_default(),
            from_end: self.last.is_some(),
        })
    }
}

/// A cursor that was encoded already.
pub(super) struct Opaque(String);

impl Opaque {
    pub(super) fn of(key: impl Key) -> Self {
        Self(encode(key))
    }

    pub(super) const fn encoded(text: String) -> Self {
        Self(text)
    }
}

impl CursorType for Opaque {
    type Error = Infallible;

    fn decode_cursor(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }

    fn encode_cursor(&self) -> String {
        self.0.clone()
    }
}

/// A connection of `Node`s with a total count.
pub(super) type Paged<Node, Total> =
    Connection<Opaque, Node, Total, EmptyFields, DefaultConnectionName, DefaultEdgeName>;

/// Makes a connection of a slice.
pub(super) fn connection<Row, Node: OutputType, Total: ObjectType>(
    slice: Slice<Row>,
    total: Total,
    cursor: impl Fn(&Row) -> Opaque,
    node: impl Fn(Row) -> Node,
) -> Paged<Node, Total> {
    let mut page = Connection::with_additional_fields(slice.has_previous, slice.has_next, total);
    page.edges.extend(slice.rows.into_iter().map(|row| Edge::new(cursor(&row), node(row))));
    page
}

/// The same where a row may turn out to be unreadable.
pub(super) fn try_connection<Row, Node: OutputType, Total: ObjectType>(
    slice: Slice<Row>,
    total: Total,
    cursor: impl Fn(&Row) -> Opaque,
    node: impl Fn(Row) -> Result<Node, Error>,
) -> Result<Paged<Node, Total>, Error> {
    let mut page = Connection::with_additional_fields(slice.has_previous, slice.has_next, total);
    for row in slice.rows {
        page.edges.push(Edge::new(cursor(&row), node(row)?));
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_all_here_is_paged_as_any_other() {
        let all = ["a", "b", "c", "d"];
        let page = |after: Option<&str>, before: Option<&str>, size: u64, from_end: bool| {
            let page = Page { after: after.map(Into::into), before: before.map(Into::into), size, from_end };
            part(all.to_vec(), &page, |one| one).map(|slice| (slice.rows.concat(), slice.has_previous, slice.has_next))
        };
        for (after, before, size, from_end, expected) in [
            (None, None, 2, false, ("ab", false, true)),
            (Some("b"), None, 2, false, ("cd", true, false)),
            (None, None, 3, true, ("bcd", true, false)),
            (None, Some("b"), 3, true, ("a", false, true)),
            (Some("a"), Some("d"), 9, false, ("bc", true, false)),
            (Some("d"), Some("a"), 9, false, ("", true, false)),
        ] {
            let (rows, previous, next) = page(after, before, size, from_end).expect("a page");
            assert_eq!((rows.as_str(), previous, next), expected);
        }
        assert!(page(Some("x"), None, 1, false).is_err());
    }
}
