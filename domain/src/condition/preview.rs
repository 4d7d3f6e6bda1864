//! What one event says of a condition, filter by filter, for somebody who is writing it.

use super::catalogue::FilterDefinition;
use super::compare::Clock;
use super::{Condition, Filter, Mismatch, Operand, Scene, Unmet};

/// Whether one filter holds of an event, what it found and what it wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterResult {
    /// The type of the condition that has it.
    pub condition: &'static str,
    /// Which filter, or what else of the condition: `event` or `occurred`.
    pub key: String,
    /// Where it looked, for filters on properties.
    pub path: Option<String>,
    /// What would hold.
    pub wanted: String,
    /// What the event says; nothing where it takes more than the event to know.
    pub found: Option<String>,
    /// Whether it holds; nothing where it takes more than the event to know.
    pub passes: Option<bool>,
}

/// What one event says of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Whether the event meets it, as far as it alone tells; nothing where it takes more than the event.
    pub matches: Option<bool>,
    /// What each filter says.
    pub filters: Vec<FilterResult>,
}

impl Condition {
    /// Each filter held against the event of a scene, and against nothing that was before it: what reads facts or
    /// earlier events, or looks back to an entry, is not judged. Neither are `occurrence`, `sum`, `firstEver`,
    /// `lookback`, `window` and `sameAsEntry`. Besides the filters it says what else of the event itself is wrong.
    pub fn preview(&self, scene: &Scene<'_>) -> Vec<FilterResult> {
        let mut results: Vec<_> = self.unlike_type(scene).into_iter().map(|wrong| self.failed(wrong, scene)).collect();
        results.extend(self.filters.iter().map(|filter| self.judged(filter, scene)));
        let definition = self.definition.0;
        let unsaid = definition.filters.iter().filter(|one| !self.filters.iter().any(|filter| filter.key == one.key));
        results.extend(unsaid.filter_map(|one| self.judged_by_default(one, scene)));
        results
    }

    /// What an event says of it: of a group or an absence, what it says of those within that listen to such events, of
    /// which one is enough.
    pub fn judge(&self, scene: &Scene<'_>) -> Judged {
        let listening = self.leaves().into_iter().filter(|leaf| leaf.event_types().contain(&scene.event.event_type));
        let each: Vec<_> = listening
            .map(|leaf| {
                let filters = leaf.preview(scene);
                Judged { matches: leaf.verdict(&filters), filters }
            })
            .collect();
        let is = |verdict| each.iter().any(|one| one.matches == verdict);
        let matches = if is(Some(true)) { Some(true) } else { (!is(None)).then_some(false) };
        Judged { matches, filters: each.into_iter().flat_map(|one| one.filters).collect() }
    }

    /// Whether all of them hold; a state takes more than an event.
    fn verdict(&self, results: &[FilterResult]) -> Option<bool> {
        if results.iter().any(|result| result.passes == Some(false)) {
            return Some(false);
        }
        (self.is_event() && results.iter().all(|result| result.passes.is_some())).then_some(true)
    }

    /// The conditions by which something may happen to it: those within a group or an absence, or itself.
    pub fn leaves(&self) -> Vec<&Self> {
        super::each(std::slice::from_ref(self)).into_iter().filter(|one| !one.is_group() && !one.is_absence()).collect()
    }

    /// What is wrong with the event before any filter is asked.
    fn unlike_type(&self, scene: &Scene<'_>) -> Option<Unmet<'_>> {
        if !self.event_types().contain(&scene.event.event_type) {
            return Some(Unmet::Type);
        }
        if self.is_event() && !self.includes_test_events && scene.event.is_test() {
            return Some(Unmet::Test);
        }
        let (at, occurred) = (scene.at(), self.occurred);
        let too_early = occurred.after.filter(|after| at < *after).map(Unmet::Before);
        too_early.or_else(|| occurred.before.filter(|before| at >= *before).map(Unmet::NotBefore))
    }

    fn failed(&self, unmet: Unmet<'_>, scene: &Scene<'_>) -> FilterResult {
        let Mismatch { leaf, found, wanted } = self.explain(unmet, scene);
        let condition = self.definition.0.key;
        FilterResult { condition, key: leaf, path: None, wanted, found: Some(found), passes: Some(false) }
    }

    fn judged(&self, filter: &Filter, scene: &Scene<'_>) -> FilterResult {
        let definition = self.definition.0.filter(&filter.key).filter(|one| self.is_told_by_event(one, filter));
        let found = definition.map(|one| one.of_event(scene, filter.path.as_deref()));
        FilterResult {
            condition: self.definition.0.key,
            key: filter.key.clone(),
            path: filter.path.clone(),
            wanted: filter.wanted(),
            found: found.as_ref().map(|found| filter.explain(found).found),
            passes: found.as_ref().map(|found| filter.holds(found, Clock::of(scene))),
        }
    }

    /// A filter that the condition has not, and that has a default.
    fn judged_by_default(&self, definition: &FilterDefinition, scene: &Scene<'_>) -> Option<FilterResult> {
        let default = definition.default?;
        let is_known = self.is_event() && !definition.reads_more_than_events();
        let found = is_known.then(|| definition.of_event(scene, None));
        Some(FilterResult {
            condition: self.definition.0.key,
            key: definition.key.to_owned(),
            path: None,
            wanted: default.to_string(),
            found: found.as_ref().map(ToString::to_string),
            passes: found.map(|found| found.as_flag() != Some(!default)),
        })
    }

    fn is_told_by_event(&self, definition: &FilterDefinition, filter: &Filter) -> bool {
        self.is_event() && !definition.reads_more_than_events() && !matches!(filter.operand, Operand::AfterEntry(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{ConditionDraft, check};
    use crate::event::Event;
    use crate::fault::{Faults, Path};
    use crate::ids::{ConditionId, EventId};
    use crate::time::Timestamp;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn checked(draft: Value) -> Condition {
        let draft: ConditionDraft = serde_json::from_value(draft).expect("a draft");
        let id = ConditionId(Uuid::nil());
        check(&draft, 1, &mut || id, &Path::root("c"), &mut Faults::none()).expect("a right condition")
    }

    fn event(event_type: &str, properties: Value) -> Event {
        let at = Timestamp::parse("2026-01-01T00:00:00Z").expect("an instant");
        let properties = properties.as_object().cloned().expect("properties");
        let (id, event_type) = (EventId(Uuid::nil()), event_type.to_owned());
        Event { id, event_type, occurred_at: at, received_at: at, value: None, source: None, properties }
    }

    fn told(draft: Value, event_type: &str, properties: Value) -> (Option<bool>, Vec<String>) {
        let (condition, event) = (checked(draft), event(event_type, properties));
        let results = condition.preview(&Scene::of(&event));
        let words = results.iter().map(|one| {
            let sign = one.passes.map_or("?", |passes| if passes { "+" } else { "-" });
            format!("{sign} {}: {}, wants {}", one.key, one.found.as_deref().unwrap_or("unknown"), one.wanted)
        });
        (condition.verdict(&results), words.collect())
    }

    #[test]
    fn each_filter_is_judged_by_itself() {
        let usd = |amount: &str| json!({"amount": amount, "currencyCode": "USD"});
        let draft = json!({"key": "purchase.made", "filters": [
            {"key": "amount", "operator": "GTE", "value": {"money": usd("20")}},
            {"key": "paymentType", "operator": "ANY_OF", "value": {"texts": ["CARD", "CASH"]}}]});
        let order = |amount: &str, paid: &str| json!({"orderId": "o", "amount": usd(amount), "paymentType": paid});
        let amount = |sign: &str, found: &str| format!("{sign} amount: {found} USD, wants at least 20.00 USD");
        let paid = |sign: &str, found: &str| format!("{sign} paymentType: {found}, wants CARD or CASH");
        for (properties, verdict, results) in [
            (order("25", "CARD"), true, vec![amount("+", "25.00"), paid("+", "CARD")]),
            (order("5", "CARD"), false, vec![amount("-", "5.00"), paid("+", "CARD")]),
            (order("5", "OTHER"), false, vec![amount("-", "5.00"), paid("-", "OTHER")]),
        ] {
            assert_eq!(told(draft.clone(), "order.purchased", properties), (Some(verdict), results));
        }
    }

    #[test]
    fn what_takes_more_than_the_event_is_not_judged() {
        let first = json!([{"key": "firstOrder", "operator": "IS", "value": {"flag": true}}]);
        let order = json!({"orderId": "o"});
        for modifier in [json!({}), json!({"firstEver": true}), json!({"occurrence": {"nth": 3}})] {
            let mut draft = json!({"key": "purchase.made", "filters": first});
            draft.as_object_mut().expect("a draft").extend(modifier.as_object().cloned().expect("fields"));
            let unknown = vec!["? firstOrder: unknown, wants true".to_owned()];
            assert_eq!(told(draft, "order.purchased", order.clone()), (None, unknown));
        }
        assert_eq!(told(json!({"key": "purchase.made"}), "order.purchased", order).0, Some(true));
        let tag = json!([{"key": "tag", "operator": "ANY_OF", "value": {"texts": ["vip"]}}]);
        let state = told(json!({"key": "tag.has", "filters": tag}), "tag.added", json!({"tag": "vip"}));
        assert_eq!(state, (None, vec!["? tag: unknown, wants vip".to_owned()]));
    }

    #[test]
    fn of_a_group_one_within_is_enough() {
        let tagged = |tag: &str| json!({"key": "tag.applied", "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": [tag]}}]});
        let state = json!({"key": "membership.has"});
        let inaction = json!({"key": "inaction", "conditions": [tagged("vip")], "filters": [
            {"key": "for", "operator": "EQ", "value": {"duration": "P1D"}}]});
        for (within, tag, expected) in [
            (json!([tagged("a"), tagged("b"), {"key": "purchase.made"}]), "b", (Some(true), 2)),
            (json!([tagged("a"), tagged("b")]), "c", (Some(false), 2)),
            (json!([inaction]), "vip", (Some(true), 1)),
            (json!([inaction]), "c", (Some(false), 1)),
            (json!([state]), "c", (Some(false), 0)),
        ] {
            let condition = checked(json!({"key": "composite", "join": "ANY", "conditions": within}));
            let judged = condition.judge(&Scene::of(&event("tag.added", json!({"tag": tag}))));
            assert_eq!((judged.matches, judged.filters.len()), expected);
        }
        let state = checked(state).judge(&Scene::of(&event("membership.activated", json!({"membershipId": "gold"}))));
        assert_eq!(state, Judged { matches: None, filters: Vec::new() });
    }

    #[test]
    fn what_else_is_wrong_is_told() {
        let occurred = json!({"before": "2026-01-01T00:00:00Z"});
        for (draft, event_type, properties, expected) in [
            (json!({"key": "purchase.made"}), "tag.added", json!({}), "- event: tag.added, wants order.purchased"),
            (
                json!({"key": "purchase.made"}),
                "order.purchased",
                json!({"isTest": true}),
                "- event: a test, wants an event that is no test",
            ),
            (
                json!({"key": "purchase.made", "occurred": occurred}),
                "order.purchased",
                json!({}),
                "- occurred: 2026-01-01T00:00:00Z, wants before 2026-01-01T00:00:00Z",
            ),
        ] {
            assert_eq!(told(draft, event_type, properties), (Some(false), vec![expected.to_owned()]));
        }
    }
}
