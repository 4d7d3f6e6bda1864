//! One drill-down option of a condition, and whether it holds.
//!
//! An operator that says what must not be (`NEQ`, `NONE_OF`, …) holds where there is no value at all; any other does
//! not.

use super::Mismatch;
use super::catalogue::{FilterDefinition, Reads};
use super::compare::{Clock, holds};
use super::found::Found;
use super::operand::Operand;
use super::operator::Operator;
use super::scene::Scene;
use super::state::Subject;
use crate::money::Currency;
use crate::time::clip;
use serde::{Deserialize, Serialize};

/// One drill-down option of a condition, checked against the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Which option.
    pub key: String,
    /// Where to look, for filters on properties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How to compare.
    pub operator: Operator,
    /// With what.
    pub operand: Operand,
    /// Whether capital letters are taken for small ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignores_case: bool,
}

impl Filter {
    /// Whether it holds of what was found.
    pub(super) fn holds(&self, found: &Found<'_>, clock: Clock<'_>) -> bool {
        holds(self, found, clock)
    }

    /// What it found and what it wanted, in words.
    pub(super) fn explain(&self, found: &Found<'_>) -> Mismatch {
        let note = if self.in_other_currency(found) { ", other currency" } else { "" };
        let leaf = self.path.as_ref().unwrap_or(&self.key).clone();
        Mismatch { leaf, found: format!("{}{note}", clip(&found.to_string())), wanted: self.wanted() }
    }

    fn in_other_currency(&self, found: &Found<'_>) -> bool {
        match (self.currency(), found) {
            (Some(wanted), Found::Money(money)) => money.currency != wanted,
            _ => false,
        }
    }

    /// The currency without which it does not hold.
    pub(super) const fn currency(&self) -> Option<Currency> {
        self.operand.currency()
    }

    /// What would have held, in words.
    pub(super) fn wanted(&self) -> String {
        self.operand.wanted(self.operator)
    }
}

impl FilterDefinition {
    /// What an event says of it.
    pub(super) fn of_event<'a>(&self, scene: &Scene<'a>, path: Option<&'a str>) -> Found<'a> {
        match self.reads {
            Reads::Property(name) => Found::property(self.kind, &scene.event.properties, name),
            Reads::Scene(read) => read(scene, path),
            Reads::Setting => Found::Nothing,
        }
    }

    /// What a subject of a state says of it.
    pub(super) fn of_subject<'a>(&self, subject: &'a Subject, path: Option<&str>) -> Found<'a> {
        match (self.reads, path) {
            (_, Some(path)) => subject.at_path(path).map_or(Found::Nothing, Found::Json),
            (Reads::Property(name), None) => Found::property(self.kind, &subject.properties, name),
            (Reads::Scene(_) | Reads::Setting, None) => Found::Nothing,
        }
    }
}
