//! Conditions met or counted, of rules that are not satisfied yet.

use super::dialect::Kind;
use super::statement::{self, Rows, all, id, put, row};
use super::timer::{owner, owner_kind};
use super::{Result, Tx, convert};
use offramp_domain::condition::Total;
use offramp_domain::decide::{Met, Owner, Progress};
use offramp_domain::ids::{ConditionId, ContactId, WorkspaceId};
use offramp_entity::progress::Model;
use std::collections::BTreeMap;

/// The progress that belongs to those owners, each of a contact.
pub async fn load(
    tx: &Tx,
    workspace: WorkspaceId,
    owners: &[(ContactId, Owner)],
) -> Result<BTreeMap<ContactId, Progress>> {
    const COLUMNS: &[(&str, Kind)] = &[("contact_id", Kind::Id), ("owner_id", Kind::Id)];
    let rows = Rows::new(COLUMNS, owners.iter().map(|(contact, owner)| row![id(contact.0), id(owner.uuid())]));
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = "SELECT p.* FROM {rows} JOIN progress p ON p.workspace_id = $1 AND p.contact_id = r.contact_id \
                AND p.owner_id = r.owner_id";
    let mut progress: BTreeMap<ContactId, Progress> = BTreeMap::new();
    for row in all::<Model>(tx, text, vec![workspace.0.into()], &[&rows]).await? {
        let owner = owner(&row.owner_kind, row.owner_id);
        let met = convert::met(&row)?;
        progress.entry(row.contact_id.into()).or_default().insert((owner, row.condition_id.into()), met);
    }
    Ok(progress)
}

/// A condition of a contact that was met or counted.
pub type NewProgress = (ContactId, Owner, ConditionId, Met);

/// Stores conditions that were met or counted.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, met: &[NewProgress]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("contact_id", Kind::Id),
        ("owner_id", Kind::Id),
        ("owner_kind", Kind::Text),
        ("condition_id", Kind::Id),
        ("met_at", Kind::Int),
        ("event_id", Kind::Id),
        ("is_met", Kind::Flag),
        ("tally", Kind::Int),
        ("sum_minor", Kind::Int),
        ("sum_currency", Kind::Text),
        ("sum_number", Kind::Text),
    ];
    let rows = met.iter().map(|(contact, owner, condition, met)| {
        let (money, number) = match met.total {
            None => (None, None),
            Some(Total::Money(money)) => (Some(money), None),
            Some(Total::Number(number)) => (None, Some(number.to_string())),
        };
        row![
            id(contact.0),
            id(owner.uuid()),
            owner_kind(*owner),
            id(condition.0),
            met.at,
            id(met.event.0),
            met.is_met,
            met.tally,
            money.map(|money| money.minor),
            money.map(|money| money.currency.code()),
            number,
        ]
    });
    let rows = Rows::new(COLUMNS, rows);
    let again = "ON CONFLICT (workspace_id, contact_id, owner_id, condition_id) \
                 DO UPDATE SET met_at = excluded.met_at, event_id = excluded.event_id, is_met = excluded.is_met, \
                 tally = excluded.tally, sum_minor = excluded.sum_minor, sum_currency = excluded.sum_currency, \
                 sum_number = excluded.sum_number";
    statement::insert(tx, "progress", workspace, &rows, again).await
}

/// Forgets conditions that led to an entry.
pub async fn delete(tx: &Tx, workspace: WorkspaceId, spent: &[(ContactId, Owner, ConditionId)]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[("contact_id", Kind::Id), ("owner_id", Kind::Id), ("condition_id", Kind::Id)];
    if spent.is_empty() {
        return Ok(());
    }
    let rows = spent.iter().map(|(contact, owner, condition)| row![id(contact.0), id(owner.uuid()), id(condition.0)]);
    let rows = Rows::new(COLUMNS, rows);
    let text = "DELETE FROM progress WHERE workspace_id = $1 AND (contact_id, owner_id, condition_id) IN \
                (SELECT r.contact_id, r.owner_id, r.condition_id FROM {rows})";
    put(tx, text, workspace, &rows).await
}
