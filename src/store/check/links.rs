//! What rows refer to, and keys that must not repeat.

use crate::store::statement::{all, one};
use crate::store::{Result, Session};
use offramp_domain::check::{MessageIds, Purchases, References, SPELLED_OUT_MAX};
use offramp_domain::event::ORDER_PURCHASED;
use offramp_domain::ids::{RuleId, WorkspaceId};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A column that refers to rows of the same workspace.
struct Link {
    table: &'static str,
    column: &'static str,
    to: &'static str,
    /// The column that names the row.
    named_by: &'static str,
    /// Of which rows.
    only: &'static str,
}

const fn link(table: &'static str, column: &'static str, to: &'static str) -> Link {
    Link { table, column, to, named_by: "id", only: "" }
}

const fn of_progress(column: &'static str, to: &'static str, only: &'static str) -> Link {
    Link { table: "progress", column, to, named_by: "owner_id", only }
}

/// Every reference that is a column, whether a foreign key holds it or not. A nil id refers to nothing.
const LINKS: &[Link] = &[
    link("event", "contact_id", "contact"),
    link("rule", "automation_id", "automation"),
    Link { named_by: "automation_id", ..link("automation_version", "automation_id", "automation") },
    link("enrollment", "automation_id", "automation"),
    link("enrollment", "contact_id", "contact"),
    link("enrollment", "entry_event_id", "event"),
    link("exit", "enrollment_id", "enrollment"),
    link("exit", "automation_id", "automation"),
    link("exit", "contact_id", "contact"),
    link("exit", "event_id", "event"),
    link("conversion", "enrollment_id", "enrollment"),
    link("conversion", "automation_id", "automation"),
    link("conversion", "contact_id", "contact"),
    link("conversion", "event_id", "event"),
    link("conversion", "earned_event_id", "event"),
    link("reversal", "conversion_id", "conversion"),
    link("reversal", "enrollment_id", "enrollment"),
    link("reversal", "automation_id", "automation"),
    link("reversal", "contact_id", "contact"),
    link("reversal", "event_id", "event"),
    link("customer_order", "contact_id", "contact"),
    link("customer_order", "purchase_event_id", "event"),
    link("payment", "contact_id", "contact"),
    link("payment", "event_id", "event"),
    link("skip", "automation_id", "automation"),
    link("skip", "contact_id", "contact"),
    link("skip", "event_id", "event"),
    of_progress("contact_id", "contact", ""),
    of_progress("event_id", "event", ""),
    of_progress("owner_id", "enrollment", " AND f.owner_kind = 'enrollment'"),
    Link { named_by: "rule_id", ..link("counter", "automation_id", "automation") },
    Link { named_by: "reference_id", ..link("feed", "automation_id", "automation") },
    Link { named_by: "reference_id", ..link("feed", "contact_id", "contact") },
];

#[derive(FromQueryResult)]
struct Count {
    examined: i64,
    wrong: i64,
}

#[derive(FromQueryResult)]
struct Dangling {
    name: Uuid,
    refers: Uuid,
}

/// What every column refers to.
pub async fn references(session: &impl Session, workspace: WorkspaceId) -> Result<Vec<References>> {
    let mut found = Vec::new();
    for link in LINKS {
        found.push(reference(session, workspace, link).await?);
    }
    Ok(found)
}

async fn reference(session: &impl Session, workspace: WorkspaceId, link: &Link) -> Result<References> {
    let Link { table, column, to, named_by, only } = link;
    let from = format!(
        "FROM {table} f LEFT JOIN {to} t ON t.workspace_id = f.workspace_id AND t.id = f.{column} \
         WHERE f.workspace_id = $1 AND f.{column} <> $2{only}"
    );
    let values = || vec![workspace.0.into(), Uuid::nil().into()];
    let text = format!("SELECT COUNT(*) AS examined, COUNT(*) - COUNT(t.id) AS wrong {from}");
    let count = one::<Count>(session, &text, values(), &[]).await?.unwrap_or(Count { examined: 0, wrong: 0 });
    let mut first = Vec::new();
    if count.wrong > 0 {
        let text = format!(
            "SELECT f.{named_by} AS name, f.{column} AS refers {from} AND t.id IS NULL \
             ORDER BY f.{named_by}, f.{column} LIMIT {SPELLED_OUT_MAX}"
        );
        first = all::<Dangling>(session, &text, values(), &[]).await?;
    }
    Ok(References {
        column: format!("{table}.{column}"),
        to: (*to).to_owned(),
        examined: whole(count.examined),
        dangling: whole(count.wrong),
        first: first.into_iter().map(|row| (row.name, row.refers)).collect(),
    })
}

#[derive(FromQueryResult)]
struct Owner {
    owner_id: Uuid,
}

/// The rules towards which progress is kept, of which there are no more than were published.
pub async fn rules_progressed(session: &impl Session, workspace: WorkspaceId) -> Result<Vec<RuleId>> {
    let text =
        "SELECT DISTINCT owner_id FROM progress WHERE workspace_id = $1 AND owner_kind = 'rule' ORDER BY owner_id";
    let rows: Vec<Owner> = all(session, text, vec![workspace.0.into()], &[]).await?;
    Ok(rows.into_iter().map(|row| row.owner_id.into()).collect())
}

#[derive(FromQueryResult)]
struct Repeated {
    message_id: String,
    times: i64,
}

/// How the message ids stand (R61).
pub async fn message_ids(session: &impl Session, workspace: WorkspaceId) -> Result<MessageIds> {
    const GROUPED: &str = "SELECT message_id, COUNT(*) AS times FROM event \
                           WHERE workspace_id = $1 AND message_id IS NOT NULL GROUP BY message_id";
    let values = || vec![workspace.0.into()];
    let text = format!(
        "SELECT CAST(COALESCE(SUM(times), 0) AS BIGINT) AS examined, \
         CAST(COALESCE(SUM(times), 0) AS BIGINT) - COUNT(*) AS wrong FROM ({GROUPED}) AS grouped"
    );
    let count = one::<Count>(session, &text, values(), &[]).await?.unwrap_or(Count { examined: 0, wrong: 0 });
    let mut first = Vec::new();
    if count.wrong > 0 {
        let text = format!("{GROUPED} HAVING COUNT(*) > 1 ORDER BY message_id LIMIT {SPELLED_OUT_MAX}");
        first = all::<Repeated>(session, &text, values(), &[]).await?;
    }
    let first = first.into_iter().map(|row| (row.message_id, whole(row.times))).collect();
    Ok(MessageIds { examined: whole(count.examined), repeated: whole(count.wrong), first })
}

/// How the purchases stand (R21): each order that has one has one that counts, and names it.
pub async fn purchases(session: &impl Session, workspace: WorkspaceId) -> Result<Purchases> {
    const BOUGHT: &str = "SELECT e.contact_id, e.name, COUNT(*) AS times, \
                          COUNT(CASE WHEN o.purchase_event_id = e.id THEN 1 END) AS named \
                          FROM (SELECT id, contact_id, properties ->> 'orderId' AS name FROM event \
                          WHERE workspace_id = $1 AND event_type = $2 AND counts) AS e \
                          LEFT JOIN customer_order o ON o.workspace_id = $1 AND o.contact_id = e.contact_id \
                          AND o.external_id = e.name GROUP BY e.contact_id, e.name";
    let values = || vec![workspace.0.into(), ORDER_PURCHASED.into()];
    let text = format!(
        "SELECT CAST(COALESCE(SUM(times), 0) AS BIGINT) AS examined, \
         COUNT(CASE WHEN times <> 1 OR named <> 1 THEN 1 END) AS wrong FROM ({BOUGHT}) AS bought"
    );
    let count = one::<Count>(session, &text, values(), &[]).await?.unwrap_or(Count { examined: 0, wrong: 0 });
    let mut first = Vec::new();
    if count.wrong > 0 {
        let text = format!(
            "SELECT name, times FROM ({BOUGHT}) AS bought WHERE times <> 1 OR named <> 1 ORDER BY name \
             LIMIT {SPELLED_OUT_MAX}"
        );
        first = all::<Bought>(session, &text, values(), &[]).await?;
    }
    let first = first.into_iter().map(|row| (row.name, whole(row.times))).collect();
    Ok(Purchases { examined: whole(count.examined), wrong: whole(count.wrong), first })
}

#[derive(FromQueryResult)]
struct Bought {
    name: String,
    times: i64,
}

fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
