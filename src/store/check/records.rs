//! Skips, counters, and the feed beside what it tells of.

use crate::store::statement::all;
use crate::store::{Result, Session};
use offramp_domain::check::{Counter, FeedPage, Skip, Told};
use offramp_domain::ids::{SkipId, WorkspaceId};
use offramp_domain::time::Timestamp;
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct SkipRow {
    id: Uuid,
    automation_id: Uuid,
    rule_id: Uuid,
    skipped_at: i64,
    reason: String,
}

/// The next skips after one, in order of id.
pub async fn skips(session: &impl Session, workspace: WorkspaceId, after: SkipId, limit: u32) -> Result<Vec<Skip>> {
    let text = "SELECT id, automation_id, rule_id, skipped_at, reason FROM skip WHERE workspace_id = $1 AND id > $2 \
                ORDER BY id LIMIT $3";
    let values = vec![workspace.0.into(), after.0.into(), i64::from(limit).into()];
    let rows: Vec<SkipRow> = all(session, text, values, &[]).await?;
    let of = |row: SkipRow| Skip {
        id: row.id.into(),
        automation: row.automation_id.into(),
        rule: row.rule_id.into(),
        reason: row.reason,
        at: Timestamp::from_micros(row.skipped_at),
    };
    Ok(rows.into_iter().map(of).collect())
}

#[derive(FromQueryResult)]
struct CounterRow {
    automation_id: Uuid,
    rule_id: Uuid,
    metric: String,
    currency: String,
    bucket: i64,
    count: i64,
    amount_minor: i64,
}

/// The next counters after one, in the database's order of their keys.
pub async fn counters(
    session: &impl Session,
    workspace: WorkspaceId,
    after: Option<&Counter>,
    limit: u32,
) -> Result<Vec<Counter>> {
    let mut values = vec![workspace.0.into()];
    match after {
        Some(Counter { automation, rule, metric, currency, bucket, .. }) => values.extend([
            automation.0.into(),
            rule.0.into(),
            metric.as_str().into(),
            currency.as_str().into(),
            bucket.as_micros().into(),
        ]),
        None => values.extend([Uuid::nil().into(), Uuid::nil().into(), "".into(), "".into(), i64::MIN.into()]),
    }
    values.push(i64::from(limit).into());
    let text = "SELECT automation_id, rule_id, metric, currency, bucket, count, amount_minor FROM counter \
                WHERE workspace_id = $1 AND (automation_id, rule_id, metric, currency, bucket) > ($2, $3, $4, $5, $6) \
                ORDER BY automation_id, rule_id, metric, currency, bucket LIMIT $7";
    let rows: Vec<CounterRow> = all(session, text, values, &[]).await?;
    let of = |row: CounterRow| Counter {
        automation: row.automation_id.into(),
        rule: row.rule_id.into(),
        metric: row.metric,
        currency: row.currency,
        bucket: Timestamp::from_micros(row.bucket),
        count: row.count,
        amount_minor: row.amount_minor,
    };
    Ok(rows.into_iter().map(of).collect())
}

#[derive(FromQueryResult)]
struct ToldRow {
    position: i64,
    kind: String,
    reference_id: Uuid,
    automation_id: Uuid,
    contact_id: Uuid,
    rule_id: Uuid,
    reason: Option<String>,
}

const FEED: &str = "SELECT position, kind, reference_id, automation_id, contact_id, rule_id, reason FROM feed \
                    WHERE workspace_id = $1 AND position > $2 ORDER BY position LIMIT $3";
const EXITS: &str = "SELECT position, 'exit' AS kind, id AS reference_id, automation_id, contact_id, rule_id, reason \
                     FROM exit WHERE workspace_id = $1 AND position > $2 ORDER BY position LIMIT $3";
const CONVERSIONS: &str = "SELECT position, 'conversion' AS kind, id AS reference_id, automation_id, contact_id, \
                           goal_id AS rule_id, CAST(NULL AS TEXT) AS reason FROM conversion \
                           WHERE workspace_id = $1 AND position > $2 ORDER BY position LIMIT $3";

const REVERSALS: &str = "SELECT position, 'reversal' AS kind, id AS reference_id, automation_id, contact_id, \
                         goal_id AS rule_id, CAST(NULL AS TEXT) AS reason FROM reversal \
                         WHERE workspace_id = $1 AND position > $2 ORDER BY position LIMIT $3";

/// The next part of the feed after a position, with what it must tell of at the same positions, and how far it goes;
/// none when there are no more of any.
pub async fn feed(
    session: &impl Session,
    workspace: WorkspaceId,
    after: i64,
    limit: u32,
) -> Result<Option<(FeedPage, i64)>> {
    let mut up_to = i64::MAX;
    let mut read = Vec::new();
    for text in [FEED, EXITS, CONVERSIONS, REVERSALS] {
        let values = vec![workspace.0.into(), after.into(), i64::from(limit).into()];
        let rows: Vec<ToldRow> = all(session, text, values, &[]).await?;
        let rows: Vec<_> = rows.into_iter().map(told).collect();
        // All are known as far as the one that is known the least.
        if let Some(last) = rows.last().filter(|_| u32::try_from(rows.len()).is_ok_and(|count| count >= limit)) {
            up_to = up_to.min(last.position);
        }
        read.push(rows);
    }
    if read.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    read.iter_mut().for_each(|rows| rows.retain(|row| row.position <= up_to));
    let mut read = read.into_iter();
    let told = read.next().unwrap_or_default();
    Ok(Some((FeedPage { told, kept: read.flatten().collect() }, up_to)))
}

fn told(row: ToldRow) -> Told {
    Told {
        position: row.position,
        kind: row.kind,
        reference: row.reference_id,
        automation: row.automation_id.into(),
        contact: row.contact_id.into(),
        rule: row.rule_id.into(),
        reason: row.reason,
    }
}
