//! By which values a condition is found, so that an event is held only against the conditions that it can meet.

use super::Condition;
use super::catalogue::FilterDefinition;
use super::filter::Filter;
use super::found::Found;
use super::operand::{ItemRef, Operand};
use super::operator::Operator;
use super::scene::Scene;
use crate::event::Event;

/// A filter that says which values meet it, and which the event must then have.
#[derive(Clone, Copy, Debug)]
pub struct Lookup {
    /// The condition's type and the filter's key.
    pub name: (&'static str, &'static str),
    filter: &'static FilterDefinition,
}

/// A value by which conditions are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// An id, or a value of an enum.
    Text(String),
    /// A product or a category.
    Item(ItemRef),
}

impl Condition {
    /// The first filter that names the values that meet it, with those values; none if every event of its types has to be
    /// held against the condition.
    pub fn lookup(&self) -> Option<(Lookup, Vec<Value>)> {
        if !self.is_event() {
            return None;
        }
        self.filters.iter().find_map(|filter| {
            let values = named(filter)?;
            let definition = self.definition.0;
            // What is found by an event alone: nothing else is known where conditions are looked up.
            let found = definition.filter(&filter.key).filter(|found| found.facts.is_empty() && !found.history)?;
            Some((Lookup { name: (definition.key, found.key), filter: found }, values))
        })
    }
}

impl Lookup {
    /// The values that the event has for it.
    pub fn values(&self, event: &Event) -> Vec<Value> {
        match self.filter.of_event(&Scene::of(event), None) {
            Found::Items(items) => items.into_iter().map(Value::Item).collect(),
            found => found.texts().into_iter().map(|text| Value::Text(text.to_owned())).collect(),
        }
    }
}

/// The values that meet the filter, if it holds for none but these.
fn named(filter: &Filter) -> Option<Vec<Value>> {
    match (filter.operator, &filter.operand) {
        // What is at a path may be of any type.
        _ if filter.path.is_some() || filter.ignores_case => None,
        (Operator::AnyOf | Operator::Eq | Operator::In, Operand::Texts(texts)) => {
            Some(texts.iter().cloned().map(Value::Text).collect())
        }
        (Operator::AnyOf, Operand::Items(items)) => Some(items.iter().cloned().map(Value::Item).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::condition::{ConditionDraft, check};
    use crate::fault::{Faults, Path};
    use crate::ids::ConditionId;
    use serde_json::{Value, json};

    /// The filter by which a condition is found.
    fn found_by(key: &str, filters: &[(&str, &str)]) -> Option<&'static str> {
        let filter =
            |(key, value): &(&str, &str)| json!({"key": key, "operator": "ANY_OF", "value": {"texts": [value]}});
        let filters: Vec<Value> = filters.iter().map(filter).collect();
        let draft: ConditionDraft = serde_json::from_value(json!({"key": key, "filters": filters})).expect("a draft");
        let id = ConditionId(uuid::Uuid::nil());
        let checked = check(&draft, 1, &mut || id, &Path::root("c"), &mut Faults::none()).expect("a right condition");
        checked.lookup().map(|(lookup, _)| lookup.name.1)
    }

    #[test]
    fn conditions_are_found_by_what_an_event_alone_says() {
        assert_eq!(found_by("tag.applied", &[("tag", "vip")]), Some("tag"));
        assert_eq!(found_by("event.attendance", &[("status", "ATTENDED")]), Some("status"));
        // The stage before may be known from facts only.
        assert_eq!(found_by("lifecycle.stage", &[("from", "lead")]), None);
        assert_eq!(found_by("lifecycle.stage", &[("from", "lead"), ("to", "customer")]), Some("to"));
        assert_eq!(found_by("lead_score.crossed", &[("direction", "INCREASE")]), None);
    }
}
