//! Automations and goals by their names: what the drill-down of a filter offers of the workspace's own.

use super::page::{Page, Slice};
use super::statement::all;
use super::{Result, Session, named};
use offramp_domain::automation::{AutomationStatus, RuleKind};
use offramp_domain::ids::WorkspaceId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Choice {
    /// Its id, in order of creation.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A page of the automations that are not archived, in the order in which they were made; those with a text in their
/// names, where one is given.
pub async fn automations(
    session: &impl Session,
    workspace: WorkspaceId,
    search: Option<&str>,
    page: &Page<Uuid>,
) -> Result<Slice<Choice>> {
    read(session, workspace, "t.name", "automation t", "t.status <> $3", search, page).await
}

/// The same of the goals of their drafts. A goal without a name of its own bears its conditions in English.
pub async fn goals(
    session: &impl Session,
    workspace: WorkspaceId,
    search: Option<&str>,
    page: &Page<Uuid>,
) -> Result<Slice<Choice>> {
    let from = "rule t JOIN automation a ON a.workspace_id = $1 AND a.id = t.automation_id";
    let goal = RuleKind::Goal.as_str();
    let which = format!("a.status <> $3 AND t.kind = '{goal}' AND t.archived_at IS NULL");
    read(session, workspace, "t.definition ->> 'name'", from, &which, search, page).await
}

async fn read(
    session: &impl Session,
    workspace: WorkspaceId,
    name: &str,
    from: &str,
    which: &str,
    search: Option<&str>,
    page: &Page<Uuid>,
) -> Result<Slice<Choice>> {
    let limit = i64::try_from(page.limit()).unwrap_or(i64::MAX);
    let mut values = vec![workspace.0.into(), limit.into(), AutomationStatus::Archived.as_str().into()];
    let mut narrowed = String::new();
    for (bound, sign) in [(page.after, '>'), (page.before, '<')] {
        let Some(bound) = bound else { continue };
        values.push(bound.into());
        narrowed.push_str(&format!(" AND t.id {sign} ${}", values.len()));
    }
    if let Some(search) = search {
        narrowed.push_str(&named::contains(name, search, &mut values));
    }
    let order = if page.from_end { "DESC" } else { "ASC" };
    let text = format!(
        "SELECT t.id, {name} AS name FROM {from} WHERE t.workspace_id = $1 AND {which}{narrowed} \
         ORDER BY t.id {order} LIMIT $2"
    );
    Ok(page.slice(all(session, &text, values, &[]).await?))
}
