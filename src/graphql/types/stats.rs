//! Figures of an automation.

use super::exit::ExitReason;
use super::money::Money;
use super::{caller, loaded};
use crate::graphql::error::internal;
use crate::graphql::loaders::{Figures, FiguresOf, SumsOfRule};
use crate::graphql::scalars::Duration;
use crate::store::counter::Sum;
use async_graphql::{Context, Result, SimpleObject};
use offramp_domain::enrollment::{ExitReason as Reason, SkipReason};
use offramp_domain::money::Currency;
use offramp_domain::stats::{self, Metric};
use offramp_domain::time::Elapsed;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Figures of an automation over its whole life.
#[derive(Clone, Debug, SimpleObject)]
pub struct AutomationStats {
    /// Stays begun.
    entered: i64,
    /// Contacts inside now.
    active: i64,
    /// Stays with a counted conversion, gross; each counts once.
    converted: i64,
    /// Those of them of which no counted conversion stands any more: the orders behind were given back.
    converted_reversed: i64,
    /// Those of them of which a counted conversion stands, net.
    converted_net: i64,
    /// Converted, gross, of those who entered and had not met a rule already; null when there are none.
    conversion_rate: Option<ConversionRate>,
    /// The same of those of whom a counted conversion stands, net.
    net_conversion_rate: Option<ConversionRate>,
    /// All conversions, repeats among them, gross.
    conversions: i64,
    /// Those of them that stand no more.
    conversions_reversed: i64,
    /// Those of them that stand, net.
    conversions_net: i64,
    /// Stays ended by a goal.
    goal_exits: i64,
    /// Stays ended by an alternate exit rule.
    alternate_exits: i64,
    /// Stays ended, by reason; all that entered are inside, or are counted here.
    exit_counts: Vec<ExitCount>,
    /// Matches of contacts who did not enter: the automation was paused, or they met a rule already.
    skipped: i64,
    /// What the conversions that the rate counts earned, gross, per currency.
    revenue: Vec<Money>,
    /// How much of that was taken back, per currency.
    revenue_reversed: Vec<Money>,
    /// What is left of it, net, per currency.
    revenue_net: Vec<Money>,
    /// Half of the conversions that the rate counts took at most so long from entry; exact. Null when nobody converted.
    median_time_to_convert: Option<Duration>,
}

/// Figures of a goal over its whole life.
#[derive(Clone, Debug, SimpleObject)]
pub struct GoalStats {
    /// Stays with a counted conversion of this goal, gross; each counts once.
    converted: i64,
    /// Those of them whose conversion stands no more.
    converted_reversed: i64,
    /// Those of them whose conversion stands, net.
    converted_net: i64,
    /// All conversions of it, repeats among them, gross.
    conversions: i64,
    /// Those of them that stand no more.
    conversions_reversed: i64,
    /// Those of them that stand, net.
    conversions_net: i64,
    /// Stays that it ended.
    exits: i64,
    /// What its counted conversions earned, gross, per currency.
    revenue: Vec<Money>,
    /// How much of that was taken back, per currency.
    revenue_reversed: Vec<Money>,
    /// What is left of it, net, per currency.
    revenue_net: Vec<Money>,
}

/// How many stays ended for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SimpleObject)]
pub struct ExitCount {
    /// The reason.
    reason: ExitReason,
    /// How many.
    count: i64,
}

/// A rate that can be defended.
#[derive(Clone, Copy, Debug, PartialEq, SimpleObject)]
pub struct ConversionRate {
    /// Stays that converted.
    numerator: i64,
    /// Stays begun, without those that ended at once because a rule was met already.
    denominator: i64,
    /// The share, from 0 to 1.
    value: f64,
    /// Lower end of the 95 % Wilson interval.
    low: f64,
    /// Upper end of the 95 % Wilson interval.
    high: f64,
}

impl AutomationStats {
    pub(super) async fn load(ctx: &Context<'_>, automation: Uuid) -> Result<Self> {
        let figures = loaded(ctx, FiguresOf(caller(ctx)?.workspace, automation)).await?.unwrap_or_default();
        Self::of(&figures)
    }

    fn of(figures: &Figures) -> Result<Self> {
        let sums = &figures.sums;
        let count = |metric| count(sums, metric);
        let (entered, converted) = (count(Metric::Entered), count(Metric::Converted));
        let ended = |reason| count(Metric::Exited(reason));
        let exit_counts: Vec<_> =
            Reason::ALL.into_iter().map(|reason| ExitCount { reason: reason.into(), count: ended(reason) }).collect();
        let exits: i64 = exit_counts.iter().map(|one| one.count).sum();
        let (converted_reversed, of_whom) = (count(Metric::ConvertedReversed), entered - ended(Reason::MetBeforeEntry));
        let (conversions, conversions_reversed) = (count(Metric::Conversions), count(Metric::ConversionsReversed));
        let revenue = Revenue::of(sums, Metric::Converted, Metric::ConvertedReversed)?;
        Ok(Self {
            entered,
            active: entered - exits,
            converted,
            converted_reversed,
            converted_net: converted - converted_reversed,
            conversion_rate: rate(converted, of_whom),
            net_conversion_rate: rate(converted - converted_reversed, of_whom),
            conversions,
            conversions_reversed,
            conversions_net: conversions - conversions_reversed,
            goal_exits: ended(Reason::GoalMet),
            alternate_exits: ended(Reason::AlternateExit),
            exit_counts,
            skipped: SkipReason::ALL.into_iter().map(|reason| count(Metric::Skipped(reason))).sum(),
            revenue: revenue.gross,
            revenue_reversed: revenue.reversed,
            revenue_net: revenue.net,
            median_time_to_convert: stats::median(&figures.middle_elapsed_us).map(Elapsed::from_micros).map(Into::into),
        })
    }
}

impl GoalStats {
    pub(super) async fn load(ctx: &Context<'_>, goal: Uuid) -> Result<Self> {
        let sums = loaded(ctx, SumsOfRule(caller(ctx)?.workspace, goal)).await?.unwrap_or_default();
        let count = |metric| count(&sums, metric);
        let (converted, converted_reversed) = (count(Metric::GoalConverted), count(Metric::GoalReversed));
        let (conversions, conversions_reversed) = (count(Metric::Conversions), count(Metric::ConversionsReversed));
        let revenue = Revenue::of(&sums, Metric::GoalConverted, Metric::GoalReversed)?;
        Ok(Self {
            converted,
            converted_reversed,
            converted_net: converted - converted_reversed,
            conversions,
            conversions_reversed,
            conversions_net: conversions - conversions_reversed,
            exits: count(Metric::Exited(Reason::GoalMet)),
            revenue: revenue.gross,
            revenue_reversed: revenue.reversed,
            revenue_net: revenue.net,
        })
    }
}

/// What was earned, per currency.
struct Revenue {
    gross: Vec<Money>,
    reversed: Vec<Money>,
    net: Vec<Money>,
}

impl Revenue {
    fn of(sums: &[Sum], gross: Metric, reversed: Metric) -> Result<Self> {
        let (gross, reversed) = (amounts(sums, gross), amounts(sums, reversed));
        let net = gross.iter().map(|(code, minor)| (*code, minor - reversed.get(code).copied().unwrap_or_default()));
        Ok(Self { net: monies(net)?, gross: monies(gross)?, reversed: monies(reversed)? })
    }
}

fn count(sums: &[Sum], metric: Metric) -> i64 {
    of_metric(sums, metric).map(|sum| sum.count).sum()
}

fn of_metric(sums: &[Sum], metric: Metric) -> impl Iterator<Item = &Sum> {
    sums.iter().filter(move |sum| sum.metric == metric.as_str())
}

fn rate(numerator: i64, denominator: i64) -> Option<ConversionRate> {
    let rate = stats::rate(u64::try_from(numerator).ok()?, u64::try_from(denominator).ok()?)?;
    Some(ConversionRate { numerator, denominator, value: rate.value, low: rate.low, high: rate.high })
}

/// The amounts of some counters in minor units, by currency.
fn amounts(sums: &[Sum], metric: Metric) -> BTreeMap<&str, i64> {
    let with_amount = of_metric(sums, metric).filter(|sum| !sum.currency.is_empty());
    with_amount.map(|sum| (sum.currency.as_str(), sum.amount_minor)).collect()
}

fn monies<'a>(amounts: impl IntoIterator<Item = (&'a str, i64)>) -> Result<Vec<Money>> {
    let money = |(code, minor): (&str, i64)| {
        let currency = Currency::parse(code).map_err(|error| internal(&error))?;
        Ok(offramp_domain::money::Money { minor, currency }.into())
    };
    amounts.into_iter().map(money).collect()
}
