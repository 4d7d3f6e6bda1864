//! Counters: one update per key and commit, and sums over all of their quarters.

use super::dialect::Kind;
use super::statement::{self, Rows, all, id, row};
use super::{Result, Session, Tx};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::stats::{CounterKey, Delta};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Adds to counters, in the order of their keys so that two nodes never wait for each other.
pub async fn add(tx: &Tx, workspace: WorkspaceId, deltas: &BTreeMap<CounterKey, Delta>) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("automation_id", Kind::Id),
        ("rule_id", Kind::Id),
        ("metric", Kind::Text),
        ("currency", Kind::Text),
        ("bucket", Kind::Int),
        ("count", Kind::Int),
        ("amount_minor", Kind::Int),
    ];
    let rows = deltas.iter().map(|(key, delta)| {
        let currency = key.currency.map_or("", |currency| currency.code());
        let metric = key.metric.as_str();
        let rule = key.rule.map_or(Uuid::nil(), |rule| rule.0);
        row![id(key.automation.0), id(rule), metric, currency, key.bucket, delta.count, delta.amount_minor]
    });
    let rows = Rows::new(COLUMNS, rows);
    let again = "ORDER BY r.automation_id, r.rule_id, r.metric, r.currency, r.bucket \
                 ON CONFLICT (workspace_id, automation_id, rule_id, metric, currency, bucket) DO UPDATE \
                 SET count = counter.count + excluded.count, \
                 amount_minor = counter.amount_minor + excluded.amount_minor";
    statement::insert(tx, "counter", workspace, &rows, again).await
}

/// A counter's sum over all of its quarters.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Sum {
    /// Of what: an automation, or a rule.
    pub owner_id: Uuid,
    /// What.
    pub metric: String,
    /// ISO 4217 code of the amount; empty where there is none.
    pub currency: String,
    /// How many.
    pub count: i64,
    /// How much, in minor units.
    pub amount_minor: i64,
}

/// The sums of those automations, over all of their rules.
pub async fn sums(session: &impl Session, workspace: WorkspaceId, automations: &[Uuid]) -> Result<Vec<Sum>> {
    let rows = Rows::ids(automations.iter().copied());
    all(
        session,
        "SELECT c.automation_id AS owner_id, c.metric, c.currency, CAST(SUM(c.count) AS BIGINT) AS count, \
         CAST(SUM(c.amount_minor) AS BIGINT) AS amount_minor \
         FROM {rows} JOIN counter c ON c.workspace_id = $1 AND c.automation_id = r.id \
         GROUP BY c.automation_id, c.metric, c.currency ORDER BY c.automation_id, c.metric, c.currency",
        vec![workspace.0.into()],
        &[&rows],
    )
    .await
}

/// The sums of those rules.
pub async fn sums_of_rules(session: &impl Session, workspace: WorkspaceId, rules: &[Uuid]) -> Result<Vec<Sum>> {
    let rows = Rows::ids(rules.iter().copied());
    all(
        session,
        "SELECT c.rule_id AS owner_id, c.metric, c.currency, CAST(SUM(c.count) AS BIGINT) AS count, \
         CAST(SUM(c.amount_minor) AS BIGINT) AS amount_minor \
         FROM {rows} JOIN rule u ON u.workspace_id = $1 AND u.id = r.id \
         JOIN counter c ON c.workspace_id = $1 AND c.automation_id = u.automation_id AND c.rule_id = u.id \
         GROUP BY c.rule_id, c.metric, c.currency ORDER BY c.rule_id, c.metric, c.currency",
        vec![workspace.0.into()],
        &[&rows],
    )
    .await
}
