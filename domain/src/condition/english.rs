//! Conditions in English: what a rule without a name is called, and what a preview says.

use super::{Condition, Join, Occurred, Window};
use crate::limits::NAME_CHARS_MAX;
use crate::time::clip;

/// One condition, such as `Makes a purchase (amount at least 20.00 USD) within 30 days of entry`.
pub fn describe(condition: &Condition) -> String {
    let definition = condition.definition.0;
    if condition.is_group() {
        let within = joined(condition.join, &condition.conditions);
        return if condition.join == Join::None { format!("none of ({within})") } else { format!("({within})") };
    }
    let mut words = definition.name.to_owned();
    if condition.is_absence() {
        words.push_str(&format!(": {}", joined(Join::All, &condition.conditions)));
    }
    let filters: Vec<_> = condition
        .filters
        .iter()
        .map(|filter| {
            let label = definition.filter(&filter.key).map_or(filter.key.as_str(), |found| found.label);
            let path = filter.path.as_ref().map(|path| format!(" {path}")).unwrap_or_default();
            let case = if filter.ignores_case { " (capitals or not)" } else { "" };
            format!("{label}{path} {}{case}", filter.wanted())
        })
        .collect();
    if !filters.is_empty() {
        words.push_str(&format!(" ({})", filters.join(", ")));
    }
    if let Some(tally) = condition.tally.in_words(definition) {
        words.push_str(&format!(" {tally}"));
    }
    if let Some(lookback) = condition.lookback {
        words.push_str(&format!(" in the last {}", lookback.in_words()));
    }
    if condition.first_ever {
        words.push_str(" for the first time ever");
    }
    if let Some(same) = &condition.same_as_entry {
        words.push_str(&format!(" with the {} of entry", clip(&same.entry_path)));
    }
    words.push_str(&window(condition.window));
    words.push_str(&occurred(condition.occurred));
    words
}

fn joined(join: Join, conditions: &[Condition]) -> String {
    let joint = match join {
        Join::All => " and ",
        Join::Any | Join::None => " or ",
    };
    conditions.iter().map(describe).collect::<Vec<_>>().join(joint)
}

/// The conditions of one rule, joined as the rule joins them.
pub fn describe_all(join: Join, conditions: &[Condition]) -> String {
    let words = joined(join, conditions);
    let words = if join == Join::None { format!("none of ({words})") } else { words };
    if words.chars().count() <= NAME_CHARS_MAX {
        return words;
    }
    // As long as a name may be: it stands in for one.
    words.chars().take(NAME_CHARS_MAX.saturating_sub(1)).chain(['…']).collect()
}

fn window(window: Window) -> String {
    match (window.not_before, window.within) {
        (None, None) => String::new(),
        (Some(least), None) => format!(" not before {} after entry", least.in_words()),
        (None, Some(most)) => format!(" within {} of entry", most.in_words()),
        (Some(least), Some(most)) => format!(" from {} to {} after entry", least.in_words(), most.in_words()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{ConditionDraft, check};
    use crate::fault::{Faults, Path};
    use crate::ids::ConditionId;
    use serde_json::json;

    #[test]
    fn conditions_read_as_sentences() {
        let items = json!({"items": [{"product": "Unlimited"}, {"category": "shoes"}]});
        let usd = json!({"money": {"amount": "20", "currencyCode": "USD"}});
        for (draft, expected) in [
            (json!({"key": "purchase.made"}), "Makes a purchase"),
            (
                json!({"key": "purchase.made", "window": {"within": "P30D"}, "filters": [
                    {"key": "items", "operator": "ANY_OF", "value": items}, {"key": "amount", "operator": "GTE", "value": usd}]}),
                "Makes a purchase (item Unlimited or category shoes, amount at least 20.00 USD) within 30 days of entry",
            ),
            (
                json!({"key": "event.custom", "occurred": {"before": "2026-01-01T00:00:00Z"}, "filters": [
                    {"key": "name", "operator": "EQ", "value": {"text": "app.opened"}},
                    {"key": "property", "path": "screen", "operator": "NEQ", "value": {"text": "home"}}]}),
                "Custom event (name app.opened, property screen not home) before 2026-01-01T00:00:00Z",
            ),
            (
                json!({"key": "membership.started", "filters": [
                {"key": "membership", "operator": "ANY_OF", "value": {"texts": ["gold", "silver"]}},
                {"key": "paid", "operator": "IS", "value": {"flag": true}}]}),
                "Becomes a member (membership gold or silver, paid true)",
            ),
        ] {
            let draft: ConditionDraft = serde_json::from_value(draft).expect("a draft");
            let id = ConditionId(uuid::Uuid::nil());
            let condition =
                check(&draft, 1, &mut || id, &Path::root("input"), &mut Faults::none()).expect("a right condition");
            assert_eq!(describe(&condition), expected);
        }
    }
}
