//! The feed: dense, and telling of every exit and conversion (R70).

use super::{Invariant, Told, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Where a feed begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedEnds {
    /// The last position that was pruned; 0 if none was.
    pub pruned_to: i64,
    /// The last position that was taken; none if the workspace has no head.
    pub head: Option<i64>,
}

/// A part of the feed, and the exits and conversions of the same positions; in order, each after the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedPage {
    /// What the feed tells.
    pub told: Vec<Told>,
    /// What it must tell.
    pub kept: Vec<Told>,
}

/// How far the feed was followed.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    ends: FeedEnds,
    last: i64,
}

impl Feed {
    pub(super) const fn new(ends: FeedEnds) -> Self {
        Self { ends, last: ends.pruned_to }
    }

    pub(super) fn page(&mut self, verdict: &mut Verdict, page: FeedPage) {
        for row in &page.told {
            verdict.examined(Invariant::FeedWithoutGap, 1);
            let (last, here) = (self.last, row.position);
            verdict.require(Invariant::FeedWithoutGap, here == last.saturating_add(1), || {
                format!("position {here} follows position {last}")
            });
            self.last = here;
        }
        // What was pruned is not told any more; there was never anything before the first position.
        let pruned = 1..=self.ends.pruned_to;
        let kept: BTreeSet<_> = page.kept.into_iter().filter(|row| !pruned.contains(&row.position)).collect();
        let told: BTreeSet<_> = page.told.into_iter().collect();
        verdict.examined(Invariant::FeedTellsEverything, u64::try_from(told.len()).unwrap_or(u64::MAX));
        let mut odd: BTreeMap<i64, (Vec<&Told>, Vec<&Told>)> = BTreeMap::new();
        told.difference(&kept).for_each(|row| odd.entry(row.position).or_default().0.push(row));
        kept.difference(&told).for_each(|row| odd.entry(row.position).or_default().1.push(row));
        for (position, (told, kept)) in odd {
            verdict.require(Invariant::FeedTellsEverything, false, || {
                format!("at position {position} the feed tells {}, and there is {}", in_words(&told), in_words(&kept))
            });
        }
    }

    pub(super) fn settle(self, verdict: &mut Verdict) {
        let last = self.last;
        verdict.require(Invariant::FeedWithoutGap, self.ends.head == Some(last), || match self.ends.head {
            Some(head) => format!("the head is at {head}, and the last row at {last}"),
            None => "the feed has no head".to_owned(),
        });
    }
}

fn in_words(rows: &[&Told]) -> String {
    let words = rows.iter().map(|row| {
        let Told { kind, reference, automation, contact, rule, reason, .. } = row;
        let reason = reason.as_ref().map(|reason| format!(" for {reason}")).unwrap_or_default();
        format!("{kind} {reference} (automation {automation}, contact {contact}, rule {rule}{reason})")
    });
    let words: Vec<_> = words.collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(" and ") }
}
