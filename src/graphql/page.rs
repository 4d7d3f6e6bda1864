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
pub(super) trait Key: Sized + Copy {
    fn write(self) -> Vec<u8>;
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Key for Uuid {
    fn write(self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Self::from_slice(bytes).ok()
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
    key.ok_or_else(|| bad_input(format!("`{name}` is not a cursor of this list; use one that the list gave you.")))
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
