//! Types of conditions, as the catalogue has them.

pub(in crate::graphql) mod filter;

use super::{caller, loaded};
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::limits::LIST_COST;
use crate::graphql::loaders::WorkspaceKey;
use crate::store;
use async_graphql::{Context, Enum, ID, Json, Object, Result};
use filter::ConditionFilterDefinition;
use offramp_domain::condition::catalogue::{self, Kind as DomainKind};
use offramp_domain::condition::schema::json_schema;
use offramp_domain::condition::search::KindName;
use serde_json::Value;

/// A type of conditions, the same in every workspace.
#[derive(Clone, Copy)]
pub struct ConditionDefinition(pub(in crate::graphql) &'static catalogue::ConditionDefinition);

/// What makes conditions of a type hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "KindName")]
pub enum ConditionKind {
    /// Something happened, such as a purchase.
    Event,
    /// Something is so, such as having a membership; it is met when that turns true.
    State,
    /// Something did not happen for some time.
    Absence,
    /// Several conditions together.
    Group,
}

/// A type of conditions: what rules can ask for, and with which drill-down filters.
#[Object]
impl ConditionDefinition {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::ConditionDefinition.id_of_text(self.0.key)
    }

    /// The key by which conditions name it, such as `purchase.made`.
    async fn key(&self) -> &str {
        self.0.key
    }

    /// What people call it, such as `Makes a purchase`.
    async fn name(&self) -> &str {
        self.0.name
    }

    /// What else people call it, such as `buys`; the search finds it by these too.
    async fn synonyms(&self) -> &[&'static str] {
        self.0.synonyms
    }

    /// One sentence.
    async fn description(&self) -> &str {
        self.0.description
    }

    /// Where it stands among the others, such as `Commerce`; one of `conditionCategories`.
    async fn category(&self) -> &str {
        catalogue::category_of(self.0)
    }

    /// What makes a condition of this type hold.
    async fn kind(&self) -> ConditionKind {
        KindName::of(self.0).into()
    }

    /// The types of the events that meet it, or that may change a state, such as `order.purchased`. Empty where the
    /// condition names them (`event.custom`), and where it is made of other conditions.
    async fn events(&self) -> Vec<&str> {
        match &self.0.kind {
            DomainKind::Event(types) => types(&[]).iter().collect(),
            DomainKind::State(state) => state.changed_by.to_vec(),
            DomainKind::Absence | DomainKind::Group => Vec::new(),
        }
    }

    /// Whether this workspace's edition has what it cannot do without.
    async fn is_available(&self, ctx: &Context<'_>) -> Result<bool> {
        let workspace = caller(ctx)?.workspace;
        let row = loaded(ctx, WorkspaceKey(workspace, workspace.0)).await?;
        let row = row.ok_or_else(|| internal(&"a workspace is not there"))?;
        let edition = store::workspace::edition(&row).map_err(|error| internal(&error))?;
        Ok(self.0.is_available(edition))
    }

    /// Its drill-down filters, with those that everything that happens has (`location`, `source`).
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn filters(&self) -> Vec<ConditionFilterDefinition> {
        self.0.every_filter().map(ConditionFilterDefinition).collect()
    }

    /// JSON Schema (draft 2020-12) of a condition of this type, in the shape of `ConditionInput`.
    async fn json_schema(&self) -> Json<Value> {
        Json(json_schema(self.0))
    }
}

/// How many types a search found.
pub struct ConditionDefinitionTotal(pub(in crate::graphql) usize);

#[Object]
impl ConditionDefinitionTotal {
    /// How many there are in all.
    async fn total_count(&self) -> usize {
        self.0
    }
}
