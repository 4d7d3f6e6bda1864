//! Writes. Each has one input and a payload of its own; what the caller did wrong is in `userErrors`.

use super::error::{UserError, not_ingested, user_errors};
use super::id::Kind;
use super::inputs::automation::{
    AutomationCreateInput, AutomationPauseInput, AutomationPublishInput, AutomationResumeInput,
};
use super::inputs::event::EventsIngestInput;
use super::inputs::rule::{AlternateExitRuleCreateInput, EntryRuleCreateInput, GoalCreateInput};
use super::query::Query;
use super::types::automation::Automation;
use super::types::rule::{AlternateExitRule, EntryRule, Goal};
use super::types::{caller, services};
use crate::authoring::{Authoring, AuthoringError};
use crate::engine::Outcome;
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use offramp_domain::automation::{RuleDraft, RuleKind};
use offramp_domain::event::EventDraft;
use offramp_domain::fault::{Code, Path};
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_domain::limits::EVENTS_PER_BATCH_MAX;
use offramp_entity::rule;

/// Writes.
#[derive(Clone, Copy, Default)]
pub struct Mutation;

/// What was written, or why not.
type Written<T> = std::result::Result<T, AuthoringError>;

macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty }) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            $field: Option<$type>,
            /// Empty when it worked.
            user_errors: Vec<UserError>,
            /// For reading anything else afterwards.
            query: Option<Query>,
        }

        impl $name {
            fn of(result: Written<$type>) -> Result<Self> {
                let query = Some(Query);
                Ok(match result {
                    Ok($field) => Self { $field: Some($field), user_errors: Vec::new(), query },
                    Err(error) => Self { $field: None, user_errors: user_errors(error)?, query },
                })
            }
        }
    };
}

payload!(
    /// Result of `automationCreate`.
    AutomationCreatePayload {
        /// The new automation; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `automationPublish`.
    AutomationPublishPayload {
        /// The automation as it is now; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `automationPause`.
    AutomationPausePayload {
        /// The automation as it is now; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `automationResume`.
    AutomationResumePayload {
        /// The automation as it is now; null when there are errors.
        automation: Automation
    }
);
payload!(
    /// Result of `entryRuleCreate`.
    EntryRuleCreatePayload {
        /// The new rule; null when there are errors.
        entry_rule: EntryRule
    }
);
payload!(
    /// Result of `goalCreate`.
    GoalCreatePayload {
        /// The new goal; null when there are errors.
        goal: Goal
    }
);
payload!(
    /// Result of `alternateExitRuleCreate`.
    AlternateExitRuleCreatePayload {
        /// The new rule; null when there are errors.
        alternate_exit_rule: AlternateExitRule
    }
);

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
}

/// Writes.
#[Object]
impl Mutation {
    /// Makes an automation, as a draft.
    async fn automation_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The automation.")] input: AutomationCreateInput,
    ) -> Option<Result<AutomationCreatePayload>> {
        Some(create_automation(ctx, input).await.and_then(AutomationCreatePayload::of))
    }

    /// Publishes the draft as the next version: contacts enter it from now on, those inside stay with theirs.
    async fn automation_publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AutomationPublishInput,
    ) -> Option<Result<AutomationPublishPayload>> {
        Some(change(ctx, &input.id, Change::Publish).await.and_then(AutomationPublishPayload::of))
    }

    /// Lets nobody enter any more; goals and exits go on.
    async fn automation_pause(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AutomationPauseInput,
    ) -> Option<Result<AutomationPausePayload>> {
        Some(change(ctx, &input.id, Change::Pause).await.and_then(AutomationPausePayload::of))
    }

    /// Lets contacts enter again.
    async fn automation_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AutomationResumeInput,
    ) -> Option<Result<AutomationResumePayload>> {
        Some(change(ctx, &input.id, Change::Resume).await.and_then(AutomationResumePayload::of))
    }

    /// Adds a rule that pulls contacts in; it runs after the next publication.
    async fn entry_rule_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] input: EntryRuleCreateInput,
    ) -> Option<Result<EntryRuleCreatePayload>> {
        let id = input.automation_id.clone();
        Some(
            create_rule(ctx, &id, RuleKind::Entry, &input.into(), EntryRule::read)
                .await
                .and_then(EntryRuleCreatePayload::of),
        )
    }

    /// Adds a goal; it runs after the next publication.
    async fn goal_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The goal.")] input: GoalCreateInput,
    ) -> Option<Result<GoalCreatePayload>> {
        let id = input.automation_id.clone();
        Some(create_rule(ctx, &id, RuleKind::Goal, &input.into(), Goal::read).await.and_then(GoalCreatePayload::of))
    }

    /// Adds a rule that pulls contacts out without a conversion; it runs after the next publication.
    async fn alternate_exit_rule_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] input: AlternateExitRuleCreateInput,
    ) -> Option<Result<AlternateExitRuleCreatePayload>> {
        let id = input.automation_id.clone();
        Some(
            create_rule(ctx, &id, RuleKind::AlternateExit, &input.into(), AlternateExitRule::read)
                .await
                .and_then(AlternateExitRuleCreatePayload::of),
        )
    }

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

async fn create_automation(ctx: &Context<'_>, input: AutomationCreateInput) -> Result<Written<Automation>> {
    let row = services(ctx)?.authoring.create_automation(caller(ctx)?.workspace, &input.into()).await;
    Ok(row.map(Automation))
}

/// A change of what runs.
#[derive(Clone, Copy)]
enum Change {
    Publish,
    Pause,
    Resume,
}

async fn change(ctx: &Context<'_>, id: &ID, change: Change) -> Result<Written<Automation>> {
    let (services, workspace) = (services(ctx)?, caller(ctx)?.workspace);
    let row = async |authoring: &Authoring, workspace: WorkspaceId, key: AutomationId| match change {
        Change::Publish => authoring.publish_automation(workspace, key).await,
        Change::Pause => authoring.pause_automation(workspace, key).await,
        Change::Resume => authoring.resume_automation(workspace, key).await,
    };
    let Some(key) = Kind::Automation.key(id) else { return Ok(Err(AuthoringError::no_automation("id"))) };
    Ok(row(&services.authoring, workspace, key).await.map(Automation))
}

async fn create_rule<T>(
    ctx: &Context<'_>,
    automation: &ID,
    kind: RuleKind,
    draft: &RuleDraft,
    read: fn(rule::Model) -> Result<T>,
) -> Result<Written<T>> {
    let Some(key) = Kind::Automation.key(automation) else {
        return Ok(Err(AuthoringError::no_automation("automationId")));
    };
    match services(ctx)?.authoring.create_rule(caller(ctx)?.workspace, key, kind, draft).await {
        Ok(row) => Ok(Ok(read(row)?)),
        Err(error) => Ok(Err(error)),
    }
}

async fn ingest(ctx: &Context<'_>, input: EventsIngestInput) -> Result<EventsIngestPayload> {
    let (services, caller) = (services(ctx)?, caller(ctx)?);
    let drafts: Vec<EventDraft> = input.events.into_iter().map(Into::into).collect();
    if !(1..=EVENTS_PER_BATCH_MAX).contains(&drafts.len()) {
        return Ok(whole_batch_refused(drafts.len()));
    }
    let outcomes = services.engine.ingest(caller.workspace, caller.currency, drafts).await;
    let outcomes = outcomes.map_err(|error| not_ingested(&error))?;
    let results: Vec<_> = (0..).zip(outcomes).map(|(index, outcome)| result(index, outcome)).collect();
    let count = |status| results.iter().map(|result| i32::from(result.status == status)).sum();
    Ok(EventsIngestPayload {
        accepted_count: count(EventStatus::Accepted),
        duplicate_count: count(EventStatus::Duplicate),
        refused_count: count(EventStatus::Refused),
        results,
        user_errors: Vec::new(),
        query: Some(Query),
    })
}

fn result(index: i32, outcome: Outcome) -> EventResult {
    let (status, deduplicated, faults) = match outcome {
        Outcome::Accepted { deduplicated } => (EventStatus::Accepted, deduplicated, Vec::new()),
        Outcome::Duplicate => (EventStatus::Duplicate, true, Vec::new()),
        Outcome::Refused(faults) => (EventStatus::Refused, false, faults),
    };
    EventResult { index, status, deduplicated, user_errors: faults.into_iter().map(Into::into).collect() }
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
        user_errors: vec![fault.into()],
        query: Some(Query),
    }
}
