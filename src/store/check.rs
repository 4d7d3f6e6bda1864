//! What the judge is given: every row of a workspace, in pages by key, as it is stored.

mod links;
mod records;
mod stays;

pub use links::{message_ids, purchases, references, rules_progressed};
pub use records::{counters, feed, skips};
pub use stays::{StayKey, conversions, events, exits, received, reversals, stays};

use super::{Result, Session};
use offramp_domain::check::Automation;
use offramp_domain::ids::WorkspaceId;
use offramp_entity::automation;
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct AutomationRow {
    id: Uuid,
    status: String,
    published_number: Option<i32>,
}

/// Every automation. Those that are not archived are few; the others are as many as people made in all the years.
pub async fn automations(session: &impl Session, workspace: WorkspaceId) -> Result<Vec<Automation>> {
    use automation::{COLUMN, Column, Entity};
    let rows = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Status, Column::PublishedNumber])
        .filter(COLUMN.workspace_id.eq(workspace.0))
        .into_model::<AutomationRow>()
        .all(session.connection())
        .await?;
    let of = |row: AutomationRow| Automation { id: row.id.into(), status: row.status, published: row.published_number };
    Ok(rows.into_iter().map(of).collect())
}
