//! Events: stored once per message id, and read again when a late entry needs them.

use super::convert;
use super::dialect::Kind;
use super::statement::{self, Rows, all, id, one, row};
use super::{Result, Session, Tx};
use offramp_domain::decide::LaterEvents;
use offramp_domain::event::Event;
use offramp_domain::ids::{ContactId, EventId, WorkspaceId};
use offramp_domain::limits::{HISTORY_EVENTS_MAX, LATER_EVENTS_MAX, PREVIEW_EVENTS_MAX, PREVIEW_LOOKED_THROUGH_MAX};
use offramp_domain::time::Timestamp;
use offramp_entity::event::Model;
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The shape in which properties are stored.
const PROPERTIES_SCHEMA: i32 = 1;

/// An event as it is stored.
pub struct NewEvent<'a> {
    /// Whose.
    pub contact: ContactId,
    /// The sender's key.
    pub message_id: Option<&'a str>,
    /// Hash of what was sent.
    pub fingerprint: &'a str,
    /// The event.
    pub event: &'a Event,
    /// Whether it counts for anything.
    pub counts: bool,
}

#[derive(FromQueryResult)]
struct SeenRow {
    id: Uuid,
    message_id: String,
    fingerprint: String,
}

/// An event that was stored under a message id.
pub struct Seen {
    /// Its id.
    pub id: EventId,
    /// Hash of what was sent.
    pub fingerprint: String,
}

#[derive(FromQueryResult)]
struct Stored {
    #[allow(dead_code, reason = "that there is a row says it all")]
    id: Uuid,
}

/// What was stored under those message ids before (R61).
pub async fn seen<'a>(
    tx: &Tx,
    workspace: WorkspaceId,
    message_ids: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, Seen>> {
    let rows = Rows::new(&[("message_id", Kind::Text)], message_ids.into_iter().map(|one| row![one]));
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = "SELECT id, message_id, fingerprint FROM event \
                WHERE workspace_id = $1 AND message_id IN (SELECT r.message_id FROM {rows})";
    let seen: Vec<SeenRow> = all(tx, text, vec![workspace.0.into()], &[&rows]).await?;
    let found = |row: SeenRow| (row.message_id, Seen { id: row.id.into(), fingerprint: row.fingerprint });
    Ok(seen.into_iter().map(found).collect())
}

/// Whether one of those events is stored.
pub async fn any_stored(tx: &Tx, workspace: WorkspaceId, events: impl IntoIterator<Item = EventId>) -> Result<bool> {
    let rows = Rows::ids(events);
    let text = "SELECT e.id FROM {rows} JOIN event e ON e.workspace_id = $1 AND e.id = r.id LIMIT 1";
    Ok(one::<Stored>(tx, text, vec![workspace.0.into()], &[&rows]).await?.is_some())
}

/// Stores events; whether all of them were new. If not, somebody stored one of the message ids meanwhile.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, events: &[NewEvent<'_>]) -> Result<bool> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("contact_id", Kind::Id),
        ("message_id", Kind::Text),
        ("fingerprint", Kind::Text),
        ("event_type", Kind::Text),
        ("at", Kind::Int),
        ("occurred_at", Kind::Int),
        ("received_at", Kind::Int),
        ("value_minor", Kind::Int),
        ("value_currency", Kind::Text),
        ("source", Kind::Text),
        ("properties_schema", Kind::Small),
        ("properties", Kind::Json),
        ("counts", Kind::Flag),
    ];
    let rows = events.iter().map(|new| {
        let event = new.event;
        row![
            id(event.id.0),
            id(new.contact.0),
            new.message_id,
            new.fingerprint,
            event.event_type,
            event.at(),
            event.occurred_at,
            event.received_at,
            event.value.map(|money| money.minor),
            event.value.map(|money| money.currency.code()),
            event.source,
            PROPERTIES_SCHEMA,
            event.properties,
            new.counts,
        ]
    });
    let rows = Rows::new(COLUMNS, rows);
    let inserted =
        statement::insert_counted(tx, "event", workspace, &rows, "ON CONFLICT (workspace_id, message_id) DO NOTHING")
            .await?;
    Ok(usize::try_from(inserted).is_ok_and(|inserted| inserted == rows.len()))
}

/// The latest events of those types among the latest of the workspace, newest first, each with its contact.
pub async fn latest<'a>(
    session: &impl Session,
    workspace: WorkspaceId,
    event_types: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<(ContactId, Event)>> {
    let types = Rows::new(&[("event_type", Kind::Text)], event_types.into_iter().map(|one| row![one]));
    if types.is_empty() {
        return Ok(Vec::new());
    }
    let limits = [PREVIEW_LOOKED_THROUGH_MAX, PREVIEW_EVENTS_MAX].map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
    let text = "SELECT l.* FROM (SELECT e.* FROM event e WHERE e.workspace_id = $1 AND e.counts \
                ORDER BY e.id DESC LIMIT $2) AS l \
                WHERE l.event_type IN (SELECT r.event_type FROM {rows}) ORDER BY l.id DESC LIMIT $3";
    let [looked_through, shown] = limits;
    let values = vec![workspace.0.into(), looked_through.into(), shown.into()];
    let found: Vec<Model> = all(session, text, values, &[&types]).await?;
    found.into_iter().map(|row| Ok((row.contact_id.into(), convert::event(row)?))).collect()
}

/// For each contact the stored events of those types that count, in order of receipt; of too many of a type the latest.
pub async fn history(
    tx: &Tx,
    workspace: WorkspaceId,
    contacts: impl IntoIterator<Item = ContactId>,
    event_types: &BTreeSet<String>,
) -> Result<BTreeMap<ContactId, Vec<Event>>> {
    let (rows, types) = (Rows::ids(contacts), event_types.iter().map(|event_type| row![event_type]));
    let types = Rows::new(&[("event_type", Kind::Text)], types);
    if rows.is_empty() || types.is_empty() {
        return Ok(BTreeMap::new());
    }
    let limit = i64::try_from(HISTORY_EVENTS_MAX).unwrap_or(i64::MAX);
    let text = "SELECT l.* FROM (SELECT e.*, ROW_NUMBER() OVER (PARTITION BY e.contact_id, e.event_type \
                ORDER BY e.at DESC, e.id DESC) AS place \
                FROM {rows} JOIN event e ON e.workspace_id = $1 AND e.contact_id = r.id \
                WHERE e.counts AND e.event_type IN (SELECT r.event_type FROM {more})) AS l \
                WHERE l.place <= $2 ORDER BY l.received_at, l.id";
    let mut history: BTreeMap<ContactId, Vec<Event>> = BTreeMap::new();
    for row in all::<Model>(tx, text, vec![workspace.0.into(), limit.into()], &[&rows, &types]).await? {
        history.entry(row.contact_id.into()).or_default().push(convert::event(row)?);
    }
    Ok(history)
}

/// The events of those ids, each with its contact.
pub async fn find(
    tx: &Tx,
    workspace: WorkspaceId,
    events: impl IntoIterator<Item = EventId>,
) -> Result<Vec<(ContactId, Event)>> {
    let rows = Rows::ids(events);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT e.* FROM {rows} JOIN event e ON e.workspace_id = $1 AND e.id = r.id";
    let found: Vec<Model> = all(tx, text, vec![workspace.0.into()], &[&rows]).await?;
    found.into_iter().map(|row| Ok((row.contact_id.into(), convert::event(row)?))).collect()
}

/// For each contact the stored events after an instant that count, in order of receipt; of too many the latest.
pub async fn later(
    tx: &Tx,
    workspace: WorkspaceId,
    since: &BTreeMap<ContactId, Timestamp>,
) -> Result<BTreeMap<ContactId, LaterEvents>> {
    let rows = since.iter().map(|(contact, since)| row![id(contact.0), since]);
    let rows = Rows::new(&[("contact_id", Kind::Id), ("since", Kind::Int)], rows);
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let limit = i64::try_from(LATER_EVENTS_MAX).unwrap_or(i64::MAX).saturating_add(1);
    let found: Vec<Model> = all(
        tx,
        "SELECT l.* FROM (SELECT e.*, ROW_NUMBER() OVER (PARTITION BY e.contact_id ORDER BY e.at DESC, e.id DESC) AS place \
         FROM {rows} JOIN event e ON e.workspace_id = $1 AND e.contact_id = r.contact_id AND e.at > r.since \
         AND e.counts) AS l \
         WHERE l.place <= $2 ORDER BY l.received_at, l.id",
        vec![workspace.0.into(), limit.into()],
        &[&rows],
    )
    .await?;
    let mut later: BTreeMap<ContactId, LaterEvents> = BTreeMap::new();
    for row in found {
        later.entry(row.contact_id.into()).or_default().events.push(convert::event(row)?);
    }
    for known in later.values_mut().filter(|known| known.events.len() > LATER_EVENTS_MAX) {
        // Others of the same instant as the earliest may be missing; all after it are here.
        known.complete_after = known.events.iter().map(Event::at).min();
    }
    Ok(later)
}
