//! Drill-down filters of types of conditions, and what there is to choose from.

use crate::graphql::inputs::condition::FilterOperator;
use crate::graphql::inputs::searched;
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::{Offer, Offered, OptionsOf};
use crate::graphql::page::{Arguments, Opaque, Paged, connection, part};
use crate::graphql::types::{caller, loaded};
use async_graphql::connection::EmptyFields;
use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use offramp_domain::condition::catalogue::{self, FilterDefinition, FilterKind};
use offramp_domain::product::folded;

/// A drill-down filter of a type of conditions.
#[derive(Clone, Copy)]
pub struct ConditionFilterDefinition(pub(in crate::graphql) &'static FilterDefinition);

/// What the values of a filter are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FilterValueType {
    /// Ids of your own, such as tags: `texts`.
    Ids,
    /// Values of a closed list: `texts`.
    Enum,
    /// Words: `text` or `texts`.
    Text,
    /// Names of events: `text` or `texts`.
    EventName,
    /// Products, categories and order forms, mixed: `items`.
    Items,
    /// An exact number: `number` or `numberRange`.
    Number,
    /// An exact amount in one currency: `money` or `moneyRange`.
    Money,
    /// Yes or no: `flag`.
    Flag,
    /// An instant: `instant`, `instantRange`, `day`, `duration` or `afterEntry`.
    Instant,
    /// A length of time: `duration`.
    Duration,
    /// A property at a path: a text, a number, an amount, an instant or a `flag`.
    Property,
    /// What something was and what it is: `texts`, `change` or `number`.
    Change,
}

/// What is chosen from where a filter takes products, categories and order forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ItemKind {
    /// Products.
    Product,
    /// Categories of products.
    Category,
    /// Order forms, in the edition `MAX_CLASSIC`.
    OrderForm,
}

/// A value that a filter may be asked for.
#[derive(SimpleObject)]
pub struct ConditionOption {
    /// What the filter is to have among its `texts`, or as the id of an item.
    value: String,
    /// What people call it.
    label: String,
}

type Options = Paged<ConditionOption, EmptyFields>;

/// A drill-down filter of a type of conditions.
#[Object]
impl ConditionFilterDefinition {
    /// The key by which conditions name it, such as `paymentType`.
    async fn key(&self) -> &str {
        self.0.key
    }

    /// What people call it, as in "where … is", such as `payment type`.
    async fn label(&self) -> &str {
        self.0.label
    }

    /// A sentence more; null where the label says enough.
    async fn help(&self) -> Option<&str> {
        Some(self.0.help).filter(|help| !help.is_empty())
    }

    /// What its values are.
    async fn value_type(&self) -> FilterValueType {
        self.0.kind.into()
    }

    /// Every operator that it knows; which of them fit a value depends on what the value is.
    async fn operators(&self) -> Vec<FilterOperator> {
        self.0.kind.operators().into_iter().map(|(operator, _)| operator.into()).collect()
    }

    /// Whether a condition without it is refused.
    async fn is_required(&self) -> bool {
        self.0.required
    }

    /// What has to be so where a condition has no such filter; null where nothing has to.
    async fn default(&self) -> Option<bool> {
        self.0.default
    }

    /// Whether the condition says in `path` where to look.
    async fn takes_path(&self) -> bool {
        self.0.takes_path
    }

    /// The property of the event that it reads, where it is a filter of something that happens and reads just one.
    async fn property(&self) -> Option<&str> {
        catalogue::event_property(self.0)
    }

    /// Where `options` come from: what of the workspace, such as `tags`; `values` for a closed list, `items` for
    /// products, categories and order forms. Null where there are none.
    async fn options_source(&self) -> Option<&str> {
        match self.0.kind {
            FilterKind::Ids(source) => Some(source),
            FilterKind::Enum(_) => Some("values"),
            FilterKind::Items => Some("items"),
            _ => None,
        }
    }

    /// What there is to choose from, such as
    /// `conditionType(key: "tag.applied") { filters { key options(first: 10, search: "vi") { nodes { value label } } } }`;
    /// null where anything may be asked for. The values of a closed list in its order; products, categories, order
    /// forms, automations and goals of the workspace that are not archived, in the order in which they were made;
    /// of everything else the ids that events have mentioned (10,000 of a kind), in their own order. `first` or `last`
    /// is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    #[allow(clippy::too_many_arguments)]
    async fn options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "Only those with this in their value or label, in whatever letters; all, if left out or empty."
        )]
        search: Option<String>,
        #[graphql(
            desc = "Which of them, where the filter takes `ITEMS`; `PRODUCT`, if left out. Other filters do not heed it."
        )]
        item_kind: Option<ItemKind>,
    ) -> Option<Result<Options>> {
        let arguments = Arguments { after, before, first, last };
        self.offered(ctx, &arguments, search, item_kind.unwrap_or(ItemKind::Product)).await.transpose()
    }
}

impl ConditionFilterDefinition {
    async fn offered(
        &self,
        ctx: &Context<'_>,
        arguments: &Arguments,
        search: Option<String>,
        item_kind: ItemKind,
    ) -> Result<Option<Options>> {
        let offered = match (self.0.kind, item_kind) {
            (FilterKind::Enum(values), _) => return listed(values, arguments, search).map(Some),
            (FilterKind::Ids("products"), _) | (FilterKind::Items, ItemKind::Product) => {
                Offered::Products(arguments.page()?)
            }
            (FilterKind::Ids("categories"), _) | (FilterKind::Items, ItemKind::Category) => {
                Offered::Categories(arguments.page()?)
            }
            (FilterKind::Ids("order_forms"), _) | (FilterKind::Items, ItemKind::OrderForm) => {
                Offered::OrderForms(arguments.page()?)
            }
            (FilterKind::Ids("automations"), _) => Offered::Automations(arguments.page()?),
            (FilterKind::Ids("goals"), _) => Offered::Goals(arguments.page()?),
            (FilterKind::Ids(source), _) => Offered::Mentioned(source, arguments.page()?),
            _ => return Ok(None),
        };
        let (workspace, search) = (caller(ctx)?.workspace, searched(search)?);
        let slice = loaded(ctx, OptionsOf { workspace, search, offered }).await?.unwrap_or_default();
        let cursor = |offer: &Offer| offer.id.map_or_else(|| Opaque::of(offer.value.clone()), Opaque::of);
        let show = |offer: Offer| ConditionOption { value: offer.value, label: offer.label };
        Ok(Some(connection(slice, EmptyFields, cursor, show)))
    }
}

/// A page of a closed list.
fn listed(values: &'static [&'static str], arguments: &Arguments, search: Option<String>) -> Result<Options> {
    let (page, search) = (arguments.page::<String>()?, searched(search)?.map(|search| folded(&search)));
    let is_found = |value: &str| search.as_ref().is_none_or(|search| folded(value).contains(search));
    let found: Vec<_> = values.iter().copied().filter(|value| is_found(value)).collect();
    let slice = part(found, &page, |value| value)?;
    let show = |value: &str| ConditionOption { value: value.to_owned(), label: value.to_owned() };
    Ok(connection(slice, EmptyFields, |value| Opaque::of((*value).to_owned()), show))
}

impl From<FilterKind> for FilterValueType {
    fn from(kind: FilterKind) -> Self {
        match kind {
            FilterKind::Ids(_) => Self::Ids,
            FilterKind::Enum(_) => Self::Enum,
            FilterKind::Text => Self::Text,
            FilterKind::EventName => Self::EventName,
            FilterKind::Items => Self::Items,
            FilterKind::Number => Self::Number,
            FilterKind::Money => Self::Money,
            FilterKind::Flag => Self::Flag,
            FilterKind::Instant => Self::Instant,
            FilterKind::Duration => Self::Duration,
            FilterKind::Property => Self::Property,
            FilterKind::Change => Self::Change,
        }
    }
}
