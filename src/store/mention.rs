//! The ids that events have mentioned: what the drill-down of a filter offers where nobody keeps a list.

use super::dialect::Kind;
use super::page::{Page, Slice};
use super::statement::{Rows, all, execute, row};
use super::{Result, Session, Tx, named};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::limits::MENTIONS_PER_SOURCE_MAX;
use offramp_domain::time::Timestamp;
use offramp_entity::mention::Model;
use std::collections::BTreeMap;

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

/// The same page of the ids of each source, in order of the ids, in one statement; those with a text in them, where one
/// is given.
pub async fn pages(
    session: &impl Session,
    workspace: WorkspaceId,
    sources: &[&'static str],
    search: Option<&str>,
    page: &Page<String>,
) -> Result<Vec<(&'static str, Slice<Model>)>> {
    let rows = Rows::new(&[("source", Kind::Text)], sources.iter().map(|source| row![source]));
    let mut values = vec![workspace.0.into(), i64::try_from(page.limit()).unwrap_or(i64::MAX).into()];
    let mut narrowed = String::new();
    for (bound, sign) in [(&page.after, '>'), (&page.before, '<')] {
        let Some(bound) = bound else { continue };
        values.push(bound.as_str().into());
        narrowed.push_str(&format!(" AND m.\"key\" {sign} ${}", values.len()));
    }
    if let Some(search) = search {
        narrowed.push_str(&named::contains("m.\"key\"", search, &mut values));
    }
    let order = if page.from_end { "DESC" } else { "ASC" };
    let text = format!(
        "SELECT l.* FROM (SELECT m.*, ROW_NUMBER() OVER (PARTITION BY m.source ORDER BY m.\"key\" {order}) AS place \
         FROM {{rows}} JOIN mention m ON m.workspace_id = $1 AND m.source = r.source WHERE TRUE{narrowed}) AS l \
         WHERE l.place <= $2 ORDER BY l.source, l.place"
    );
    let mut of: BTreeMap<_, Vec<Model>> = sources.iter().map(|source| (*source, Vec::new())).collect();
    for row in all::<Model>(session, &text, values, &[&rows]).await? {
        if let Some(rows) = of.get_mut(row.source.as_str()) {
            rows.push(row);
        }
    }
    Ok(of.into_iter().map(|(source, rows)| (source, page.slice(rows))).collect())
}
