//! Rules of the draft, in order of rank.

use super::dialect::Kind;
use super::statement::{Rows, execute, id, row};
use super::{Result, Session, Tx, convert};
use offramp_domain::automation::{CheckedRule, DEFINITION_SCHEMA, Rule, RuleKind};
use offramp_domain::ids::{AutomationId, RuleId, WorkspaceId};
use offramp_domain::time::Timestamp;
use offramp_entity::rule::{ActiveModel, COLUMN, Column, Entity, Model};
use sea_orm::{ActiveModelTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

/// The rules of those ids, archived ones too.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}

/// The rule of that id and kind, also if it is archived.
pub async fn find(session: &impl Session, workspace: WorkspaceId, id: RuleId, kind: RuleKind) -> Result<Option<Model>> {
    let rows = find_many(session, workspace, &[id.0]).await?;
    Ok(rows.into_iter().find(|row| row.kind == kind.as_str()))
}

/// The rules of those automations' drafts, in order of rank.
pub async fn of_automations(
    session: &impl Session,
    workspace: WorkspaceId,
    automations: &[Uuid],
) -> Result<Vec<Model>> {
    let query = Entity::find()
        .filter(COLUMN.workspace_id.eq(workspace.0))
        .filter(COLUMN.automation_id.is_in(automations.iter().copied()))
        .filter(COLUMN.archived_at.is_null())
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
        version: Set(1),
        archived_at: Set(None),
    };
    Ok(row.insert(tx.connection()).await?)
}

/// The row as it is to be changed: of the next version, at this time.
fn changed(row: Model, now: Timestamp) -> ActiveModel {
    let version = row.version.saturating_add(1);
    ActiveModel { version: Set(version), updated_at: Set(now.as_micros()), ..row.into() }
}

/// Stores what a rule is after a change.
pub async fn update(tx: &Tx, row: Model, checked: &CheckedRule, now: Timestamp) -> Result<Model> {
    let row = ActiveModel {
        own_name: Set(checked.own_name.clone()),
        definition_schema: Set(i32::try_from(DEFINITION_SCHEMA).unwrap_or_default()),
        definition: Set(convert::write("rule", &checked.rule)?),
        ..changed(row, now)
    };
    Ok(row.update(tx.connection()).await?)
}

/// Takes a rule out of the draft, for ever (R41).
pub async fn archive(tx: &Tx, row: Model, now: Timestamp) -> Result<Model> {
    let row = ActiveModel { archived_at: Set(Some(now.as_micros())), ..changed(row, now) };
    Ok(row.update(tx.connection()).await?)
}

/// Notes that a rule was moved; where to, [`reorder`] stores.
pub async fn touch(tx: &Tx, row: Model, now: Timestamp) -> Result<Model> {
    Ok(changed(row, now).update(tx.connection()).await?)
}

/// Gives rules of one kind of one draft new ranks.
///
/// In two steps, the first to where nobody is: each row is checked by itself against the index that keeps two rules
/// from having one rank.
pub async fn reorder(tx: &Tx, workspace: WorkspaceId, ranks: &[(RuleId, i32)]) -> Result<()> {
    let rows =
        Rows::new(&[("id", Kind::Id), ("rank", Kind::Small)], ranks.iter().map(|(rule, rank)| row![id(rule.0), rank]));
    if rows.is_empty() {
        return Ok(());
    }
    for text in [
        "UPDATE rule SET rank = -1 - r.rank FROM {rows} WHERE rule.workspace_id = $1 AND rule.id = r.id",
        "UPDATE rule SET rank = r.rank FROM {rows} WHERE rule.workspace_id = $1 AND rule.id = r.id",
    ] {
        execute(tx, text, vec![workspace.0.into()], &[&rows]).await?;
    }
    Ok(())
}

/// The rule that a row holds.
///
/// # Errors
/// [`super::Error::Unreadable`], if it was written by a newer version.
pub fn definition(row: &Model) -> Result<Rule> {
    convert::rule(row)
}

/// The rule that a row holds, and the name that it was given.
///
/// # Errors
/// As for [`definition`].
pub fn checked(row: &Model) -> Result<CheckedRule> {
    Ok(CheckedRule { rule: convert::rule(row)?, own_name: row.own_name.clone() })
}
