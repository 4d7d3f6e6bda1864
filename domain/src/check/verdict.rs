//! What was found: for each invariant how much was examined, and what violates it.

use super::Invariant;
use std::collections::BTreeMap;

/// Violations of one invariant that are spelled out; the others are counted.
pub const SPELLED_OUT_MAX: usize = 10;

/// What was found of one invariant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// How many things were examined.
    pub examined: u64,
    /// How often it is violated.
    pub violations: u64,
    /// The first violations, each a sentence with the ids concerned.
    pub first: Vec<String>,
}

/// What was found, of every invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict(BTreeMap<Invariant, Finding>);

impl Default for Verdict {
    fn default() -> Self {
        Self(Invariant::ALL.into_iter().map(|invariant| (invariant, Finding::default())).collect())
    }
}

impl Verdict {
    /// Each invariant with what was found of it, in the order in which they are told.
    pub fn findings(&self) -> impl Iterator<Item = (Invariant, &Finding)> {
        self.0.iter().map(|(invariant, finding)| (*invariant, finding))
    }

    /// Whether nothing is violated.
    pub fn is_sound(&self) -> bool {
        self.0.values().all(|finding| finding.violations == 0)
    }

    /// Adds what was found elsewhere, each violation with the name of the place.
    pub fn absorb(&mut self, place: &str, other: Self) {
        for (invariant, found) in other.0 {
            let finding = self.0.entry(invariant).or_default();
            finding.examined = finding.examined.saturating_add(found.examined);
            finding.violations = finding.violations.saturating_add(found.violations);
            let room = SPELLED_OUT_MAX.saturating_sub(finding.first.len());
            finding.first.extend(found.first.into_iter().take(room).map(|what| format!("{place}: {what}")));
        }
    }

    /// Says that so many things were examined.
    pub(super) fn examined(&mut self, invariant: Invariant, count: u64) {
        let finding = self.0.entry(invariant).or_default();
        finding.examined = finding.examined.saturating_add(count);
    }

    /// Requires something; the sentence is made only if it does not hold.
    pub(super) fn require(&mut self, invariant: Invariant, holds: bool, what: impl FnOnce() -> String) {
        if holds {
            return;
        }
        let finding = self.0.entry(invariant).or_default();
        finding.violations = finding.violations.saturating_add(1);
        if finding.first.len() < SPELLED_OUT_MAX {
            finding.first.push(what());
        }
    }

    /// Notes violations that were counted elsewhere, of which only the first are at hand.
    pub(super) fn violated(&mut self, invariant: Invariant, count: u64, first: impl IntoIterator<Item = String>) {
        let finding = self.0.entry(invariant).or_default();
        finding.violations = finding.violations.saturating_add(count);
        let room = SPELLED_OUT_MAX.saturating_sub(finding.first.len());
        finding.first.extend(first.into_iter().take(room));
    }
}
