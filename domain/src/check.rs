//! The judge: whether what is stored holds together, by another way than that in which it was written.
//!
//! A second opinion is worth something as far as it shares no thought with the first: nothing here uses `decide`, the
//! index or the counting of `stats`, and rows come as they are stored, with their names unread. What both share is how
//! one condition reads one event, and how a tally adds up; those are held against tables of cases. Everything comes in
//! pages that the caller bounds; what is kept between them grows with the definitions, not with what happened.

mod counters;
mod feed;
mod invariant;
mod reversals;
mod rows;
mod stays;
mod undone;
mod verdict;

pub use feed::{FeedEnds, FeedPage};
pub use invariant::Invariant;
pub use rows::{
    Automation, Conversion, Counter, Exit, MessageIds, Purchases, References, Reversal, Setting, Skip, Stay, Told,
};
pub use stays::StayPage;
pub use undone::Wanted;
pub use verdict::{Finding, SPELLED_OUT_MAX, Verdict};

use crate::automation::AutomationVersion;
use crate::ids::{AutomationId, RuleId};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Judges one workspace.
#[derive(Debug)]
pub struct Judge {
    known: Known,
    verdict: Verdict,
    recount: counters::Recount,
    before: stays::Before,
    feed: feed::Feed,
}

impl Judge {
    /// Begins, with everything that was ever published there.
    pub fn new(automations: Vec<Automation>, versions: Vec<AutomationVersion>, feed: FeedEnds) -> Self {
        let mut verdict = Verdict::default();
        let known = Known::new(&mut verdict, automations, versions);
        let (recount, before) = (counters::Recount::default(), stays::Before::default());
        Self { known, verdict, recount, before, feed: feed::Feed::new(feed) }
    }

    /// Takes the next stays, in order of contact, automation and rotation, of all pages together.
    pub fn stays(&mut self, stays: Vec<Stay>) -> StayPage<'_> {
        for stay in &stays {
            self.before.follow(&mut self.verdict, stay);
        }
        StayPage::new(&self.known, &mut self.verdict, &mut self.recount, stays)
    }

    /// Takes some skips.
    pub fn skips(&mut self, skips: Vec<Skip>) {
        for skip in &skips {
            self.recount.skip(skip);
            self.known.rule(&mut self.verdict, "skip", skip.id.0, skip.automation, skip.rule);
        }
    }

    /// Takes some counters.
    pub fn counters(&mut self, counters: Vec<Counter>) {
        for counter in counters {
            self.known.rule(&mut self.verdict, "counter", counter.automation.0, counter.automation, counter.rule);
            self.recount.keep(&mut self.verdict, counter);
        }
    }

    /// Takes the next part of the feed.
    pub fn feed(&mut self, page: FeedPage) {
        self.feed.page(&mut self.verdict, page);
    }

    /// Takes the rules towards which contacts have made progress.
    pub fn rules_progressed(&mut self, rules: Vec<RuleId>) {
        for rule in rules {
            self.verdict.examined(Invariant::ReferencesStayInside, 1);
            self.verdict.require(Invariant::ReferencesStayInside, self.known.rules.contains_key(&rule), || {
                format!("progress is kept of rule {rule}, which no version has")
            });
        }
    }

    /// Takes what a column refers to.
    pub fn references(&mut self, references: References) {
        let References { column, to, examined, dangling, first } = references;
        self.verdict.examined(Invariant::ReferencesStayInside, examined);
        let first = first.into_iter().map(|(row, found)| format!("{column} of {row} is {found}, and no {to} here is"));
        self.verdict.violated(Invariant::ReferencesStayInside, dangling, first);
    }

    /// Takes the message ids.
    pub fn message_ids(&mut self, ids: MessageIds) {
        self.verdict.examined(Invariant::MessageIdsUnique, ids.examined);
        let first = ids.first.into_iter().map(|(id, times)| format!("message id {id:?} was stored {times} times"));
        self.verdict.violated(Invariant::MessageIdsUnique, ids.repeated, first);
    }

    /// Takes the purchases.
    pub fn purchases(&mut self, purchases: Purchases) {
        self.verdict.examined(Invariant::OrdersPurchaseOnce, purchases.examined);
        let first = purchases.first.into_iter();
        let first = first.map(|(order, times)| format!("order {order:?} has {times} purchases that count"));
        self.verdict.violated(Invariant::OrdersPurchaseOnce, purchases.wrong, first);
    }

    /// What was found.
    pub fn verdict(mut self) -> Verdict {
        self.recount.settle(&mut self.verdict);
        self.feed.settle(&mut self.verdict);
        self.verdict
    }
}

/// Judges the settings of a database (R60).
pub fn durability(settings: &[Setting]) -> Verdict {
    let mut verdict = Verdict::default();
    for Setting { question, answer, right } in settings {
        verdict.examined(Invariant::Durable, 1);
        verdict.require(Invariant::Durable, right.contains(&answer.as_str()), || {
            format!("the database answers `{answer}` to {question}, and {} is needed", right.join(" or "))
        });
    }
    verdict
}

/// What was published.
#[derive(Debug)]
struct Known {
    versions: BTreeMap<(AutomationId, i32), AutomationVersion>,
    /// By its id, each rule that a version has.
    rules: BTreeMap<RuleId, AutomationId>,
    /// Those in which events are judged: running, or paused (R34).
    judging: BTreeSet<AutomationId>,
}

impl Known {
    fn new(verdict: &mut Verdict, automations: Vec<Automation>, versions: Vec<AutomationVersion>) -> Self {
        let of = |version: &AutomationVersion| {
            let rules = version.entry_rules.iter().chain(&version.goals).chain(&version.alternate_exits);
            rules.map(|rule| (rule.id, version.automation)).collect::<Vec<_>>()
        };
        let rules = versions.iter().flat_map(of).collect();
        let versions: BTreeMap<_, _> =
            versions.into_iter().map(|version| ((version.automation, version.number), version)).collect();
        for Automation { id, published, .. } in &automations {
            let Some(number) = published else { continue };
            verdict.examined(Invariant::ReferencesStayInside, 1);
            verdict.require(Invariant::ReferencesStayInside, versions.contains_key(&(*id, *number)), || {
                format!("automation {id} is entered by version {number}, which it has not")
            });
        }
        let judging = automations.into_iter().filter(|row| matches!(row.status.as_str(), "running" | "paused"));
        Self { versions, rules, judging: judging.map(|row| row.id).collect() }
    }

    fn judges(&self, automation: AutomationId) -> bool {
        self.judging.contains(&automation)
    }

    fn version(&self, automation: AutomationId, number: i32) -> Option<&AutomationVersion> {
        self.versions.get(&(automation, number))
    }

    fn require_version(&self, verdict: &mut Verdict, stay: &Stay) {
        let Stay { id, automation, version, .. } = stay;
        verdict.examined(Invariant::ReferencesStayInside, 1);
        verdict.require(Invariant::ReferencesStayInside, self.version(*automation, *version).is_some(), || {
            format!("stay {id} is judged by version {version} of automation {automation}, which it has not")
        });
    }

    /// Requires that a rule is none, or one that the automation has or had.
    fn rule(&self, verdict: &mut Verdict, what: &str, row: Uuid, automation: AutomationId, rule: RuleId) {
        if rule.0.is_nil() {
            return;
        }
        verdict.examined(Invariant::ReferencesStayInside, 1);
        verdict.require(Invariant::ReferencesStayInside, self.rules.get(&rule) == Some(&automation), || {
            format!("{what} {row} is by rule {rule}, which automation {automation} never had")
        });
    }
}

#[cfg(test)]
mod tests;
