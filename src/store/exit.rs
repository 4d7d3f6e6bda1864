//! Exits: one per ended stay, each with its place in the feed.

use super::dialect::Kind;
use super::page::{Page, Slice, count, keyset};
use super::statement::{self, Rows, id, row};
use super::{Result, Session, Tx};
use offramp_domain::enrollment::{Exit, ExitReason};
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_entity::exit::{COLUMN, Column, Entity, Model};
use sea_orm::{EntityTrait, QueryFilter, Select};
use uuid::Uuid;

/// The shape in which the why is stored.
const WHY_SCHEMA: i32 = 1;

/// Stores exits at their positions.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, exits: &[(i64, &Exit)]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("position", Kind::Int),
        ("enrollment_id", Kind::Id),
        ("automation_id", Kind::Id),
        ("contact_id", Kind::Id),
        ("reason", Kind::Text),
        ("rule_id", Kind::Id),
        ("event_id", Kind::Id),
        ("exited_at", Kind::Int),
        ("within_window", Kind::Flag),
        ("also_matched", Kind::Json),
        ("why_schema", Kind::Small),
        ("why", Kind::Json),
    ];
    let rows = exits.iter().map(|(position, exit)| {
        row![
            id(exit.id.0),
            position,
            id(exit.enrollment.0),
            id(exit.automation.0),
            id(exit.contact.0),
            exit.reason.as_str(),
            id(exit.rule.map_or(Uuid::nil(), |rule| rule.0)),
            id(exit.event.0),
            exit.exited_at,
            exit.within_window,
            exit.also_matched,
            WHY_SCHEMA,
            exit.why,
        ]
    });
    let rows = Rows::new(COLUMNS, rows);
    statement::insert(tx, "exit", workspace, &rows, "").await
}

/// Which exits: of any of the automations and any of the reasons; an empty list means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only from these automations.
    pub automations: Vec<AutomationId>,
    /// Only for these reasons.
    pub reasons: Vec<ExitReason>,
}

fn listed(workspace: WorkspaceId, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0));
    if !filter.automations.is_empty() {
        query = query.filter(COLUMN.automation_id.is_in(filter.automations.iter().map(|id| id.0)));
    }
    if !filter.reasons.is_empty() {
        query = query.filter(COLUMN.reason.is_in(filter.reasons.iter().map(|reason| reason.as_str())));
    }
    query
}

/// A page of exits, in the order of the feed.
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

/// The exits of those ids.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}

/// The exits of those stays.
pub async fn of_enrollments(session: &impl Session, workspace: WorkspaceId, stays: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find()
        .filter(COLUMN.workspace_id.eq(workspace.0))
        .filter(COLUMN.enrollment_id.is_in(stays.iter().copied()));
    Ok(query.all(session.connection()).await?)
}
