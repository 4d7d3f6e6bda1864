//! What was taken back of conversions, each time with its place in the feed.

use super::dialect::Kind;
use super::page::{Page, Slice, count, keyset};
use super::statement::{self, Rows, all, id, row};
use super::{Result, Session, Tx, convert};
use offramp_domain::enrollment::{Conversion, Reversal, Standing};
use offramp_domain::ids::{AutomationId, ContactId, WorkspaceId};
use offramp_domain::money::Money;
use offramp_domain::time::{Elapsed, Timestamp};
use offramp_entity::conversion;
use offramp_entity::reversal::{COLUMN, Column, Entity, Model};
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, Select};
use uuid::Uuid;

/// Stores reversals at their positions.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, reversals: &[(i64, &Reversal)]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("position", Kind::Int),
        ("conversion_id", Kind::Id),
        ("enrollment_id", Kind::Id),
        ("automation_id", Kind::Id),
        ("contact_id", Kind::Id),
        ("goal_id", Kind::Id),
        ("event_id", Kind::Id),
        ("reversed_at", Kind::Int),
        ("amount_minor", Kind::Int),
        ("amount_currency", Kind::Text),
        ("in_full", Kind::Flag),
    ];
    let rows = reversals.iter().map(|(position, reversal)| {
        row![
            id(reversal.id.0),
            position,
            id(reversal.conversion.0),
            id(reversal.enrollment.0),
            id(reversal.automation.0),
            id(reversal.contact.0),
            id(reversal.goal.0),
            id(reversal.event.0),
            reversal.at,
            reversal.amount.map(|amount| amount.minor),
            reversal.amount.map(|amount| amount.currency.code()),
            reversal.in_full,
        ]
    });
    statement::insert(tx, "reversal", workspace, &Rows::new(COLUMNS, rows), "").await
}

#[derive(FromQueryResult)]
struct StandingRow {
    #[sea_orm(nested)]
    conversion: conversion::Model,
    order_external_id: Option<String>,
    reversed_minor: i64,
    is_reversed: bool,
}

/// The conversions that earned by the purchases of those orders, and with them whatever counted for the same stays.
pub async fn standing<'a>(
    tx: &Tx,
    workspace: WorkspaceId,
    orders: impl IntoIterator<Item = (ContactId, &'a str)>,
) -> Result<Vec<(ContactId, Standing)>> {
    let rows = orders.into_iter().map(|(contact, name)| row![id(contact.0), name]);
    let rows = Rows::new(&[("contact_id", Kind::Id), ("external_id", Kind::Text)], rows);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let text = "WITH behind AS (SELECT c.id, c.enrollment_id, o.external_id FROM {rows} \
                JOIN customer_order o ON o.workspace_id = $1 AND o.contact_id = r.contact_id \
                AND o.external_id = r.external_id \
                JOIN conversion c ON c.workspace_id = $1 AND c.earned_event_id = o.purchase_event_id) \
                SELECT c.*, b.external_id AS order_external_id, \
                CAST(COALESCE((SELECT SUM(v.amount_minor) FROM reversal v WHERE v.workspace_id = $1 \
                AND v.conversion_id = c.id), 0) AS BIGINT) AS reversed_minor, \
                EXISTS (SELECT 1 FROM reversal v WHERE v.workspace_id = $1 AND v.conversion_id = c.id AND v.in_full) \
                AS is_reversed \
                FROM conversion c LEFT JOIN behind b ON b.id = c.id \
                WHERE c.workspace_id = $1 AND c.enrollment_id IN (SELECT enrollment_id FROM behind) \
                AND (c.counted OR b.id IS NOT NULL) ORDER BY c.position";
    let found: Vec<StandingRow> = all(tx, text, vec![workspace.0.into()], &[&rows]).await?;
    found.into_iter().map(read_standing).collect()
}

fn read_standing(row: StandingRow) -> Result<(ContactId, Standing)> {
    let StandingRow { conversion: one, order_external_id: order, reversed_minor, is_reversed } = row;
    let conversion = Conversion {
        id: one.id.into(),
        enrollment: one.enrollment_id.into(),
        automation: one.automation_id.into(),
        contact: one.contact_id.into(),
        goal: one.goal_id.into(),
        event: one.event_id.into(),
        earned_by: one.earned_event_id.into(),
        at: Timestamp::from_micros(one.converted_at),
        elapsed: Elapsed::from_micros(one.elapsed_us),
        value: convert::money(one.value_minor, one.value_currency.as_deref())?,
        counted: one.counted,
        headline: one.headline,
        restores: false,
        late: one.late,
        after_exit: one.after_exit,
        within_window: one.within_window,
        also_matched: convert::read("conversion", &one.also_matched)?,
    };
    Ok((conversion.contact, Standing { conversion, order, reversed_minor, is_reversed }))
}

/// What was taken back of a conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// How much of its value, in minor units.
    pub minor: i64,
    /// Whether it stands no more.
    pub in_full: bool,
}

#[derive(FromQueryResult)]
struct TakenBackRow {
    conversion_id: Uuid,
    minor: i64,
    wholes: i64,
}

/// What was taken back of those conversions; nothing of one that is not among the answers.
pub async fn taken_back(
    session: &impl Session,
    workspace: WorkspaceId,
    conversions: &[Uuid],
) -> Result<Vec<(Uuid, TakenBack)>> {
    let text = "SELECT v.conversion_id, CAST(COALESCE(SUM(v.amount_minor), 0) AS BIGINT) AS minor, \
                COUNT(CASE WHEN v.in_full THEN 1 END) AS wholes FROM {rows} \
                JOIN reversal v ON v.workspace_id = $1 AND v.conversion_id = r.id GROUP BY v.conversion_id";
    let rows = Rows::ids(conversions.iter().copied());
    let found: Vec<TakenBackRow> = all(session, text, vec![workspace.0.into()], &[&rows]).await?;
    let of = |row: TakenBackRow| (row.conversion_id, TakenBack { minor: row.minor, in_full: row.wholes > 0 });
    Ok(found.into_iter().map(of).collect())
}

/// Which reversals: in any of the automations; an empty list means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in these automations.
    pub automations: Vec<AutomationId>,
    /// Only of this conversion.
    pub conversion: Option<Uuid>,
}

fn listed(workspace: WorkspaceId, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0));
    if !filter.automations.is_empty() {
        query = query.filter(COLUMN.automation_id.is_in(filter.automations.iter().map(|id| id.0)));
    }
    if let Some(conversion) = filter.conversion {
        query = query.filter(COLUMN.conversion_id.eq(conversion));
    }
    query
}

/// A page of reversals, in the order of the feed.
pub async fn page(
    session: &impl Session,
    workspace: WorkspaceId,
    filter: &Filter,
    page: &Page<i64>,
) -> Result<Slice<Model>> {
    let rows = keyset(listed(workspace, filter), Column::Position, page, false).all(session.connection()).await?;
    Ok(page.slice(rows))
}

/// How many there are, counted up to a limit.
pub async fn count_all(session: &impl Session, workspace: WorkspaceId, filter: &Filter) -> Result<u64> {
    count(session, listed(workspace, filter)).await
}

/// The reversals of those ids.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}

/// How much a stored reversal took back.
///
/// # Errors
/// [`super::Error::Unreadable`], if its currency is none.
pub fn amount(row: &Model) -> Result<Option<Money>> {
    convert::money(row.amount_minor, row.amount_currency.as_deref())
}
