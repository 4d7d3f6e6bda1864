//! Stays: read for a decision, begun and ended by it, listed for people.

use super::convert::Goals;
use super::dialect::Kind;
use super::page::{Owned, Page, Slice, count, keyset};
use super::statement::{self, Row, Rows, all, execute, id, row};
use super::{Result, Session, Tx, contact, convert};
use offramp_domain::enrollment::{Ended, Enrollment};
use offramp_domain::ids::{AutomationId, ContactId, EnrollmentId, RuleId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::enrollment::{COLUMN, Column, Entity, Model};
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, Select};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The stays that a decision may need: for each contact those that are active, or had not ended by the contact's
/// instant (R63); and the latest of those that a goal ended, of which there may be repeats (R18), or that were in one of
/// those automations, which may not be entered again (R3).
pub async fn load(
    tx: &Tx,
    workspace: WorkspaceId,
    contacts: &BTreeMap<ContactId, Timestamp>,
    automations: &BTreeSet<AutomationId>,
) -> Result<Vec<Enrollment>> {
    let rows = contacts.iter().map(|(contact, since)| row![id(contact.0), since]);
    let rows = Rows::new(&[("contact_id", Kind::Id), ("since", Kind::Int)], rows);
    let entered = Rows::ids(automations.iter().copied());
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Model> = all(
        tx,
        "SELECT e.* FROM {rows} JOIN enrollment e ON e.workspace_id = $1 AND e.contact_id = r.contact_id \
         WHERE e.status = 'active' OR e.exited_at >= r.since \
         OR ((e.exit_reason = 'goal_met' OR e.automation_id IN (SELECT r.id FROM {more})) \
         AND e.rotation = (SELECT MAX(l.rotation) FROM enrollment l WHERE l.workspace_id = $1 \
         AND l.contact_id = e.contact_id AND l.automation_id = e.automation_id)) ORDER BY e.id",
        vec![workspace.0.into()],
        &[&rows, &entered],
    )
    .await?;
    let ended: Vec<_> = found.iter().filter(|row| row.exited_at.is_some()).map(|row| row.id).collect();
    let mut goals = counted_goals(tx, workspace, ended).await?;
    found.iter().map(|row| convert::enrollment(row, goals.remove(&row.id).unwrap_or_default())).collect()
}

#[derive(FromQueryResult)]
struct Counted {
    enrollment_id: Uuid,
    goal_id: Uuid,
    is_reversed: bool,
}

/// Which goals were counted for stays that have ended, and taken back (R18, R19).
async fn counted_goals(tx: &Tx, workspace: WorkspaceId, stays: Vec<Uuid>) -> Result<BTreeMap<Uuid, Goals>> {
    let rows = Rows::ids(stays);
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = "SELECT c.enrollment_id, c.goal_id, EXISTS (SELECT 1 FROM reversal v WHERE v.workspace_id = $1 \
                AND v.conversion_id = c.id AND v.in_full) AS is_reversed FROM {rows} \
                JOIN conversion c ON c.workspace_id = $1 AND c.enrollment_id = r.id WHERE c.counted";
    let mut goals: BTreeMap<_, Goals> = BTreeMap::new();
    for row in all::<Counted>(tx, text, vec![workspace.0.into()], &[&rows]).await? {
        let of = goals.entry(row.enrollment_id).or_default();
        of.converted.insert(row.goal_id.into());
        of.reversed.extend(row.is_reversed.then_some(RuleId(row.goal_id)));
    }
    Ok(goals)
}

/// Stores stays that began, some of which may have ended already.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, stays: &[&Enrollment]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("automation_id", Kind::Id),
        ("version", Kind::Small),
        ("contact_id", Kind::Id),
        ("rotation", Kind::Small),
        ("status", Kind::Text),
        ("entered_at", Kind::Int),
        ("entry_rule_id", Kind::Id),
        ("entry_event_id", Kind::Id),
        ("exited_at", Kind::Int),
        ("exit_reason", Kind::Text),
        ("may_reenter", Kind::Flag),
    ];
    let rows = Rows::new(COLUMNS, stays.iter().map(|stay| row(stay)));
    statement::insert(tx, "enrollment", workspace, &rows, "").await
}

fn row(stay: &Enrollment) -> Row {
    row![
        id(stay.id.0),
        id(stay.automation.0),
        stay.version,
        id(stay.contact.0),
        stay.rotation,
        if stay.is_active() { "active" } else { "ended" },
        stay.entered_at,
        id(stay.entry_rule.map_or(Uuid::nil(), |rule| rule.0)),
        id(stay.entry_event.0),
        stay.ended.map(|ended| ended.at),
        stay.ended.map(|ended| ended.reason.as_str()),
        stay.ended.is_none_or(|ended| ended.may_reenter),
    ]
}

/// The one statement that ends stays (R31): those that are still active. Whether that was all of them.
pub async fn end(tx: &Tx, workspace: WorkspaceId, stays: &[&Enrollment]) -> Result<bool> {
    const COLUMNS: &[(&str, Kind)] =
        &[("id", Kind::Id), ("exited_at", Kind::Int), ("exit_reason", Kind::Text), ("may_reenter", Kind::Flag)];
    let rows = stays.iter().filter_map(|stay| {
        let Ended { at, reason, may_reenter } = stay.ended?;
        Some(row![id(stay.id.0), at, reason.as_str(), may_reenter])
    });
    let rows = Rows::new(COLUMNS, rows);
    if rows.is_empty() {
        return Ok(true);
    }
    let ended = execute(
        tx,
        "UPDATE enrollment SET status = 'ended', exited_at = r.exited_at, exit_reason = r.exit_reason, \
         may_reenter = r.may_reenter FROM {rows} \
         WHERE enrollment.workspace_id = $1 AND enrollment.id = r.id AND enrollment.status = 'active'",
        vec![workspace.0.into()],
        &[&rows],
    )
    .await?;
    Ok(usize::try_from(ended).is_ok_and(|ended| ended == rows.len()))
}

/// A stay, with the customer's own id of its contact.
pub async fn with_contact(
    session: &impl Session,
    workspace: WorkspaceId,
    stay: EnrollmentId,
) -> Result<Option<(Model, String)>> {
    let of = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.eq(stay.0));
    let Some(row) = of.one(session.connection()).await? else { return Ok(None) };
    let contact = contact::find(session, workspace, &[row.contact_id]).await?.pop();
    Ok(contact.map(|contact| (row, contact.external_id)))
}

#[derive(FromQueryResult)]
struct Inside {
    id: Uuid,
    external_id: String,
}

/// Some of the stays that are active in an automation, each with the customer's own id of its contact.
pub async fn active_in(
    session: &impl Session,
    workspace: WorkspaceId,
    automation: AutomationId,
    limit: u64,
) -> Result<Vec<(EnrollmentId, String)>> {
    let text = "SELECT e.id, c.external_id FROM enrollment e \
                JOIN contact c ON c.workspace_id = e.workspace_id AND c.id = e.contact_id \
                WHERE e.workspace_id = $1 AND e.automation_id = $2 AND e.status = 'active' ORDER BY e.id LIMIT $3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let inside: Vec<Inside> =
        all(session, text, vec![workspace.0.into(), automation.0.into(), limit.into()], &[]).await?;
    Ok(inside.into_iter().map(|row| (row.id.into(), row.external_id)).collect())
}

/// Which stays to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only in this automation.
    pub automation: Option<AutomationId>,
    /// Only those active, or only those ended.
    pub active: Option<bool>,
}

fn listed(workspace: WorkspaceId, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0));
    if let Some(automation) = filter.automation {
        query = query.filter(COLUMN.automation_id.eq(automation.0));
    }
    if let Some(active) = filter.active {
        query = query.filter(COLUMN.status.eq(if active { "active" } else { "ended" }));
    }
    query
}

/// A page of stays, in order of their ids: as they were recorded, those of one batch in any order.
pub async fn page(
    session: &impl Session,
    workspace: WorkspaceId,
    filter: &Filter,
    page: &Page<Uuid>,
) -> Result<Slice<Model>> {
    let rows = keyset(listed(workspace, filter), Column::Id, page, false).all(session.connection()).await?;
    Ok(page.slice(rows))
}

/// How many there are, counted up to a limit.
pub async fn count_all(session: &impl Session, workspace: WorkspaceId, filter: &Filter) -> Result<u64> {
    count(session, listed(workspace, filter)).await
}

/// What belongs to contacts.
const OF_CONTACTS: Owned = Owned { table: "enrollment", owner: "contact_id", key: "id" };

/// The same page of each contact's stays, in order of their ids.
pub async fn pages_of_contacts(
    session: &impl Session,
    workspace: WorkspaceId,
    contacts: &[Uuid],
    page: &Page<Uuid>,
) -> Result<Vec<(Uuid, Slice<Model>)>> {
    let rows = OF_CONTACTS.pages(session, workspace, contacts, page).await?;
    Ok(page.slices(contacts, rows, |row: &Model| row.contact_id))
}

/// How many stays each contact has, counted up to a limit.
pub async fn counts_of_contacts(
    session: &impl Session,
    workspace: WorkspaceId,
    contacts: &[Uuid],
) -> Result<Vec<(Uuid, u64)>> {
    OF_CONTACTS.counts(session, workspace, contacts).await
}

/// The stays of those ids.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}
