//! Conditions as they were checked, in the shape in which they are given.

use super::money::Money;
use super::rule::ConditionJoin;
use crate::graphql::id::Kind;
use crate::graphql::inputs::condition::FilterOperator;
use crate::graphql::limits::LIST_COST;
use crate::graphql::scalars::{DateTime, Decimal, Duration};
use async_graphql::{ID, Object, SimpleObject};
use offramp_domain::condition::{self as domain, ItemRef, Operand, Tally, Total};
use uuid::Uuid;

/// One thing that has to happen.
pub struct Condition {
    /// The rule that it belongs to, by which it is found again.
    pub(in crate::graphql) rule: Uuid,
    pub(in crate::graphql) condition: domain::Condition,
}

/// One drill-down option of a condition.
#[derive(SimpleObject)]
pub struct ConditionFilter {
    /// Which option of the condition's type.
    key: String,
    /// Where to look, for filters on properties.
    path: Option<String>,
    /// How to compare.
    operator: FilterOperator,
    /// With what; null for operators that need no value.
    value: Option<FilterValue>,
    /// Whether capital letters of texts are taken for small ones.
    ignore_case: bool,
}

/// What a filter compares with: one of these, the others are null.
#[derive(Default, SimpleObject)]
pub struct FilterValue {
    /// Texts, ids or values of a closed list.
    texts: Option<Vec<String>>,
    /// A number.
    number: Option<Decimal>,
    /// From a number to a number, both included.
    number_range: Option<NumberRange>,
    /// An amount.
    money: Option<Money>,
    /// From an amount to an amount, both included.
    money_range: Option<MoneyRange>,
    /// Yes or no.
    flag: Option<bool>,
    /// Products, categories and order forms.
    items: Option<Vec<Item>>,
    /// A regular expression, where the operator is `MATCHES`; otherwise null.
    text: Option<String>,
    /// An instant.
    instant: Option<DateTime>,
    /// From an instant until another.
    instant_range: Option<InstantRange>,
    /// A day, in the workspace's time zone.
    day: Option<String>,
    /// A length of time.
    duration: Option<Duration>,
    /// So long after entry; before it, with a minus.
    after_entry: Option<Duration>,
    /// From one of some values to one of others.
    change: Option<TextChange>,
}

/// From an instant until another, which is excluded.
#[derive(SimpleObject)]
pub struct InstantRange {
    /// The first.
    from: DateTime,
    /// The first that is not among them.
    to: DateTime,
}

/// From one of some values to one of others.
#[derive(SimpleObject)]
pub struct TextChange {
    /// What it was: one of these.
    from: Vec<String>,
    /// What it is: one of these.
    to: Vec<String>,
}

/// Two places that have to say the same.
#[derive(SimpleObject)]
pub struct ConditionCorrelation {
    /// Where in the properties of the event.
    path: String,
    /// Where in those of the event that caused the entry.
    entry_path: String,
}

/// From a number to a number, both included.
#[derive(SimpleObject)]
pub struct NumberRange {
    /// The least.
    from: Decimal,
    /// The most.
    to: Decimal,
}

/// From an amount to an amount, both included.
#[derive(SimpleObject)]
pub struct MoneyRange {
    /// The least.
    from: Money,
    /// The most.
    to: Money,
}

/// Something that can be bought: one of these.
#[derive(Default, SimpleObject)]
pub struct Item {
    /// A product, by the customer's own id.
    product: Option<String>,
    /// Any product of a category, by the customer's own id.
    category: Option<String>,
    /// Whatever is ordered by a form, by the customer's own id.
    order_form: Option<String>,
}

/// A window after entry, both bounds included.
#[derive(SimpleObject)]
pub struct ConditionWindow {
    /// Not before so long after entry.
    not_before: Option<Duration>,
    /// Within so long after entry.
    within: Option<Duration>,
}

/// A window in absolute time.
#[derive(SimpleObject)]
pub struct ConditionOccurred {
    /// From this instant on.
    after: Option<DateTime>,
    /// Before this instant, which is excluded.
    before: Option<DateTime>,
}

/// How often something has to happen: one of these, the others are null.
#[derive(Default, SimpleObject)]
pub struct ConditionOccurrence {
    /// So many times or more.
    at_least: Option<i64>,
    /// The time of that number.
    nth: Option<i64>,
    /// Each time whose number is a multiple of it.
    every_nth: Option<i64>,
}

/// What has to add up over the events.
#[derive(SimpleObject)]
pub struct ConditionSum {
    /// The key of a filter of the condition's type, or the path of a property.
    of: String,
    /// How much it has to come to.
    at_least: ConditionTotal,
}

/// What a sum has to come to: one of these, the other is null.
#[derive(SimpleObject)]
pub struct ConditionTotal {
    /// A number.
    number: Option<Decimal>,
    /// An amount.
    money: Option<Money>,
}

/// One thing that has to happen.
#[Object]
impl Condition {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::Condition.id_within(self.rule, self.condition.id.0)
    }

    /// Its type in the catalogue, such as `purchase.made`.
    async fn key(&self) -> &str {
        self.condition.definition.0.key
    }

    /// The condition in English.
    async fn description(&self) -> String {
        domain::describe(&self.condition)
    }

    /// Drill-down options; all have to hold.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn filters(&self) -> Vec<ConditionFilter> {
        self.condition.filters.iter().map(ConditionFilter::from).collect()
    }

    /// When after entry; null for any time.
    async fn window(&self) -> Option<ConditionWindow> {
        let window = self.condition.window;
        let (not_before, within) = (window.not_before.map(Into::into), window.within.map(Into::into));
        (window != domain::Window::default()).then_some(ConditionWindow { not_before, within })
    }

    /// When in absolute time; null for any time.
    async fn occurred(&self) -> Option<ConditionOccurred> {
        let occurred = self.condition.occurred;
        let (after, before) = (occurred.after.map(Into::into), occurred.before.map(Into::into));
        (occurred != domain::Occurred::default()).then_some(ConditionOccurred { after, before })
    }

    /// How often it has to happen; null for once, and where a sum is asked for.
    async fn occurrence(&self) -> Option<ConditionOccurrence> {
        let none = ConditionOccurrence::default();
        match self.condition.tally {
            Tally::AtLeast(1) | Tally::Sum(_) => None,
            Tally::AtLeast(n) => Some(ConditionOccurrence { at_least: Some(n), ..none }),
            Tally::Nth(n) => Some(ConditionOccurrence { nth: Some(n), ..none }),
            Tally::EveryNth(n) => Some(ConditionOccurrence { every_nth: Some(n), ..none }),
        }
    }

    /// What has to add up over the events; null where nothing has to.
    async fn sum(&self) -> Option<ConditionSum> {
        let Tally::Sum(sum) = &self.condition.tally else { return None };
        let at_least = match sum.at_least {
            Total::Number(number) => ConditionTotal { number: Some(Decimal(number.to_string())), money: None },
            Total::Money(money) => ConditionTotal { number: None, money: Some(money.into()) },
        };
        Some(ConditionSum { of: sum.of().to_owned(), at_least })
    }

    /// Whether only the first such event of the contact meets it, whenever it was.
    async fn first_ever(&self) -> bool {
        self.condition.first_ever
    }

    /// How far back events count, also from before entry; null where only those since entry do.
    async fn lookback(&self) -> Option<Duration> {
        self.condition.lookback.map(Into::into)
    }

    /// What has to be the same as in the event that caused the entry.
    async fn same_as_entry(&self) -> Option<ConditionCorrelation> {
        let same = self.condition.same_as_entry.clone()?;
        Some(ConditionCorrelation { path: same.path, entry_path: same.entry_path })
    }

    /// Whether events that were sent for a test count.
    async fn include_test_events(&self) -> bool {
        self.condition.includes_test_events
    }

    /// How the conditions within are joined; null where it is no group.
    async fn join(&self) -> Option<ConditionJoin> {
        self.condition.is_group().then(|| self.condition.join.into())
    }

    /// The conditions within a group, or the one that must not happen.
    #[graphql(complexity = "child_complexity.saturating_mul(LIST_COST)")]
    async fn conditions(&self) -> Vec<Self> {
        let rule = self.rule;
        self.condition.conditions.iter().cloned().map(|condition| Self { rule, condition }).collect()
    }
}

impl From<&domain::Filter> for ConditionFilter {
    fn from(filter: &domain::Filter) -> Self {
        Self {
            key: filter.key.clone(),
            path: filter.path.clone(),
            operator: filter.operator.into(),
            value: value(&filter.operand),
            ignore_case: filter.ignores_case,
        }
    }
}

fn value(operand: &Operand) -> Option<FilterValue> {
    let none = FilterValue::default();
    let decimal = |number: &dyn ToString| Decimal(number.to_string());
    Some(match operand {
        Operand::Nothing => return None,
        Operand::Texts(texts) => FilterValue { texts: Some(texts.clone()), ..none },
        Operand::Number(number) => FilterValue { number: Some(decimal(number)), ..none },
        Operand::NumberRange(from, to) => {
            FilterValue { number_range: Some(NumberRange { from: decimal(from), to: decimal(to) }), ..none }
        }
        Operand::Money(money) => FilterValue { money: Some((*money).into()), ..none },
        Operand::MoneyRange(from, to) => {
            FilterValue { money_range: Some(MoneyRange { from: (*from).into(), to: (*to).into() }), ..none }
        }
        Operand::Flag(flag) => FilterValue { flag: Some(*flag), ..none },
        Operand::Items(items) => FilterValue { items: Some(items.iter().map(item).collect()), ..none },
        Operand::Pattern(pattern) => FilterValue { text: Some(pattern.as_str().to_owned()), ..none },
        Operand::Instant(at) => FilterValue { instant: Some((*at).into()), ..none },
        Operand::InstantRange(from, to) => {
            FilterValue { instant_range: Some(InstantRange { from: (*from).into(), to: (*to).into() }), ..none }
        }
        Operand::Day(day) => FilterValue { day: Some(day.to_string()), ..none },
        Operand::Duration(length) => FilterValue { duration: Some((*length).into()), ..none },
        Operand::AfterEntry(length) => FilterValue { after_entry: Some((*length).into()), ..none },
        Operand::Change(from, to) => {
            FilterValue { change: Some(TextChange { from: from.clone(), to: to.clone() }), ..none }
        }
    })
}

fn item(item: &ItemRef) -> Item {
    match item {
        ItemRef::Product(id) => Item { product: Some(id.clone()), ..Item::default() },
        ItemRef::Category(id) => Item { category: Some(id.clone()), ..Item::default() },
        ItemRef::OrderForm(id) => Item { order_form: Some(id.clone()), ..Item::default() },
    }
}
