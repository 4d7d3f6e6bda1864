//! Who listens to what: by the type of an event, and by the values of the filters that name them, so that what an event
//! costs does not grow with the automations that wait for others.

use crate::automation::Rule;
use crate::condition::{Condition, Lookup, LookupValue};
use crate::event::Event;
use crate::ids::AutomationId;
use std::collections::{BTreeMap, BTreeSet};

/// Automations by the events that can meet a condition of theirs.
#[derive(Clone, Debug, Default)]
pub(super) struct Listeners {
    of_type: BTreeMap<String, OfType>,
}

/// The same for one type of event.
#[derive(Clone, Debug, Default)]
struct OfType {
    /// Those with a condition that names no values.
    always: BTreeSet<AutomationId>,
    by_value: BTreeMap<(&'static str, &'static str), (Lookup, ByValue)>,
}

type ByValue = BTreeMap<LookupValue, BTreeSet<AutomationId>>;

impl Listeners {
    /// Notes the conditions of an automation's rules.
    pub(super) fn note<'a>(&mut self, automation: AutomationId, rules: impl IntoIterator<Item = &'a Rule>) {
        for condition in rules.into_iter().flat_map(Rule::each_condition) {
            for event_type in condition.event_types().iter() {
                self.of_type.entry(event_type.to_owned()).or_default().note(automation, condition);
            }
        }
    }

    /// The automations that have a condition which this very event may meet, in order of their ids.
    pub(super) fn of(&self, event: &Event) -> BTreeSet<AutomationId> {
        let Some(found) = self.of_type.get(&event.event_type) else { return BTreeSet::new() };
        let mut automations = found.always.clone();
        for (lookup, by_value) in found.by_value.values() {
            let values = lookup.values(event);
            automations.extend(values.iter().filter_map(|value| by_value.get(value)).flatten().copied());
        }
        automations
    }
}

impl OfType {
    fn note(&mut self, automation: AutomationId, condition: &Condition) {
        let Some((lookup, values)) = condition.lookup() else {
            self.always.insert(automation);
            return;
        };
        let (_, by_value) = self.by_value.entry(lookup.name).or_insert_with(|| (lookup, ByValue::new()));
        for value in values {
            by_value.entry(value).or_default().insert(automation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::{RuleDraft, RuleKind};
    use crate::condition::Scene;
    use crate::event::{EventDraft, accept};
    use crate::fault::Path;
    use crate::ids::{ConditionId, EventId, RuleId};
    use crate::money::Currency;
    use crate::time::Timestamp;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn rule(number: u128, condition: &Value) -> Rule {
        let draft: RuleDraft = serde_json::from_value(json!({"conditions": [condition]})).expect("a draft");
        let id = Uuid::from_u128(number);
        draft.check(RuleKind::Goal, RuleId(id), |_| ConditionId(id), &Path::root("input")).expect("a right rule").rule
    }

    fn event(event_type: &str, properties: Value) -> Event {
        let draft = EventDraft {
            event_type: event_type.to_owned(),
            contact_external_id: "ann".to_owned(),
            properties: Some(properties),
            ..EventDraft::default()
        };
        let (now, usd) = (Timestamp::from_micros(0), Currency::parse("USD").expect("a currency"));
        accept(draft, EventId(Uuid::nil()), now, usd, &Path::root("event")).expect("a right event").event
    }

    /// Who is left out could not have been met; and whose values are others is left out.
    #[test]
    fn an_event_finds_every_condition_that_it_meets_and_few_others() {
        let filter =
            |key: &str, operator: &str, value: Value| json!({"key": key, "operator": operator, "value": value});
        let purchase = |filters: &[Value]| json!({"key": "purchase.made", "filters": filters});
        let items = |items: Value| json!({"items": items});
        let conditions = [
            json!({"key": "tag.applied"}),
            json!({"key": "tag.applied", "filters": [filter("tag", "ANY_OF", json!({"texts": ["a", "b"]}))]}),
            json!({"key": "tag.applied", "filters": [filter("tag", "NONE_OF", json!({"texts": ["a"]}))]}),
            purchase(&[]),
            purchase(&[filter("items", "ANY_OF", items(json!([{"product": "p"}, {"category": "c"}])))]),
            purchase(&[filter("items", "ALL_OF", items(json!([{"product": "p"}, {"product": "q"}])))]),
            purchase(&[filter("items", "NONE_OF", items(json!([{"product": "p"}])))]),
            purchase(&[
                filter("source", "NONE_OF", json!({"texts": ["POS"]})),
                filter("paymentType", "ANY_OF", json!({"texts": ["CARD"]})),
            ]),
            json!({"key": "event.custom", "filters": [filter("name", "IN", json!({"texts": ["tag.added", "seen"]}))]}),
        ];
        let rules: Vec<_> = conditions.iter().zip(0..).map(|(condition, number)| rule(number, condition)).collect();
        let mut listeners = Listeners::default();
        rules.iter().for_each(|rule| listeners.note(AutomationId(rule.id.0), [rule]));
        let order = |more: Value| {
            let mut properties = json!({"orderId": "o", "amount": "1"});
            more.as_object().into_iter().flatten().for_each(|(name, value)| properties[name] = value.clone());
            event("order.purchased", properties)
        };
        for (event, found) in [
            (event("tag.added", json!({"tag": "a"})), vec![0, 1, 2, 8]),
            (event("tag.added", json!({"tag": "z"})), vec![0, 2, 8]),
            (order(json!({})), vec![3, 5, 6]),
            (order(json!({"paymentType": "CARD", "source": "POS"})), vec![3, 5, 6, 7]),
            (order(json!({"items": [{"productId": "x", "categoryIds": ["c"]}]})), vec![3, 4, 5, 6]),
            (
                order(json!({"items": [{"productId": "p"}, {"productId": "q"}], "paymentType": "CASH"})),
                vec![3, 4, 5, 6],
            ),
            (event("seen", json!({})), vec![8]),
            (event("heard", json!({})), vec![]),
        ] {
            let concerned: Vec<_> = listeners.of(&event).into_iter().map(|id| id.0.as_u128()).collect();
            assert_eq!(concerned, found, "{event:?}");
            for rule in rules.iter().filter(|rule| rule.conditions[0].test(&Scene::of(&event)).is_ok()) {
                assert!(concerned.contains(&rule.id.0.as_u128()), "{} is met by {event:?}", rule.name);
            }
        }
    }
}
