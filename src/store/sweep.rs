//! The statements that look across workspaces; there are no others.

use super::command::{CommandKind, Open};
use super::page::count;
use super::statement::{Rows, all};
use super::{Result, Session, timer};
use offramp_domain::decide::Owner;
use offramp_domain::ids::{AutomationId, ConditionId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::workspace;
use sea_orm::{EntityTrait, FromQueryResult, QueryOrder};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct HeadRow {
    workspace_id: Uuid,
    position: i64,
}

/// Every workspace, in order of their names; there are at most
/// [`WORKSPACES_MAX`](offramp_domain::limits::WORKSPACES_MAX).
pub async fn workspaces(session: &impl Session) -> Result<Vec<workspace::Model>> {
    Ok(workspace::Entity::find().order_by_asc(workspace::Column::Name).all(session.connection()).await?)
}

/// How many workspaces there are, counted up to a limit.
pub async fn workspace_count(session: &impl Session) -> Result<u64> {
    count(session, workspace::Entity::find()).await
}

/// The last positions of those workspaces' feeds.
pub async fn heads(
    session: &impl Session,
    workspaces: impl IntoIterator<Item = WorkspaceId>,
) -> Result<Vec<(WorkspaceId, i64)>> {
    let rows = Rows::ids(workspaces);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT h.workspace_id, h.position FROM {rows} JOIN feed_head h ON h.workspace_id = r.id";
    let heads: Vec<HeadRow> = all(session, text, vec![], &[&rows]).await?;
    Ok(heads.into_iter().map(|row| (row.workspace_id.into(), row.position)).collect())
}

#[derive(FromQueryResult)]
struct DueRow {
    workspace_id: Uuid,
    contact_id: Uuid,
    external_id: String,
    owner_id: Uuid,
    owner_kind: String,
    condition_id: Uuid,
    automation_id: Uuid,
    due_at: i64,
}

/// A timer that is due: the customer's own id of the contact who waits, and for whose condition.
#[derive(Clone, Debug)]
pub struct DueTimer {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Who waits, by the customer's own id.
    pub contact: String,
    /// Of which automation.
    pub automation: AutomationId,
    /// Whose condition.
    pub owner: Owner,
    /// Which condition.
    pub condition: ConditionId,
    /// Where it stands among the others.
    place: Place,
}

/// By what timers are ordered: when they are due, and their keys.
type Place = (i64, Uuid, Uuid, Uuid, Uuid);

/// Some of the timers that are due, the longest due first: the first page, or the one after a timer.
pub async fn due_timers(
    session: &impl Session,
    now: Timestamp,
    after: Option<&DueTimer>,
    limit: u64,
) -> Result<Vec<DueTimer>> {
    let text = "SELECT t.workspace_id, t.contact_id, c.external_id, t.owner_id, t.owner_kind, t.condition_id, \
                t.automation_id, t.due_at FROM workspace w JOIN timer t ON t.workspace_id = w.id AND t.due_at <= $1 \
                JOIN contact c ON c.workspace_id = t.workspace_id AND c.id = t.contact_id \
                WHERE (t.due_at, t.workspace_id, t.contact_id, t.owner_id, t.condition_id) > ($2, $3, $4, $5, $6) \
                ORDER BY t.due_at, t.workspace_id, t.contact_id, t.owner_id, t.condition_id LIMIT $7";
    let nil = Uuid::nil();
    let (due_at, workspace, contact, owner, condition) =
        after.map_or((i64::MIN, nil, nil, nil, nil), |after| after.place);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = vec![
        now.as_micros().into(),
        due_at.into(),
        workspace.into(),
        contact.into(),
        owner.into(),
        condition.into(),
        limit.into(),
    ];
    let rows: Vec<DueRow> = all(session, text, values, &[]).await?;
    let due = |row: DueRow| DueTimer {
        workspace: row.workspace_id.into(),
        contact: row.external_id,
        automation: row.automation_id.into(),
        owner: timer::owner(&row.owner_kind, row.owner_id),
        condition: row.condition_id.into(),
        place: (row.due_at, row.workspace_id, row.contact_id, row.owner_id, row.condition_id),
    };
    Ok(rows.into_iter().map(due).collect())
}

/// Commands that are read at once.
const SWEPT_COMMANDS: i64 = 100;

#[derive(FromQueryResult)]
struct CommandRow {
    workspace_id: Uuid,
    id: Uuid,
    kind: String,
    automation_id: Uuid,
    created_at: i64,
}

/// Commands that were not carried out yet, the oldest first: the first page, or the one after a command.
pub async fn open_commands(session: &impl Session, after: Option<&Open>) -> Result<Vec<Open>> {
    let text = "SELECT workspace_id, id, kind, automation_id, created_at FROM command \
                WHERE done_at IS NULL AND (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3";
    let (created_at, id) = after.map_or((i64::MIN, Uuid::nil()), |after| (after.created_at, after.id.0));
    let rows: Vec<CommandRow> =
        all(session, text, vec![created_at.into(), id.into(), SWEPT_COMMANDS.into()], &[]).await?;
    let open = |row: CommandRow| Open {
        id: row.id.into(),
        kind: CommandKind::read(&row.kind),
        created_at: row.created_at,
        workspace: row.workspace_id.into(),
        automation: row.automation_id.into(),
    };
    Ok(rows.into_iter().map(open).collect())
}
