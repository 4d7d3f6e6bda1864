//! Conditions in English: what a rule without a name is called, and what a preview says.

use super::{Condition, Occurred, Window};
use crate::automation::Join;

/// One condition, such as `Makes a purchase (amount at least 20.00 USD) within P30D of entry`.
pub fn describe(condition: &Condition) -> String {
    let definition = condition.definition.0;
    let mut words = definition.name.to_owned();
    let filters: Vec<_> = condition
        .filters
        .iter()
        .map(|filter| {
            let label = definition.filter(&filter.key).map_or(filter.key.as_str(), |found| found.label);
            let path = filter.path.as_ref().map(|path| format!(" {path}")).unwrap_or_default();
            format!("{label}{path} {}", filter.wanted())
        })
        .collect();
    if !filters.is_empty() {
        words.push_str(&format!(" ({})", filters.join(", ")));
    }
    words.push_str(&window(condition.window));
    words.push_str(&occurred(condition.occurred));
    words
}

/// The conditions of one rule, joined as the rule joins them.
pub fn describe_all(join: Join, conditions: &[Condition]) -> String {
    let joint = match join {
        Join::All => " and ",
        Join::Any => " or ",
    };
    conditions.iter().map(describe).collect::<Vec<_>>().join(joint)
}

fn window(window: Window) -> String {
    match (window.not_before, window.within) {
        (None, None) => String::new(),
        (Some(least), None) => format!(" not before {least} after entry"),
        (None, Some(most)) => format!(" within {most} of entry"),
        (Some(least), Some(most)) => format!(" from {least} to {most} after entry"),
    }
}

fn occurred(occurred: Occurred) -> String {
    match (occurred.after, occurred.before) {
        (None, None) => String::new(),
        (Some(after), None) => format!(" from {after} on"),
        (None, Some(before)) => format!(" before {before}"),
        (Some(after), Some(before)) => format!(" from {after} until {before}"),
    }
}
