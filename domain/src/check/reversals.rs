//! What was taken back of a stay's conversions (R19), followed in the order of the feed.

use super::counters::Recount;
use super::{Conversion, Invariant, Reversal, Verdict};
use crate::ids::ConversionId;
use std::collections::{BTreeMap, BTreeSet};

/// The conversions of a stay and what was taken back of them, as far as they were seen.
#[derive(Debug, Default)]
pub(super) struct Returns {
    conversions: Vec<Conversion>,
    reversals: Vec<Reversal>,
    reversed: BTreeSet<ConversionId>,
}

/// How a conversion stands.
#[derive(Debug)]
struct Standing<'a> {
    conversion: &'a Conversion,
    taken_back_minor: i64,
    stands: bool,
}

impl Returns {
    /// Takes a reversal; they come before the conversions.
    pub(super) fn reverse(&mut self, reversal: Reversal) {
        self.reversed.insert(reversal.conversion);
        self.reversals.push(reversal);
    }

    /// Takes a conversion, and keeps it if it matters here: of repeats there may be many.
    pub(super) fn convert(&mut self, conversion: &Conversion) {
        if conversion.counted || self.reversed.contains(&conversion.id) {
            self.conversions.push(conversion.clone());
        }
    }

    /// Judges them, and counts what was taken back.
    pub(super) fn settle(&self, verdict: &mut Verdict, recount: &mut Recount) {
        if self.reversals.is_empty() {
            return;
        }
        let mut happened: BTreeMap<i64, (Option<&Conversion>, Option<&Reversal>)> = BTreeMap::new();
        self.conversions.iter().for_each(|one| happened.entry(one.position).or_default().0 = Some(one));
        self.reversals.iter().for_each(|one| happened.entry(one.position).or_default().1 = Some(one));
        let mut standing: BTreeMap<ConversionId, Standing<'_>> = BTreeMap::new();
        for (conversion, reversal) in happened.into_values() {
            if let Some(conversion) = conversion {
                let restores = conversion.counted && is_undone(&standing);
                recount.restored(conversion, restores);
                standing.insert(conversion.id, Standing { conversion, taken_back_minor: 0, stands: true });
            }
            if let Some(reversal) = reversal {
                follow(verdict, recount, &mut standing, reversal);
            }
        }
    }
}

/// Whether something counted, and nothing of it stands any more.
fn is_undone(standing: &BTreeMap<ConversionId, Standing<'_>>) -> bool {
    let mut counted = standing.values().filter(|one| one.conversion.counted).peekable();
    counted.peek().is_some() && counted.all(|one| !one.stands)
}

fn follow(
    verdict: &mut Verdict,
    recount: &mut Recount,
    standing: &mut BTreeMap<ConversionId, Standing<'_>>,
    reversal: &Reversal,
) {
    verdict.examined(Invariant::ReversalsWithinConversions, 1);
    let Some(of) = standing.get_mut(&reversal.conversion) else {
        return verdict.require(Invariant::ReversalsWithinConversions, false, || {
            format!("reversal {} is of no conversion of its stay before it", reversal.id)
        });
    };
    let was_undone = !of.stands;
    of.taken_back_minor = of.taken_back_minor.saturating_add(reversal.amount_minor.unwrap_or_default());
    of.stands &= !reversal.in_full;
    let (one, taken_back) = (of.conversion, of.taken_back_minor);
    let value = one.value_minor.unwrap_or_default();
    let agrees = (reversal.automation, reversal.contact, reversal.goal) == (one.automation, one.contact, one.goal)
        && reversal.at >= one.at
        && reversal.amount_currency.as_ref().is_none_or(|code| Some(code) == one.value_currency.as_ref())
        && reversal.amount_minor.is_none_or(|minor| minor > 0)
        && taken_back <= value
        && (!reversal.in_full || taken_back == value)
        && !was_undone;
    verdict.require(Invariant::ReversalsWithinConversions, agrees, || {
        format!(
            "reversal {} does not fit conversion {}: of {value} minor units {taken_back} are taken back",
            reversal.id, one.id
        )
    });
    let undoes = reversal.in_full && one.counted && is_undone(standing);
    recount.reversed(reversal, one, undoes);
}
