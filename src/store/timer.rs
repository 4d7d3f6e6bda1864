//! The instants for which conditions wait.

use super::dialect::Kind;
use super::statement::{self, Rows, all, id, put, row};
use super::{Result, Tx};
use offramp_domain::decide::{Owner, Timer, Timers};
use offramp_domain::ids::{ConditionId, ContactId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::timer::Model;
use std::collections::BTreeMap;

/// Under which name an owner's kind is stored.
pub(super) const fn owner_kind(owner: Owner) -> &'static str {
    match owner {
        Owner::Rule(_) => "rule",
        Owner::Enrollment(_) => "enrollment",
    }
}

/// The owner of that stored kind and id.
pub(super) fn owner(kind: &str, id: uuid::Uuid) -> Owner {
    if kind == "rule" { Owner::Rule(id.into()) } else { Owner::Enrollment(id.into()) }
}

/// What those contacts wait for.
pub async fn load(
    tx: &Tx,
    workspace: WorkspaceId,
    contacts: impl IntoIterator<Item = ContactId>,
) -> Result<BTreeMap<ContactId, Timers>> {
    let rows = Rows::ids(contacts);
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = "SELECT t.* FROM {rows} JOIN timer t ON t.workspace_id = $1 AND t.contact_id = r.id";
    let mut timers: BTreeMap<ContactId, Timers> = BTreeMap::new();
    for row in all::<Model>(tx, text, vec![workspace.0.into()], &[&rows]).await? {
        let key = (owner(&row.owner_kind, row.owner_id), row.condition_id.into());
        let timer = Timer { automation: row.automation_id.into(), due_at: Timestamp::from_micros(row.due_at) };
        timers.entry(row.contact_id.into()).or_default().insert(key, timer);
    }
    Ok(timers)
}

/// What a contact waits for.
pub type NewTimer = (ContactId, Owner, ConditionId, Timer);

/// Sets timers, each in the place of the one before it.
pub async fn upsert(tx: &Tx, workspace: WorkspaceId, timers: &[NewTimer]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("contact_id", Kind::Id),
        ("owner_id", Kind::Id),
        ("owner_kind", Kind::Text),
        ("condition_id", Kind::Id),
        ("automation_id", Kind::Id),
        ("due_at", Kind::Int),
    ];
    let rows = timers.iter().map(|(contact, owner, condition, timer)| {
        let automation = id(timer.automation.0);
        row![id(contact.0), id(owner.uuid()), owner_kind(*owner), id(condition.0), automation, timer.due_at]
    });
    let again = "ON CONFLICT (workspace_id, contact_id, owner_id, condition_id) DO UPDATE SET due_at = excluded.due_at";
    statement::insert(tx, "timer", workspace, &Rows::new(COLUMNS, rows), again).await
}

/// Takes away timers for which nobody waits any more.
pub async fn delete(tx: &Tx, workspace: WorkspaceId, spent: &[(ContactId, Owner, ConditionId)]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[("contact_id", Kind::Id), ("owner_id", Kind::Id), ("condition_id", Kind::Id)];
    if spent.is_empty() {
        return Ok(());
    }
    let rows = spent.iter().map(|(contact, owner, condition)| row![id(contact.0), id(owner.uuid()), id(condition.0)]);
    let text = "DELETE FROM timer WHERE workspace_id = $1 AND (contact_id, owner_id, condition_id) IN \
                (SELECT r.contact_id, r.owner_id, r.condition_id FROM {rows})";
    put(tx, text, workspace, &Rows::new(COLUMNS, rows)).await
}
