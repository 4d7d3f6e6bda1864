//! The one feed of a workspace: dense positions in commit order (R70).

use super::dialect::Kind;
use super::exit::Filter;
use super::statement::{self, Row, Rows, id, one, row};
use super::{Result, Session, Tx};
use offramp_domain::enrollment::{Conversion, Exit, Reversal};
use offramp_domain::ids::WorkspaceId;
use offramp_entity::{exit, feed};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, Iterable, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// Where a feed ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Head {
    /// The last position; 0 before the first.
    pub position: i64,
    /// Which life of the database.
    pub epoch: i64,
}

/// Takes so many positions, which nobody else gets before the commit: the last lock of a transaction. Gives back the
/// head as it will be.
pub async fn take_positions(tx: &Tx, workspace: WorkspaceId, count: usize) -> Result<Option<Head>> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let text = "UPDATE feed_head SET position = position + $2 WHERE workspace_id = $1 RETURNING position, epoch";
    one(tx, text, vec![workspace.0.into(), count.into()], &[]).await
}

/// Where the feed ends now.
pub async fn head(session: &impl Session, workspace: WorkspaceId) -> Result<Option<Head>> {
    let text = "SELECT position, epoch FROM feed_head WHERE workspace_id = $1";
    one(session, text, vec![workspace.0.into()], &[]).await
}

/// Stores the rows of the feed for exits, conversions and reversals.
pub async fn insert(
    tx: &Tx,
    workspace: WorkspaceId,
    exits: &[(i64, &Exit)],
    conversions: &[(i64, &Conversion)],
    reversals: &[(i64, &Reversal)],
) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("position", Kind::Int),
        ("kind", Kind::Text),
        ("reference_id", Kind::Id),
        ("automation_id", Kind::Id),
        ("contact_id", Kind::Id),
        ("rule_id", Kind::Id),
        ("reason", Kind::Text),
    ];
    let exits = exits.iter().map(|(position, exit)| -> Row {
        let rule = exit.rule.map_or(Uuid::nil(), |rule| rule.0);
        let ids = [exit.id.0, exit.automation.0, exit.contact.0, rule].map(id);
        let [own, automation, contact, rule] = ids;
        row![position, "exit", own, automation, contact, rule, exit.reason.as_str()]
    });
    let conversions = conversions.iter().map(|(position, one)| -> Row {
        let ids = [one.id.0, one.automation.0, one.contact.0, one.goal.0].map(id);
        let [own, automation, contact, goal] = ids;
        row![position, "conversion", own, automation, contact, goal, None::<&str>]
    });
    let reversals = reversals.iter().map(|(position, one)| -> Row {
        let ids = [one.id.0, one.automation.0, one.contact.0, one.goal.0].map(id);
        let [own, automation, contact, goal] = ids;
        row![position, "reversal", own, automation, contact, goal, None::<&str>]
    });
    let rows = Rows::new(COLUMNS, exits.chain(conversions).chain(reversals));
    statement::insert(tx, "feed", workspace, &rows, "").await
}

/// The exits that the filter lets through, after one position and up to another, in order, at most so many.
pub async fn exits_between(
    session: &impl Session,
    workspace: WorkspaceId,
    filter: &Filter,
    after: i64,
    up_to: i64,
    limit: u64,
) -> Result<Vec<exit::Model>> {
    use feed::{COLUMN, Column};
    let to_exit = feed::Entity::belongs_to(exit::Entity)
        .from((Column::WorkspaceId, Column::ReferenceId))
        .to((exit::Column::WorkspaceId, exit::Column::Id))
        .into();
    let mut wanted = Condition::all()
        .add(COLUMN.workspace_id.eq(workspace.0))
        .add(COLUMN.kind.eq("exit"))
        .add(COLUMN.position.gt(after))
        .add(COLUMN.position.lte(up_to));
    if !filter.automations.is_empty() {
        wanted = wanted.add(Column::AutomationId.is_in(filter.automations.iter().map(|id| id.0)));
    }
    if !filter.reasons.is_empty() {
        wanted = wanted.add(Column::Reason.is_in(filter.reasons.iter().map(|reason| reason.as_str())));
    }
    let query = feed::Entity::find()
        .select_only()
        .columns(exit::Column::iter())
        .join(JoinType::InnerJoin, to_exit)
        .filter(wanted)
        .order_by_asc(Column::Position)
        .limit(limit);
    Ok(query.into_model::<exit::Model>().all(session.connection()).await?)
}
