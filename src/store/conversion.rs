//! Conversions, each with its place in the feed, and how long they took.

use super::dialect::Kind;
use super::page::{Owned, Page, Slice, count, keyset};
use super::statement::{self, Rows, all, id, row};
use super::{Result, Session, Tx, convert};
use offramp_domain::enrollment::Conversion;
use offramp_domain::ids::{AutomationId, RuleId, WorkspaceId};
use offramp_domain::money::Money;
use offramp_entity::conversion::{COLUMN, Column, Entity, Model};
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, Select};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Stores conversions at their positions.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, conversions: &[(i64, &Conversion)]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("position", Kind::Int),
        ("enrollment_id", Kind::Id),
        ("automation_id", Kind::Id),
        ("contact_id", Kind::Id),
        ("goal_id", Kind::Id),
        ("event_id", Kind::Id),
        ("earned_event_id", Kind::Id),
        ("converted_at", Kind::Int),
        ("elapsed_us", Kind::Int),
        ("value_minor", Kind::Int),
        ("value_currency", Kind::Text),
        ("counted", Kind::Flag),
        ("headline", Kind::Flag),
        ("late", Kind::Flag),
        ("after_exit", Kind::Flag),
        ("within_window", Kind::Flag),
        ("also_matched", Kind::Json),
    ];
    let rows = conversions.iter().map(|(position, conversion)| {
        row![
            id(conversion.id.0),
            position,
            id(conversion.enrollment.0),
            id(conversion.automation.0),
            id(conversion.contact.0),
            id(conversion.goal.0),
            id(conversion.event.0),
            id(conversion.earned_by.0),
            conversion.at,
            conversion.elapsed,
            conversion.value.map(|money| money.minor),
            conversion.value.map(|money| money.currency.code()),
            conversion.counted,
            conversion.headline,
            conversion.late,
            conversion.after_exit,
            conversion.within_window,
            conversion.also_matched,
        ]
    });
    let rows = Rows::new(COLUMNS, rows);
    statement::insert(tx, "conversion", workspace, &rows, "").await
}

#[derive(FromQueryResult)]
struct Middle {
    automation_id: Uuid,
    elapsed_us: i64,
}

/// For each automation the one or two middle times from entry to conversion, in microseconds: what its median is made
/// of. None where nothing converted.
pub async fn middle_elapsed_us(
    session: &impl Session,
    workspace: WorkspaceId,
    automations: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<i64>>> {
    let rows = Rows::ids(automations.iter().copied());
    let found: Vec<Middle> = all(
        session,
        "SELECT automation_id, elapsed_us FROM (SELECT c.automation_id, c.elapsed_us, \
         ROW_NUMBER() OVER (PARTITION BY c.automation_id ORDER BY c.elapsed_us) AS place, \
         COUNT(*) OVER (PARTITION BY c.automation_id) AS total \
         FROM {rows} JOIN conversion c ON c.workspace_id = $1 AND c.automation_id = r.id WHERE c.headline) AS ranked \
         WHERE place IN ((total + 1) / 2, (total + 2) / 2) ORDER BY automation_id, place",
        vec![workspace.0.into()],
        &[&rows],
    )
    .await?;
    let mut middles: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in found {
        middles.entry(row.automation_id).or_default().push(row.elapsed_us);
    }
    Ok(middles)
}

/// Which conversions: of any of the automations and of any of the goals; an empty list means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in these automations.
    pub automations: Vec<AutomationId>,
    /// Only of these goals.
    pub goals: Vec<RuleId>,
}

fn listed(workspace: WorkspaceId, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0));
    if !filter.automations.is_empty() {
        query = query.filter(COLUMN.automation_id.is_in(filter.automations.iter().map(|id| id.0)));
    }
    if !filter.goals.is_empty() {
        query = query.filter(COLUMN.goal_id.is_in(filter.goals.iter().map(|id| id.0)));
    }
    query
}

/// A page of conversions, in the order of the feed.
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

/// What belongs to stays.
const OF_STAYS: Owned = Owned { table: "conversion", owner: "enrollment_id", key: "position" };

/// The same page of each stay's conversions, in the order of the feed.
pub async fn pages_of_enrollments(
    session: &impl Session,
    workspace: WorkspaceId,
    stays: &[Uuid],
    page: &Page<i64>,
) -> Result<Vec<(Uuid, Slice<Model>)>> {
    let rows = OF_STAYS.pages(session, workspace, stays, page).await?;
    Ok(page.slices(stays, rows, |row: &Model| row.enrollment_id))
}

/// How many conversions each stay has, counted up to a limit.
pub async fn counts_of_enrollments(
    session: &impl Session,
    workspace: WorkspaceId,
    stays: &[Uuid],
) -> Result<Vec<(Uuid, u64)>> {
    OF_STAYS.counts(session, workspace, stays).await
}

/// The conversions of those ids.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}

/// What a stored conversion earned.
///
/// # Errors
/// [`super::Error::Unreadable`], if its currency is none.
pub fn value(row: &Model) -> Result<Option<Money>> {
    convert::money(row.value_minor, row.value_currency.as_deref())
}
