//! Whether an event meets a condition, and whether it satisfies a rule together with what was met before it.

use super::{Condition, Event, Happening, Micros, Rule, What};

impl Condition {
    /// Whether the event meets it, for a stay entered at that instant (none for an entry rule).
    fn is_met_by(&self, event: &Event, entered_at: Option<Micros>) -> bool {
        let is_what = match (&self.what, &event.what) {
            (What::Tag(tags), Happening::Tagged(tag)) => tags.contains(tag),
            (What::Purchase { at_least: None }, Happening::Bought(_)) => true,
            // Amounts of different currencies are never compared: not met (R25).
            (What::Purchase { at_least: Some((least, code)) }, Happening::Bought((amount, paid))) => {
                code == paid && amount >= least
            }
            (What::Custom { name, at_least }, Happening::Did { name: done, n, .. }) => {
                name == done && at_least.is_none_or(|least| n.is_some_and(|n| n >= least))
            }
            _ => false,
        };
        // Bounds after entry are inclusive, `until` is not (R0).
        let since_entry = |entered_at: Micros| event.at - entered_at;
        let in_window = entered_at.map(since_entry).is_none_or(|elapsed| {
            self.not_before.is_none_or(|least| elapsed >= least) && self.within.is_none_or(|most| elapsed <= most)
        });
        let in_time = self.from.is_none_or(|from| event.at >= from) && self.until.is_none_or(|until| event.at < until);
        is_what && in_window && in_time
    }
}

/// How a rule came to be satisfied.
#[derive(Clone, Debug)]
pub(super) struct Satisfied {
    /// The latest of its conditions' (R12).
    pub(super) at: Micros,
    /// What met the conditions that hold, in their order.
    pub(super) why: Vec<String>,
    /// The latest purchase among that.
    pub(super) bought: Option<String>,
}

/// Whether the event, heard last, satisfies the rule after what was heard before it, in order of receipt.
pub(super) fn satisfied(rule: &Rule, before: &[Event], event: &Event, entered_at: Option<Micros>) -> Option<Satisfied> {
    let mut kept = vec![None; rule.conditions.len()];
    for earlier in before {
        let by = with(rule, &kept, earlier, entered_at);
        // The rules do not say whether what completes a rule is kept for a repeat of it. Here it is not: what was met
        // before it stays met, and what it met itself has to be met anew. With ANY nothing is ever kept.
        if rule.all && !is_complete(rule, &by) {
            kept = by;
        }
    }
    let by = with(rule, &kept, event, entered_at);
    let speaks_to_it = rule.conditions.iter().any(|condition| condition.is_met_by(event, entered_at));
    if !speaks_to_it || !is_complete(rule, &by) {
        return None;
    }
    let by: Vec<_> = by.into_iter().flatten().collect();
    let at = by.iter().map(|event| event.at).max().expect("a condition that is met");
    let purchases = by.iter().filter(|event| matches!(event.what, Happening::Bought(_)));
    let bought = purchases.max_by_key(|event| (event.at, event.number)).map(|event| event.mark.clone());
    Some(Satisfied { at, why: by.into_iter().map(|event| event.mark.clone()).collect(), bought })
}

/// What each condition is met by: what met it first stays (R12).
fn with<'a>(
    rule: &Rule,
    kept: &[Option<&'a Event>],
    event: &'a Event,
    entered_at: Option<Micros>,
) -> Vec<Option<&'a Event>> {
    let conditions = rule.conditions.iter().zip(kept);
    conditions.map(|(one, kept)| kept.or_else(|| one.is_met_by(event, entered_at).then_some(event))).collect()
}

/// R11.
fn is_complete(rule: &Rule, by: &[Option<&Event>]) -> bool {
    if rule.all { by.iter().all(Option::is_some) } else { by.iter().any(Option::is_some) }
}
