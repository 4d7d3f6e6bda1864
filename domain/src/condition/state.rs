//! States: what is so of a contact, as far as the facts and the events so far say, and when it may turn true by the
//! passing of time alone.

use super::catalogue::Reads;
use super::compare::{Clock, turns};
use super::found::Found;
use super::scene::Scene;
use super::{Condition, Unmet};
use crate::event::Event;
use crate::limits::TURNS_LOOKED_AT_MAX;
use crate::time::{Elapsed, Timestamp};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The filter that says whether a state has to be so, or not to be.
pub(super) const HAVE: &str = "have";

/// What a state is about, such as one of the contact's memberships.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject {
    /// What is known of it, under the names that filters read.
    pub properties: Map<String, Value>,
    /// Instants at which it may be otherwise by the passing of time, besides those that filters know.
    pub turns_at: Vec<Timestamp>,
    /// Whether it is only known when it will be, so that nothing holds of it yet.
    pub is_awaited: bool,
}

impl Subject {
    /// A subject of these properties.
    pub fn of(properties: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { properties, ..Self::default() }
    }

    pub(super) fn at_path(&self, path: &str) -> Option<&Value> {
        let mut steps = path.split('.');
        let first = self.properties.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }
}

impl Condition {
    /// Whether the state is so in a scene, whose facts are those that count.
    ///
    /// # Errors
    /// The first filter that holds of nothing.
    pub fn is_so(&self, scene: &Scene<'_>) -> Result<(), Unmet<'_>> {
        let Some(state) = self.definition.0.state() else { return Err(Unmet::Type) };
        let subjects = (state.subjects)(self, scene);
        let clock = Clock::of(scene);
        let fails_of = |subject: &Subject| {
            self.own_filters().find(|filter| {
                let definition = self.definition.0.filter(&filter.key);
                let found = definition.map(|definition| definition.of_subject(subject, filter.path.as_deref()));
                !found.is_some_and(|found| filter.holds(&found, clock))
            })
        };
        let have = self.flag(HAVE).unwrap_or(true);
        let mut fails = subjects.iter().filter(|subject| !subject.is_awaited).map(fails_of);
        match (fails.clone().any(|fails| fails.is_none()), have) {
            (true, true) | (false, false) => Ok(()),
            (true, false) => Err(Unmet::Has),
            (false, true) => Err(fails.find_map(|fails| fails).map_or(Unmet::HasNot, Unmet::Filter)),
        }
    }

    /// When, after the scene, the state next turns true, or untrue, by the passing of time alone. Of very many instants at
    /// which it may, the first are looked at, and if it does at none of them, the last of those is given, to look again.
    pub fn turns_at(&self, true_then: bool, scene: &Scene<'_>) -> Option<Timestamp> {
        let state = self.definition.0.state()?;
        let subjects = (state.subjects)(self, scene);
        let of_filters = subjects.iter().flat_map(|subject| {
            self.own_filters().filter_map(|filter| {
                let definition = self.definition.0.filter(&filter.key)?;
                Some(turns(filter, definition.of_subject(subject, filter.path.as_deref()).as_instant()?))
            })
        });
        let of_subjects = subjects.iter().flat_map(|subject| &subject.turns_at).copied();
        let instants = of_filters.flatten().flatten().chain(of_subjects).filter(|at| *at > scene.at());
        // It may be so already, or hold of something else, or cease.
        let instants: BTreeSet<_> = instants.collect();
        let just_before = |at: Timestamp| at.plus(Elapsed::from_micros(-1));
        let turns = |at: &Timestamp| {
            self.is_so_at(*at, scene) == true_then && self.is_so_at(just_before(*at), scene) != true_then
        };
        let again = instants.iter().nth(TURNS_LOOKED_AT_MAX).copied();
        instants.into_iter().take(TURNS_LOOKED_AT_MAX).find(turns).or(again)
    }

    /// Whether it is so at that instant, if nothing happens until then.
    fn is_so_at(&self, at: Timestamp, scene: &Scene<'_>) -> bool {
        let event = Event { occurred_at: at, received_at: at, ..scene.event.clone() };
        self.is_so(&Scene { event: &event, ..*scene }).is_ok()
    }

    /// Whether the state may turn true by the passing of time alone.
    pub fn may_turn_by_time(&self) -> bool {
        let by_filter = |filter: &super::Filter| turns(filter, Timestamp::from_micros(0)).iter().any(Option::is_some);
        self.definition.0.state().is_some_and(|state| state.turns_by_time) || self.own_filters().any(by_filter)
    }

    /// Whether something passes the filters of that key, where the type reads them itself; if there are none, it does.
    pub(super) fn lets_through(&self, key: &str, found: &Found<'_>, scene: &Scene<'_>) -> bool {
        let clock = Clock::of(scene);
        self.filters.iter().filter(|filter| filter.key == key).all(|filter| filter.holds(found, clock))
    }

    /// The filters that are held against what the condition is about.
    fn own_filters(&self) -> impl Iterator<Item = &super::Filter> + Clone {
        self.filters.iter().filter(|filter| {
            let definition = self.definition.0.filter(&filter.key);
            definition.is_some_and(|definition| !matches!(definition.reads, Reads::Setting))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::ids::EventId;
    use crate::time::Zone;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn days(count: usize) -> Timestamp {
        Timestamp::from_micros(0).plus(Elapsed::from_days(i64::try_from(count).expect("few")))
    }

    fn activated(number: usize, properties: Value) -> Event {
        let Value::Object(properties) = properties else { panic!("an object") };
        let (id, event_type) = (EventId(Uuid::from_u128(number as u128)), "membership.activated".to_owned());
        Event { id, event_type, occurred_at: days(0), received_at: days(0), value: None, source: None, properties }
    }

    /// Of very many instants none is missed: what lies behind the first of them is looked at again.
    #[test]
    fn of_very_many_instants_the_first_are_looked_at_and_then_the_others() {
        let last = TURNS_LOOKED_AT_MAX + 3;
        let mut facts = Facts::none();
        for number in 1..=last {
            let properties = json!({"membershipId": format!("m{number}"), "expiresAt": days(number).to_string()});
            facts.apply(&activated(number, properties));
        }
        let condition: Condition = serde_json::from_value(json!({"id": Uuid::nil(), "key": "membership.expired",
            "filters": [
                {"key": "membership", "operator": "ANY_OF", "operand": {"texts": [format!("m{last}")]}},
                {"key": "expires", "operator": "OLDER_THAN", "operand": {"duration": 0}}]}))
        .expect("a condition");
        let event = activated(0, json!({}));
        let turn_after = |at: Timestamp| {
            let event = Event { occurred_at: at, received_at: at, ..event.clone() };
            condition
                .turns_at(true, &Scene { event: &event, facts: &facts, history: &[], entry: None, zone: &Zone::UTC })
        };
        let again = days(TURNS_LOOKED_AT_MAX + 1);
        assert_eq!(turn_after(days(0)), Some(again));
        assert_eq!(turn_after(again), Some(days(last)));
        assert_eq!(turn_after(days(last)), None);
    }
}
