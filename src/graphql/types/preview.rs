//! What a condition means that somebody is writing, and what stored events say of it.

use super::contact::Contact;
use super::{caller, contact, loaded};
use crate::graphql::error::{UserError, internal};
use crate::graphql::limits::LIST_COST;
use crate::graphql::loaders::WorkspaceKey;
use crate::graphql::scalars::DateTime;
use crate::graphql::types::services;
use crate::store;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use offramp_domain::condition::{self as domain, FilterResult, Judged, Scene};
use offramp_domain::event::Event;
use offramp_domain::ids::ContactId;
use std::collections::BTreeSet;

/// What a condition means, and what stored events say of it; nothing is written, and nobody enters or leaves.
pub struct ConditionPreview {
    description: Option<String>,
    user_errors: Vec<UserError>,
    events: Vec<PreviewedEvent>,
}

/// A stored event, held against the condition.
pub struct PreviewedEvent {
    contact: ContactId,
    event: Event,
    judged: Judged,
}

/// What an event says of one filter.
#[derive(SimpleObject)]
pub struct PreviewedFilter {
    /// The type of the condition that has the filter, such as `purchase.made`: in a group there are several.
    condition_key: String,
    /// The filter, or what else of the event is wrong: `event` for one that was sent for a test, `occurred` for when it
    /// happened.
    key: String,
    /// Where it looked, for filters on properties.
    path: Option<String>,
    /// What would hold, in words.
    wanted: String,
    /// What the event says, in words; null where it takes more than the event to know.
    found: Option<String>,
    /// Whether it holds; null where it takes more than the event to know.
    passes: Option<bool>,
}

/// What a condition means, and what stored events say of it; nothing is written, and nobody enters or leaves.
#[Object]
impl ConditionPreview {
    /// The condition in English; null where it has faults.
    async fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// What is wrong with it; empty where nothing is.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }

    /// The latest ten events of the types that the condition listens to, newest first, of the latest 10,000 of the
    /// workspace; for `composite` and `inaction`, of the types of those within. Empty where the condition has faults.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn events(&self) -> &[PreviewedEvent] {
        &self.events
    }
}

/// A stored event, held against a condition.
#[Object]
impl PreviewedEvent {
    /// Its id.
    async fn id(&self) -> ID {
        ID(self.event.id.0.to_string())
    }

    /// What happened, such as `order.purchased`.
    #[graphql(name = "type")]
    async fn event_type(&self) -> &str {
        &self.event.event_type
    }

    /// To whom.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        contact(ctx, self.contact.0).await?.ok_or_else(|| internal(&"an event has no contact"))
    }

    /// When, as the sender said.
    async fn occurred_at(&self) -> DateTime {
        self.event.occurred_at.into()
    }

    /// Whether it meets the condition, as far as it alone tells: `occurrence`, `sum`, `firstEver`, `lookback`, `window`
    /// and `sameAsEntry` are not judged. Of `composite` one of those within is enough, and of `inaction` it is what must
    /// not happen. Null where it takes more than the event: a state, or a filter of earlier events.
    async fn matches(&self) -> Option<bool> {
        self.judged.matches
    }

    /// What each filter says.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn filters(&self) -> Vec<PreviewedFilter> {
        self.judged.filters.iter().map(PreviewedFilter::from).collect()
    }
}

impl From<&FilterResult> for PreviewedFilter {
    fn from(result: &FilterResult) -> Self {
        Self {
            condition_key: result.condition.to_owned(),
            key: result.key.clone(),
            path: result.path.clone(),
            wanted: result.wanted.clone(),
            found: result.found.clone(),
            passes: result.passes,
        }
    }
}

impl ConditionPreview {
    /// Of a condition that is wrong.
    pub(in crate::graphql) const fn refused(user_errors: Vec<UserError>) -> Self {
        Self { description: None, user_errors, events: Vec::new() }
    }

    /// Of a condition that is right.
    pub(in crate::graphql) async fn of(ctx: &Context<'_>, condition: &domain::Condition) -> Result<Self> {
        let workspace = caller(ctx)?.workspace;
        let row = loaded(ctx, WorkspaceKey(workspace, workspace.0)).await?;
        let row = row.ok_or_else(|| internal(&"a workspace is not there"))?;
        let zone = store::workspace::zone(&row).map_err(|error| internal(&error))?;
        let leaves = condition.leaves();
        let types: BTreeSet<_> = leaves.iter().flat_map(|leaf| leaf.event_types().iter()).collect();
        let found = store::event::latest(&services(ctx)?.store, workspace, types).await;
        let events = found.map_err(|error| internal(&error))?.into_iter().map(|(contact, event)| {
            let judged = condition.judge(&Scene { zone: &zone, ..Scene::of(&event) });
            PreviewedEvent { contact, event, judged }
        });
        let description = Some(domain::describe(condition));
        Ok(Self { description, user_errors: Vec::new(), events: events.collect() })
    }
}
