//! Rules of the draft, in order of rank.

use super::{Result, Session, Tx, convert};
use offramp_domain::automation::{CheckedRule, DEFINITION_SCHEMA, Rule, RuleKind};
use offramp_domain::ids::{AutomationId, RuleId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::rule::{ActiveModel, COLUMN, Column, Entity, Model};
use sea_orm::{ActiveModelTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

/// The rules of those ids.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}

/// The rule of that id and kind.
pub async fn find(session: &impl Session, workspace: WorkspaceId, id: RuleId, kind: RuleKind) -> Result<Option<Model>> {
    let rows = find_many(session, workspace, &[id.0]).await?;
    Ok(rows.into_iter().find(|row| row.kind == kind.as_str()))
}

/// The rules of those automations, in order of rank.
pub async fn of_automations(
    session: &impl Session,
    workspace: WorkspaceId,
    automations: &[Uuid],
) -> Result<Vec<Model>> {
    let query = Entity::find()
        .filter(COLUMN.workspace_id.eq(workspace.0))
        .filter(COLUMN.automation_id.is_in(automations.iter().copied()))
        .order_by_asc(Column::Rank);
    Ok(query.all(session.connection()).await?)
}

/// Stores a new rule of a kind.
pub async fn insert(
    tx: &Tx,
    workspace: WorkspaceId,
    automation: AutomationId,
    kind: RuleKind,
    rank: i32,
    checked: &CheckedRule,
    now: Timestamp,
) -> Result<Model> {
    let row = ActiveModel {
        workspace_id: Set(workspace.0),
        id: Set(checked.rule.id.0),
        automation_id: Set(automation.0),
        kind: Set(kind.as_str().to_owned()),
        rank: Set(rank),
        own_name: Set(checked.own_name.clone()),
        definition_schema: Set(i32::try_from(DEFINITION_SCHEMA).unwrap_or_default()),
        definition: Set(convert::write("rule", &checked.rule)?),
        created_at: Set(now.as_micros()),
        updated_at: Set(now.as_micros()),
    };
    Ok(row.insert(tx.connection()).await?)
}

/// The rule that a row holds.
///
/// # Errors
/// [`super::Error::Unreadable`], if it was written by a newer version.
pub fn definition(row: &Model) -> Result<Rule> {
    convert::rule(row)
}
