//! Stays in order of contact, automation and rotation, and what belongs to a page of them.

use crate::store::dialect::Kind;
use crate::store::statement::{Rows, all, id, row};
use crate::store::{Result, Session, convert};
use offramp_domain::check::{Conversion, Exit, Reversal, Stay, Wanted};
use offramp_domain::event::Event;
use offramp_domain::ids::{ContactId, ConversionId, EnrollmentId, EventId, ExitId, ReversalId, WorkspaceId};
use offramp_domain::time::{Elapsed, Timestamp};
use offramp_entity as entity;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// After which stay a page begins: its contact, automation, rotation and id.
pub type StayKey = (Uuid, Uuid, i32, Uuid);

/// The next stays after one, in order of contact, automation and rotation; from the first on, if after none.
pub async fn stays(
    session: &impl Session,
    workspace: WorkspaceId,
    after: Option<StayKey>,
    limit: u32,
) -> Result<Vec<Stay>> {
    let (contact, automation, rotation, stay) = after.unwrap_or((Uuid::nil(), Uuid::nil(), i32::MIN, Uuid::nil()));
    let keys = vec![
        workspace.0.into(),
        contact.into(),
        automation.into(),
        rotation.into(),
        stay.into(),
        i64::from(limit).into(),
    ];
    let text = "SELECT * FROM enrollment WHERE workspace_id = $1 \
                AND (contact_id, automation_id, rotation, id) > ($2, $3, $4, $5) \
                ORDER BY contact_id, automation_id, rotation, id LIMIT $6";
    let rows: Vec<entity::enrollment::Model> = all(session, text, keys, &[]).await?;
    let of = |row: entity::enrollment::Model| Stay {
        id: row.id.into(),
        automation: row.automation_id.into(),
        version: row.version,
        contact: row.contact_id.into(),
        rotation: row.rotation,
        status: row.status,
        entered_at: Timestamp::from_micros(row.entered_at),
        entry_rule: row.entry_rule_id.into(),
        entry_event: row.entry_event_id.into(),
        exited_at: row.exited_at.map(Timestamp::from_micros),
        exit_reason: row.exit_reason,
    };
    Ok(rows.into_iter().map(of).collect())
}

#[derive(FromQueryResult)]
struct ExitRow {
    id: Uuid,
    enrollment_id: Uuid,
    automation_id: Uuid,
    contact_id: Uuid,
    reason: String,
    rule_id: Uuid,
    event_id: Uuid,
    exited_at: i64,
}

/// The next exits of those stays, in order of stay.
pub async fn exits(
    session: &impl Session,
    workspace: WorkspaceId,
    of: &[EnrollmentId],
    after: (EnrollmentId, ExitId),
    limit: u32,
) -> Result<Vec<Exit>> {
    let rows = Rows::ids(of.iter().copied());
    let text = "SELECT x.id, x.enrollment_id, x.automation_id, x.contact_id, x.reason, x.rule_id, x.event_id, x.exited_at \
                FROM {rows} JOIN exit x ON x.workspace_id = $1 AND x.enrollment_id = r.id \
                WHERE (x.enrollment_id, x.id) > ($2, $3) ORDER BY x.enrollment_id, x.id LIMIT $4";
    let values = vec![workspace.0.into(), after.0.0.into(), after.1.0.into(), i64::from(limit).into()];
    let found: Vec<ExitRow> = all(session, text, values, &[&rows]).await?;
    let of = |row: ExitRow| Exit {
        id: row.id.into(),
        enrollment: row.enrollment_id.into(),
        automation: row.automation_id.into(),
        contact: row.contact_id.into(),
        reason: row.reason,
        rule: row.rule_id.into(),
        event: row.event_id.into(),
        exited_at: Timestamp::from_micros(row.exited_at),
    };
    Ok(found.into_iter().map(of).collect())
}

/// The next conversions of those stays, in order of stay.
pub async fn conversions(
    session: &impl Session,
    workspace: WorkspaceId,
    of: &[EnrollmentId],
    after: (EnrollmentId, ConversionId),
    limit: u32,
) -> Result<Vec<Conversion>> {
    let rows = Rows::ids(of.iter().copied());
    let text = "SELECT c.* FROM {rows} JOIN conversion c ON c.workspace_id = $1 AND c.enrollment_id = r.id \
                WHERE (c.enrollment_id, c.id) > ($2, $3) ORDER BY c.enrollment_id, c.id LIMIT $4";
    let values = vec![workspace.0.into(), after.0.0.into(), after.1.0.into(), i64::from(limit).into()];
    let found: Vec<entity::conversion::Model> = all(session, text, values, &[&rows]).await?;
    let of = |row: entity::conversion::Model| Conversion {
        id: row.id.into(),
        position: row.position,
        enrollment: row.enrollment_id.into(),
        automation: row.automation_id.into(),
        contact: row.contact_id.into(),
        goal: row.goal_id.into(),
        event: row.event_id.into(),
        at: Timestamp::from_micros(row.converted_at),
        elapsed: Elapsed::from_micros(row.elapsed_us),
        value_minor: row.value_minor,
        value_currency: row.value_currency,
        counted: row.counted,
        headline: row.headline,
        late: row.late,
        after_exit: row.after_exit,
        within_window: row.within_window,
    };
    Ok(found.into_iter().map(of).collect())
}

/// The next reversals of conversions of those stays, in order of stay.
pub async fn reversals(
    session: &impl Session,
    workspace: WorkspaceId,
    of: &[EnrollmentId],
    after: (EnrollmentId, ReversalId),
    limit: u32,
) -> Result<Vec<Reversal>> {
    let rows = Rows::ids(of.iter().copied());
    let text = "SELECT v.* FROM {rows} JOIN reversal v ON v.workspace_id = $1 AND v.enrollment_id = r.id \
                WHERE (v.enrollment_id, v.id) > ($2, $3) ORDER BY v.enrollment_id, v.id LIMIT $4";
    let values = vec![workspace.0.into(), after.0.0.into(), after.1.0.into(), i64::from(limit).into()];
    let found: Vec<entity::reversal::Model> = all(session, text, values, &[&rows]).await?;
    let of = |row: entity::reversal::Model| Reversal {
        id: row.id.into(),
        position: row.position,
        conversion: row.conversion_id.into(),
        enrollment: row.enrollment_id.into(),
        automation: row.automation_id.into(),
        contact: row.contact_id.into(),
        goal: row.goal_id.into(),
        at: Timestamp::from_micros(row.reversed_at),
        amount_minor: row.amount_minor,
        amount_currency: row.amount_currency,
        in_full: row.in_full,
    };
    Ok(found.into_iter().map(of).collect())
}

#[derive(FromQueryResult)]
struct Received {
    id: Uuid,
    received_at: i64,
}

/// When the events of entries were received, of those that are wanted and stored.
pub async fn received(
    session: &impl Session,
    workspace: WorkspaceId,
    wanted: &Wanted,
) -> Result<Vec<(EventId, Timestamp)>> {
    let rows = Rows::ids(wanted.entry_events.iter().copied());
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT e.id, e.received_at FROM {rows} JOIN event e ON e.workspace_id = $1 AND e.id = r.id";
    let found: Vec<Received> = all(session, text, vec![workspace.0.into()], &[&rows]).await?;
    Ok(found.into_iter().map(|row| (row.id.into(), Timestamp::from_micros(row.received_at))).collect())
}

/// The next events of those that are wanted, in order of contact and time, after one of them.
pub async fn events(
    session: &impl Session,
    workspace: WorkspaceId,
    wanted: &Wanted,
    after: Option<(ContactId, Timestamp, EventId)>,
    limit: u32,
) -> Result<Vec<(ContactId, Event)>> {
    let (contact, at, event) = after.unwrap_or((Uuid::nil().into(), Timestamp::from_micros(0), Uuid::nil().into()));
    // Only who is not done with, and of him only what comes: what was read is not read again for the next page.
    let coming =
        wanted.since.range(contact..).map(|(who, since)| if *who == contact { (who, at) } else { (who, *since) });
    let rows =
        Rows::new(&[("contact_id", Kind::Id), ("since", Kind::Int)], coming.map(|(who, since)| row![id(who.0), since]));
    let types = Rows::new(&[("event_type", Kind::Text)], wanted.event_types.iter().map(|name| row![name]));
    if rows.is_empty() || types.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT e.* FROM {rows} JOIN event e ON e.workspace_id = $1 AND e.contact_id = r.contact_id AND e.at >= r.since \
                WHERE e.counts AND e.event_type IN (SELECT r.event_type FROM {more}) \
                AND (e.contact_id, e.at, e.id) > ($2, $3, $4) ORDER BY e.contact_id, e.at, e.id LIMIT $5";
    let values =
        vec![workspace.0.into(), contact.0.into(), at.as_micros().into(), event.0.into(), i64::from(limit).into()];
    let found: Vec<entity::event::Model> = all(session, text, values, &[&rows, &types]).await?;
    found.into_iter().map(|row| Ok((row.contact_id.into(), convert::event(row)?))).collect()
}
