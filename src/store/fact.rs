//! What is known of contacts now.

use super::dialect::Kind;
use super::statement::{self, Rows, all, id, row};
use super::{Result, Tx};
use offramp_domain::facts::{Fact, Facts, kind_of};
use offramp_domain::ids::{ContactId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::fact::Model;
use std::collections::{BTreeMap, BTreeSet};

/// The facts of those kinds about those contacts.
pub async fn load(
    tx: &Tx,
    workspace: WorkspaceId,
    contacts: impl IntoIterator<Item = ContactId>,
    kinds: &BTreeSet<&'static str>,
) -> Result<BTreeMap<ContactId, Facts>> {
    let (rows, kinds) = (Rows::ids(contacts), Rows::new(&[("kind", Kind::Text)], kinds.iter().map(|kind| row![kind])));
    if rows.is_empty() || kinds.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = "SELECT f.* FROM {rows} JOIN fact f ON f.workspace_id = $1 AND f.contact_id = r.id \
                WHERE f.kind IN (SELECT r.kind FROM {more})";
    let mut known: BTreeMap<ContactId, Facts> = BTreeMap::new();
    for row in all::<Model>(tx, text, vec![workspace.0.into()], &[&rows, &kinds]).await? {
        // What only a newer version knows is left as it is.
        let Some(kind) = kind_of(&row.kind) else { continue };
        let fact = Fact { value: row.value, at: Timestamp::from_micros(row.at), event: row.event_id.into() };
        known.entry(row.contact_id.into()).or_default().note(kind, row.key, fact);
    }
    Ok(known)
}

/// A fact about a contact: of which kind and key, and what.
pub type NewFact = (ContactId, &'static str, String, Fact);

/// Stores facts, each in the place of the one before it.
pub async fn upsert(tx: &Tx, workspace: WorkspaceId, facts: &[NewFact]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("contact_id", Kind::Id),
        ("kind", Kind::Text),
        ("key", Kind::Text),
        ("value", Kind::Json),
        ("at", Kind::Int),
        ("event_id", Kind::Id),
    ];
    let rows = facts
        .iter()
        .map(|(contact, kind, key, fact)| row![id(contact.0), kind, key, fact.value, fact.at, id(fact.event.0)]);
    let rows = Rows::new(COLUMNS, rows);
    let again = "ON CONFLICT (workspace_id, contact_id, kind, key) \
                 DO UPDATE SET value = excluded.value, at = excluded.at, event_id = excluded.event_id";
    statement::insert(tx, "fact", workspace, &rows, again).await
}
