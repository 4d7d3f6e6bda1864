//! Skips: somebody matched an entry rule and did not enter.

use super::dialect::Kind;
use super::statement::{self, Rows, id, row};
use super::{Result, Tx};
use offramp_domain::enrollment::Skip;
use offramp_domain::ids::WorkspaceId;

/// Stores skips.
pub async fn insert(tx: &Tx, workspace: WorkspaceId, skips: &[&Skip]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("automation_id", Kind::Id),
        ("contact_id", Kind::Id),
        ("rule_id", Kind::Id),
        ("event_id", Kind::Id),
        ("skipped_at", Kind::Int),
        ("reason", Kind::Text),
    ];
    let rows = skips.iter().map(|skip| {
        let ids = [skip.id.0, skip.automation.0, skip.contact.0, skip.rule.0, skip.event.0].map(id);
        let [own, automation, contact, rule, event] = ids;
        row![own, automation, contact, rule, event, skip.at, skip.reason.as_str()]
    });
    let rows = Rows::new(COLUMNS, rows);
    statement::insert(tx, "skip", workspace, &rows, "").await
}
