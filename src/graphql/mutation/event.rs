//! Events taken in.

use crate::engine::Outcome;
use crate::graphql::error::{UserError, failed, not_ingested};
use crate::graphql::inputs::event::EventsIngestInput;
use crate::graphql::query::Query;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use offramp_domain::event::EventDraft;
use offramp_domain::fault::{Code, Fault, Path};
use offramp_domain::limits::EVENTS_PER_BATCH_MAX;

/// Result of `eventsIngest`.
#[derive(SimpleObject)]
pub struct EventsIngestPayload {
    /// What became of each event, in order; empty when the batch as a whole was refused.
    results: Vec<EventResult>,
    /// How many were new, and are stored and judged now.
    accepted_count: i32,
    /// How many had been applied before.
    duplicate_count: i32,
    /// How many were refused; the others went through.
    refused_count: i32,
    /// How many failed on our side, each alone; the others went through.
    failed_count: i32,
    /// Of how many it is not known, by a failure on our side, whether they were stored.
    unknown_count: i32,
    /// What is wrong with the batch as a whole; nothing of it was applied then.
    user_errors: Vec<UserError>,
    /// For reading anything else afterwards.
    query: Option<Query>,
}

/// What became of an event.
#[derive(SimpleObject)]
pub struct EventResult {
    /// Its place in `events`.
    index: i32,
    /// What became of it.
    status: EventStatus,
    /// Whether sending it again is safe: it has a `messageId`.
    deduplicated: bool,
    /// Why it was refused; empty otherwise.
    user_errors: Vec<UserError>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EventStatus {
    /// Stored durably and judged; its exits are visible.
    Accepted,
    /// The same had been applied before.
    Duplicate,
    /// Not stored; its `messageId` is still free.
    Refused,
    /// Not stored, by a failure of ours that only this event met; its `messageId` is still free.
    Failed,
    /// Stored or not: a failure of ours came between, and nobody knows. Send it again; its `messageId` tells.
    Unknown,
}

/// Events taken in.
#[derive(Clone, Copy, Default)]
pub struct EventMutation;

#[Object]
impl EventMutation {
    /// Takes in up to 1,000 events. When it answers, each accepted one is durable and judged, and its exits are
    /// visible.
    async fn events_ingest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The events.")] input: EventsIngestInput,
    ) -> Option<Result<EventsIngestPayload>> {
        Some(ingest(ctx, input).await)
    }
}

async fn ingest(ctx: &Context<'_>, input: EventsIngestInput) -> Result<EventsIngestPayload> {
    let (services, caller) = (services(ctx)?, caller(ctx)?);
    let drafts: Vec<EventDraft> = input.events.into_iter().map(Into::into).collect();
    if !(1..=EVENTS_PER_BATCH_MAX).contains(&drafts.len()) {
        return Ok(whole_batch_refused(drafts.len()));
    }
    let outcomes = services.engine.ingest(caller.workspace, caller.currency, drafts).await;
    let outcomes = outcomes.map_err(|error| not_ingested(ctx, &error))?;
    if let Some(error_id) = lost(&outcomes) {
        return Err(failed(error_id));
    }
    let results: Vec<_> = (0..).zip(outcomes).map(|(index, outcome)| result(index, outcome)).collect();
    let count = |status| results.iter().map(|result| i32::from(result.status == status)).sum();
    Ok(EventsIngestPayload {
        accepted_count: count(EventStatus::Accepted),
        duplicate_count: count(EventStatus::Duplicate),
        refused_count: count(EventStatus::Refused),
        failed_count: count(EventStatus::Failed),
        unknown_count: count(EventStatus::Unknown),
        results,
        user_errors: Vec::new(),
        query: Some(Query::default()),
    })
}

fn result(index: i32, outcome: Outcome) -> EventResult {
    let (status, deduplicated, faults) = match outcome {
        Outcome::Accepted { deduplicated, .. } => (EventStatus::Accepted, deduplicated, Vec::new()),
        Outcome::Duplicate => (EventStatus::Duplicate, true, Vec::new()),
        Outcome::Refused(faults) => (EventStatus::Refused, false, faults),
        // The door turns these into faults at their places.
        Outcome::Declined(_) => (EventStatus::Refused, false, Vec::new()),
        Outcome::Failed { error_id } => {
            let message = "Something failed on our side with this event alone; ask";
            (EventStatus::Failed, false, vec![internal(index, message, &error_id)])
        }
        Outcome::Unknown { error_id } => {
            let message = "Something failed on our side, and the event may have been stored or not. Send it again, under \
                           the same messageId; if it stays, ask";
            (EventStatus::Unknown, false, vec![internal(index, message, &error_id)])
        }
    };
    EventResult { index, status, deduplicated, user_errors: faults.into_iter().map(Into::into).collect() }
}

/// The id to ask about if nothing is known of any event: that is a failure of the whole request.
fn lost(outcomes: &[Outcome]) -> Option<&str> {
    let ids = outcomes.iter().map(|outcome| match outcome {
        Outcome::Unknown { error_id } => Some(error_id.as_str()),
        _ => None,
    });
    ids.collect::<Option<Vec<_>>>()?.first().copied()
}

fn internal(index: i32, message: &str, error_id: &str) -> Fault {
    let (input, index) = (Path::root("input"), usize::try_from(index).unwrap_or_default());
    let message = format!("{message} about error id {error_id}.");
    input.field("events").index(index).fault(Code::Internal, message)
}

fn whole_batch_refused(count: usize) -> EventsIngestPayload {
    let (input, code) = (Path::root("input"), if count == 0 { Code::Blank } else { Code::TooMany });
    let message = format!("Has {count} events; a batch has from 1 to {EVENTS_PER_BATCH_MAX}. Nothing was applied.");
    let fault = input.field("events").fault(code, message);
    EventsIngestPayload {
        results: Vec::new(),
        accepted_count: 0,
        duplicate_count: 0,
        refused_count: 0,
        failed_count: 0,
        unknown_count: 0,
        user_errors: vec![fault.into()],
        query: Some(Query::default()),
    }
}
