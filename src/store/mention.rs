//! The ids that events have mentioned: what the drill-down of a filter offers where nobody keeps a list.

use super::dialect::Kind;
use super::page::{Page, Slice};
use super::statement::{Rows, all, execute, row};
use super::{Result, Session, Tx};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::limits::MENTIONS_PER_SOURCE_MAX;
use offramp_domain::time::Timestamp;
use offramp_entity::mention::Model;

/// An id, and what of the workspace has it.
pub type Mention = (&'static str, String);

/// Notes ids that were mentioned, as far as there is room for so many.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, mentions: &[&Mention], now: Timestamp) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[("source", Kind::Text), ("key", Kind::Text)];
    let rows = Rows::new(COLUMNS, mentions.iter().map(|(source, key)| row![source, key]));
    if rows.is_empty() {
        return Ok(());
    }
    let text = "INSERT INTO mention (workspace_id, source, \"key\", first_at) \
                SELECT $1, r.source, r.\"key\", $2 FROM {rows} \
                WHERE (SELECT COUNT(*) FROM mention m WHERE m.workspace_id = $1 AND m.source = r.source) < $3 \
                ORDER BY r.source, r.\"key\" ON CONFLICT (workspace_id, source, \"key\") DO NOTHING";
    let values = vec![workspace.0.into(), now.as_micros().into(), MENTIONS_PER_SOURCE_MAX.into()];
    execute(tx, text, values, &[&rows]).await?;
    Ok(())
}

/// A page of the ids of a source that have a text in them, whatever its capitals, in order of the ids.
pub async fn page(
    session: &impl Session,
    workspace: WorkspaceId,
    source: &str,
    search: &str,
    page: &Page<String>,
) -> Result<Slice<Model>> {
    // One more than asked for, which tells whether there are more.
    let limit = i64::try_from(page.size.saturating_add(1)).unwrap_or(i64::MAX);
    let order = if page.from_end { "DESC" } else { "ASC" };
    let text = format!(
        "SELECT m.* FROM mention m WHERE m.workspace_id = $1 AND m.source = $2 AND LOWER(m.\"key\") LIKE $3 ESCAPE '!' \
         AND m.\"key\" > $4 AND (m.\"key\" < $5 OR $5 = '') ORDER BY m.\"key\" {order} LIMIT $6"
    );
    let escaped = search.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let values = vec![
        workspace.0.into(),
        source.into(),
        format!("%{escaped}%").into(),
        page.after.clone().unwrap_or_default().into(),
        page.before.clone().unwrap_or_default().into(),
        limit.into(),
    ];
    Ok(page.slice(all(session, &text, values, &[]).await?))
}
