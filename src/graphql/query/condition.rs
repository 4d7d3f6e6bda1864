//! Reads of the catalogue of conditions, and of conditions that somebody is writing.

use crate::graphql::error::{bad_input, user_errors};
use crate::graphql::inputs::preview::ConditionPreviewInput;
use crate::graphql::limits::page_cost;
use crate::graphql::page::{Arguments, Opaque, Paged, connection, part};
use crate::graphql::types::catalogue::{ConditionDefinition, ConditionDefinitionTotal, ConditionKind};
use crate::graphql::types::preview::ConditionPreview;
use crate::graphql::types::{caller, services};
use async_graphql::{Context, Object, Result};
use offramp_domain::condition::catalogue;
use offramp_domain::condition::search::{self, SearchFilter};
use offramp_domain::fault::Path;

/// Reads of the catalogue of conditions.
#[derive(Clone, Copy, Default)]
pub struct ConditionQuery;

type Definitions = Paged<ConditionDefinition, ConditionDefinitionTotal>;

#[Object]
impl ConditionQuery {
    /// Types of conditions: those that a search finds, the likeliest first, or all in the order of the catalogue. An
    /// example: `conditionTypes(search: "follow-up purchase", first: 3) { nodes { key name } }`. `first` or `last` is
    /// required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn condition_types(
        &self,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "What people call it, such as `buys` or `takes a class`, at most 200 characters; all, if left out or empty."
        )]
        search: Option<String>,
        #[graphql(desc = "Only those of this category, one of `conditionCategories`; of all, if left out.")]
        category: Option<String>,
        #[graphql(desc = "Only those of this kind; of all, if left out.")] kind: Option<ConditionKind>,
    ) -> Option<Result<Definitions>> {
        let arguments = Arguments { after, before, first, last };
        Some(found(&arguments, &search.unwrap_or_default(), category.as_deref(), kind))
    }

    /// The type of conditions of that key, such as `purchase.made`; null when there is none.
    async fn condition_type(
        &self,
        #[graphql(desc = "Its key, to the letter.")] key: String,
    ) -> Option<ConditionDefinition> {
        catalogue::find(&key).map(ConditionDefinition)
    }

    /// The categories of the types of conditions, such as `Commerce`, in the order of the catalogue.
    async fn condition_categories(&self) -> Vec<&str> {
        catalogue::categories()
    }

    /// What a condition means that somebody is writing, or what is wrong with it, and what the latest events say of it,
    /// filter by filter. An example: `{"input": {"condition": {"key": "purchase.made", "filters": [{"key": "amount",
    /// "operator": "GTE", "value": {"money": {"amount": "20", "currencyCode": "USD"}}}]}}}`. Writes nothing; nobody
    /// enters or leaves.
    async fn condition_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The condition.")] input: ConditionPreviewInput,
    ) -> Option<Result<ConditionPreview>> {
        Some(preview(ctx, input).await)
    }
}

fn found(
    arguments: &Arguments,
    text: &str,
    category: Option<&str>,
    kind: Option<ConditionKind>,
) -> Result<Definitions> {
    let page = arguments.page::<String>()?;
    search::check(text).map_err(|(_, why)| bad_input(format!("`search`: {why}")))?;
    let category = category.map(catalogue::category).transpose();
    let category = category.map_err(|why| bad_input(format!("`category`: {why}")))?;
    let found = search::search(text, SearchFilter { category, kind: kind.map(Into::into) });
    let total = ConditionDefinitionTotal(found.len());
    let slice = part(found, &page, |definition| definition.key)?;
    Ok(connection(slice, total, |definition| Opaque::of(definition.key.to_owned()), ConditionDefinition))
}

async fn preview(ctx: &Context<'_>, input: ConditionPreviewInput) -> Result<ConditionPreview> {
    let (authoring, workspace) = (&services(ctx)?.authoring, caller(ctx)?.workspace);
    let root = Path::root("input");
    match authoring.check_condition(workspace, &input.condition.into(), &root.field("condition")).await {
        Ok(condition) => ConditionPreview::of(ctx, &condition).await,
        Err(error) => Ok(ConditionPreview::refused(user_errors(error)?)),
    }
}
