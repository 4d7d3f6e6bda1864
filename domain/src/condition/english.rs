//! Conditions in English: what a rule without a name is called, and what a preview says.

use super::{Condition, Occurred, Window};
use crate::automation::Join;
use crate::limits::NAME_CHARS_MAX;

/// One condition, such as `Makes a purchase (amount at least 20.00 USD) within 30 days of entry`.
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
    if let Some(tally) = condition.tally.in_words(definition) {
        words.push_str(&format!(" {tally}"));
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
    let words = conditions.iter().map(describe).collect::<Vec<_>>().join(joint);
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
            let condition = check(&draft, id, &Path::root("input"), &mut Faults::none()).expect("a right condition");
            assert_eq!(describe(&condition), expected);
        }
    }
}
