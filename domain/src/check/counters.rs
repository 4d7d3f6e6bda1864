//! Counters against a recount (R52), in memory that does not grow with time: of each counter's quarters only sums are
//! kept, among them one in which every quarter weighs something else, so that nothing can move between them unseen.

use super::{Conversion, Counter, Exit, Invariant, Reversal, Skip, Stay, Verdict};
use crate::ids::{AutomationId, RuleId};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// A quarter of an hour, in microseconds.
const QUARTER_US: i64 = 15 * 60 * 1_000_000;

type Key = (AutomationId, RuleId, String, String);

/// Sums over quarters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    count: i128,
    amount: i128,
    /// Of the counts, each times the beginning of its quarter.
    moment: i128,
    /// Of counts and amounts, each times a weight that looks random; equal sums mean equal quarters but for one case in
    /// 2^64.
    mark: i64,
}

impl Sums {
    fn add(&mut self, bucket: i64, count: i64, amount: i64) {
        self.count = self.count.saturating_add(count.into());
        self.amount = self.amount.saturating_add(amount.into());
        self.moment = self.moment.saturating_add(i128::from(count).saturating_mul(bucket.into()));
        self.mark = self.mark.wrapping_add(mark(bucket, count, amount));
    }
}

fn mark(bucket: i64, count: i64, amount: i64) -> i64 {
    count.wrapping_mul(scatter(bucket)).wrapping_add(amount.wrapping_mul(scatter(!bucket)))
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014).
const fn scatter(bucket: i64) -> i64 {
    let mut bits = bucket.cast_unsigned().wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ (bits >> 31)).cast_signed()
}

/// What is kept and what was counted again.
#[derive(Clone, Debug, Default)]
pub(super) struct Recount {
    sums: BTreeMap<Key, (Sums, Sums)>,
}

impl Recount {
    pub(super) fn keep(&mut self, verdict: &mut Verdict, counter: Counter) {
        let Counter { automation, rule, metric, currency, bucket, count, amount_minor } = counter;
        verdict.examined(Invariant::CountersEqualRecount, 1);
        let kept = &mut self.sums.entry((automation, rule, metric, currency)).or_default().0;
        kept.add(bucket.as_micros(), count, amount_minor);
    }

    pub(super) fn stay(&mut self, stay: &Stay) {
        self.count(stay.automation, stay.entry_rule, "entered", ("", 0), stay.entered_at);
    }

    pub(super) fn exit(&mut self, exit: &Exit) {
        self.count(exit.automation, exit.rule, &format!("exited.{}", exit.reason), ("", 0), exit.exited_at);
    }

    pub(super) fn conversion(&mut self, one: &Conversion) {
        let money = (one.value_currency.as_deref().unwrap_or_default(), one.value_minor.unwrap_or_default());
        let metrics = [(true, "conversions"), (one.counted, "goal_converted"), (one.headline, "converted")];
        for (_, metric) in metrics.into_iter().filter(|(counts, _)| *counts) {
            self.count(one.automation, one.goal, metric, money, one.at);
        }
    }

    /// A conversion by which a stay counts again of which all was taken back.
    pub(super) fn restored(&mut self, one: &Conversion, restores: bool) {
        if restores {
            self.add(one.automation, one.goal, "converted_reversed", ("", 0), one.at, -1);
        }
    }

    /// A reversal of a conversion; `undoes`, if with it nothing that counted for the stay stands.
    pub(super) fn reversed(&mut self, one: &Reversal, of: &Conversion, undoes: bool) {
        let money = (one.amount_currency.as_deref().unwrap_or_default(), one.amount_minor.unwrap_or_default());
        let full = i64::from(one.in_full);
        let mut add = |metric, money, count| self.add(one.automation, one.goal, metric, money, one.at, count);
        add("conversions_reversed", money, full);
        if of.counted {
            add("goal_reversed", money, full);
        }
        if of.headline || undoes {
            add("converted_reversed", if of.headline { money } else { ("", 0) }, undoes.into());
        }
    }

    pub(super) fn skip(&mut self, skip: &Skip) {
        self.count(skip.automation, skip.rule, &format!("skipped.{}", skip.reason), ("", 0), skip.at);
    }

    fn count(&mut self, automation: AutomationId, rule: RuleId, metric: &str, money: (&str, i64), at: Timestamp) {
        self.add(automation, rule, metric, money, at, 1);
    }

    fn add(
        &mut self,
        automation: AutomationId,
        rule: RuleId,
        metric: &str,
        money: (&str, i64),
        at: Timestamp,
        count: i64,
    ) {
        let bucket = at.as_micros().div_euclid(QUARTER_US).saturating_mul(QUARTER_US);
        let key = (automation, rule, metric.to_owned(), money.0.to_owned());
        self.sums.entry(key).or_default().1.add(bucket, count, money.1);
    }

    pub(super) fn settle(self, verdict: &mut Verdict) {
        for (key, (kept, counted)) in self.sums {
            verdict.require(Invariant::CountersEqualRecount, kept == counted, || told(&key, kept, counted));
        }
    }
}

fn told((automation, rule, metric, currency): &Key, kept: Sums, counted: Sums) -> String {
    let of = |sums: Sums| {
        let amount = if currency.is_empty() { String::new() } else { format!(" ({} {currency} minor)", sums.amount) };
        format!("{}{amount}", sums.count)
    };
    let place = match only_quarter(kept, counted) {
        Some(bucket) => format!("; the difference lies in the quarter from {bucket}"),
        None if (kept.count, kept.amount) == (counted.count, counted.amount) => "; they lie in other quarters".into(),
        None => String::new(),
    };
    let (kept, counted) = (of(kept), of(counted));
    format!("`{metric}` of automation {automation}, rule {rule}: {kept} kept, {counted} counted{place}")
}

/// The one quarter in which all of the difference lies, if it does.
fn only_quarter(kept: Sums, counted: Sums) -> Option<Timestamp> {
    let count = i64::try_from(kept.count.checked_sub(counted.count)?).ok()?;
    let amount = i64::try_from(kept.amount.checked_sub(counted.amount)?).ok()?;
    let moment = kept.moment.checked_sub(counted.moment)?;
    let bucket = i64::try_from(moment.checked_div(count.into())?).ok()?;
    let is_all = kept.mark.wrapping_sub(counted.mark) == mark(bucket, count, amount);
    is_all.then(|| Timestamp::from_micros(bucket))
}
