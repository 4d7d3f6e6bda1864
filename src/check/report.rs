//! What was found, for a person and for a program.

use offramp_domain::check::{Finding, Invariant, Verdict};
use serde_json::{Value, json};
use std::fmt;

/// What was found in a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many workspaces were read.
    pub workspaces: u64,
    /// What was found in all of them.
    pub verdict: Verdict,
}

impl Report {
    pub(super) fn add(&mut self, place: &str, verdict: Verdict) {
        self.verdict.absorb(place, verdict);
    }

    /// Whether nothing is violated.
    pub fn is_sound(&self) -> bool {
        self.verdict.is_sound()
    }

    /// The same as JSON.
    pub fn to_json(&self) -> Value {
        let invariants = self.verdict.findings().map(|(invariant, finding)| {
            json!({
                "name": invariant.name(),
                "rule": invariant.rule(),
                "examines": invariant.noun(),
                "holds": invariant.sentence(),
                "examined": finding.examined,
                "violations": finding.violations,
                "first": finding.first,
            })
        });
        let invariants: Vec<_> = invariants.collect();
        json!({"isSound": self.is_sound(), "workspaces": self.workspaces, "invariants": invariants})
    }
}

impl fmt::Display for Report {
    /// A line an invariant, with its first violations below it; no newline at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (invariant, finding) in self.verdict.findings() {
            line(f, invariant, finding)?;
        }
        let violated = self.verdict.findings().filter(|(_, finding)| finding.violations > 0).count();
        let noun = if self.workspaces == 1 { "workspace" } else { "workspaces" };
        write!(f, "{} {noun} checked: ", grouped(self.workspaces))?;
        match violated {
            0 => write!(f, "all of it holds."),
            violated => write!(f, "{violated} of {} invariants are violated.", Invariant::ALL.len()),
        }
    }
}

fn line(f: &mut fmt::Formatter<'_>, invariant: Invariant, finding: &Finding) -> fmt::Result {
    let mark = match finding {
        Finding { violations: 1.., .. } => "FAIL",
        Finding { examined: 0, .. } => "none",
        _ => "ok",
    };
    let (examined, noun, sentence, rule) =
        (grouped(finding.examined), invariant.noun(), invariant.sentence(), invariant.rule());
    writeln!(f, "{mark:<4} {examined} {noun}: {sentence} ({rule})")?;
    if finding.violations > 0 {
        writeln!(f, "     {}, violations: {}:", invariant.name(), grouped(finding.violations))?;
    }
    for what in &finding.first {
        writeln!(f, "     - {what}")?;
    }
    let more = finding.violations.saturating_sub(u64::try_from(finding.first.len()).unwrap_or(u64::MAX));
    if more > 0 {
        writeln!(f, "     - and {} more", grouped(more))?;
    }
    Ok(())
}

/// A number with its thousands apart: `1,204`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_with_their_thousands_apart() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1_204, "1,204"), (100_000, "100,000"), (1_000_000, "1,000,000")]
        {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn what_was_not_examined_is_not_said_to_hold() {
        let said = Report::default().to_string();
        assert!(said.starts_with("none 0 stays: one exit") && !said.contains("ok "), "{said}");
        assert_eq!(said.lines().count(), Invariant::ALL.len() + 1);
    }
}
