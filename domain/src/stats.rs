//! Counting: what a record adds to the counters, and what is said of the sums (R50–R52).

use crate::decide::Record;
use crate::enrollment::{Conversion, ExitReason, Reversal, SkipReason};
use crate::ids::{AutomationId, RuleId};
use crate::limits::COUNTER_BUCKET;
use crate::money::{Currency, Money};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Stays begun, by entry rule.
    Entered,
    /// Stays ended, by reason and rule.
    Exited(ExitReason),
    /// Stays with a counted conversion, by the goal that made the first; its amount is the revenue.
    Converted,
    /// Stays with a counted conversion of this very goal; its amount is what that goal earned.
    GoalConverted,
    /// All conversions, repeats among them.
    Conversions,
    /// Stays of which all that counted was taken back, less those that count again; its amount is what was taken back of
    /// the revenue.
    ConvertedReversed,
    /// Counted conversions of this very goal that were taken back; its amount is what of them was.
    GoalReversed,
    /// All conversions that were taken back, repeats among them; its amount is what of them was.
    ConversionsReversed,
    /// Matches of somebody who did not enter.
    Skipped(SkipReason),
}

impl Metric {
    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Exited(ExitReason::GoalMet) => "exited.goal_met",
            Self::Exited(ExitReason::AlternateExit) => "exited.alternate_exit",
            Self::Exited(ExitReason::RemovedByUser) => "exited.removed_by_user",
            Self::Exited(ExitReason::RemovedByApi) => "exited.removed_by_api",
            Self::Exited(ExitReason::AutomationArchived) => "exited.automation_archived",
            Self::Exited(ExitReason::MetBeforeEntry) => "exited.met_before_entry",
            Self::Converted => "converted",
            Self::GoalConverted => "goal_converted",
            Self::Conversions => "conversions",
            Self::ConvertedReversed => "converted_reversed",
            Self::GoalReversed => "goal_reversed",
            Self::ConversionsReversed => "conversions_reversed",
            Self::Skipped(SkipReason::Paused) => "skipped.paused",
            Self::Skipped(SkipReason::MetBeforeEntry) => "skipped.met_before_entry",
        }
    }
}

/// One counter: a metric of a rule in an automation, in a quarter of an hour, in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CounterKey {
    /// Where.
    pub automation: AutomationId,
    /// The rule that decided; none if a hand did.
    pub rule: Option<RuleId>,
    /// What.
    pub metric: Metric,
    /// The currency of the amount, if there is one.
    pub currency: Option<Currency>,
    /// The beginning of the quarter, UTC.
    pub bucket: Timestamp,
}

/// What is added to a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// How many.
    pub count: i64,
    /// How much, in minor units.
    pub amount_minor: i64,
}

/// What some records add to the counters, in the order in which counters are updated.
pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> BTreeMap<CounterKey, Delta> {
    let mut deltas = Deltas::default();
    for record in records {
        match record {
            Record::Entered(stay) => {
                deltas.add(stay.automation, stay.entry_rule, Metric::Entered, stay.entered_at, 1, None);
            }
            Record::Exited(exit) => {
                deltas.add(exit.automation, exit.rule, Metric::Exited(exit.reason), exit.exited_at, 1, None);
            }
            Record::Skipped(skip) => {
                deltas.add(skip.automation, Some(skip.rule), Metric::Skipped(skip.reason), skip.at, 1, None);
            }
            Record::Converted(conversion) => deltas.convert(conversion),
            Record::Reversed(reversal) => deltas.reverse(reversal),
        }
    }
    deltas.0
}

/// What was added so far.
#[derive(Default)]
struct Deltas(BTreeMap<CounterKey, Delta>);

impl Deltas {
    fn add(
        &mut self,
        automation: AutomationId,
        rule: Option<RuleId>,
        metric: Metric,
        at: Timestamp,
        count: i64,
        value: Option<Money>,
    ) {
        let key =
            CounterKey { automation, rule, metric, currency: value.map(|money| money.currency), bucket: bucket(at) };
        let delta = self.0.entry(key).or_default();
        delta.count = delta.count.saturating_add(count);
        delta.amount_minor = delta.amount_minor.saturating_add(value.map_or(0, |money| money.minor));
    }

    fn convert(&mut self, one: &Conversion) {
        let mut add = |metric, count, value| self.add(one.automation, Some(one.goal), metric, one.at, count, value);
        add(Metric::Conversions, 1, one.value);
        if one.counted {
            add(Metric::GoalConverted, 1, one.value);
        }
        if one.headline {
            add(Metric::Converted, 1, one.value);
        }
        if one.restores {
            add(Metric::ConvertedReversed, -1, None);
        }
    }

    /// What is taken back in part still counts, and is worth less (R19).
    fn reverse(&mut self, one: &Reversal) {
        let mut add = |metric, count: bool, value| {
            self.add(one.automation, Some(one.goal), metric, one.at, i64::from(count), value);
        };
        add(Metric::ConversionsReversed, one.in_full, one.amount);
        if one.of_counted {
            add(Metric::GoalReversed, one.in_full, one.amount);
        }
        if one.of_headline || one.undoes {
            add(Metric::ConvertedReversed, one.undoes, one.amount.filter(|_| one.of_headline));
        }
    }
}

/// The quarter of an hour that an instant lies in.
fn bucket(at: Timestamp) -> Timestamp {
    let width = COUNTER_BUCKET.as_micros();
    Timestamp::from_micros(at.as_micros().div_euclid(width).saturating_mul(width))
}

/// A share with what it is a share of, and how sure one can be of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// How many did.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
    /// The share, 0 to 1.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
}

/// The rate with its 95 % interval by Wilson's score (E. B. Wilson, *Probable Inference, the Law of Succession, and
/// Statistical Inference*, JASA 22, 1927); none where nothing could have happened.
pub fn rate(numerator: u64, denominator: u64) -> Option<Rate> {
    /// The 97.5 % quantile of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    if denominator == 0 {
        return None;
    }
    let (n, share) = (real(denominator), real(numerator) / real(denominator));
    let spread = Z * Z / n;
    let centre = (share + spread / 2.0) / (1.0 + spread);
    let half = Z / (1.0 + spread) * (share * (1.0 - share) / n + spread / (4.0 * n)).sqrt();
    Some(Rate { numerator, denominator, value: share, low: (centre - half).max(0.0), high: (centre + half).min(1.0) })
}

/// The median of which these are the one or two middle values.
pub fn median(middle: &[i64]) -> Option<i64> {
    let (first, last) = (*middle.first()?, *middle.last()?);
    Some(first + (last - first) / 2)
}

/// Exact below 2^53, far beyond what is ever counted here.
#[allow(clippy::cast_precision_loss)]
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_equals_published_values() {
        for (numerator, denominator, expected) in [
            (946, 2_357, Some("0.4014 0.3817 0.4213")),
            (410, 2_357, Some("0.1739 0.1592 0.1898")),
            (0, 10, Some("0.0000 0.0000 0.2775")),
            (10, 10, Some("1.0000 0.7225 1.0000")),
            (0, 0, None),
        ] {
            let shown =
                rate(numerator, denominator).map(|rate| format!("{:.4} {:.4} {:.4}", rate.value, rate.low, rate.high));
            assert_eq!(shown.as_deref(), expected, "{numerator} of {denominator}");
        }
    }

    #[test]
    fn a_stay_is_undone_by_the_last_of_its_conversions_whichever_was_the_headline() {
        let id = uuid::Uuid::nil();
        let reversal = |of_headline, undoes| Reversal {
            id: id.into(),
            conversion: id.into(),
            enrollment: id.into(),
            automation: id.into(),
            contact: id.into(),
            goal: id.into(),
            event: id.into(),
            at: Timestamp::from_micros(0),
            amount: None,
            in_full: true,
            of_counted: true,
            of_headline,
            undoes,
        };
        for (headline, other) in [((true, false), (false, true)), ((false, false), (true, true))] {
            let records = [headline, other].map(|(of, undoes)| Record::Reversed(reversal(of, undoes)));
            let counted = fold(&records).into_iter().filter(|(key, _)| key.metric == Metric::ConvertedReversed);
            assert_eq!(counted.map(|(_, delta)| delta.count).collect::<Vec<_>>(), [1]);
        }
    }

    #[test]
    fn buckets_begin_on_the_quarter_also_before_1970() {
        for (at, expected) in [
            ("2026-01-01T10:14:59.999999Z", "2026-01-01T10:00:00Z"),
            ("2026-01-01T10:15:00Z", "2026-01-01T10:15:00Z"),
            ("1969-12-31T23:59:00Z", "1969-12-31T23:45:00Z"),
        ] {
            assert_eq!(Timestamp::parse(at).map(|at| bucket(at).to_string()).as_deref(), Ok(expected));
        }
    }
}
