//! Whether an event meets a condition, or counts towards it, and if not, why.

use super::catalogue::ConditionDefinition;
use super::compare::Clock;
use super::{Condition, Correlation, Filter, Mismatch, Occurred, Scene, Sum, Tally, Total, tally};
use crate::event::Event;
use crate::time::{Elapsed, Timestamp, clip};
use serde_json::Value;

/// The first part of a condition that did not hold, in the order in which a person reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmet<'a> {
    /// The event is of another type.
    Type,
    /// It was sent for a test.
    Test,
    /// A filter does not hold.
    Filter(&'a Filter),
    /// The event says otherwise than is taken for granted.
    Default(&'static str),
    /// It does not say the same as the event that caused the entry.
    Correlation(&'a Correlation),
    /// It has nothing to add to the sum.
    Sum(&'a Sum),
    /// It happened before this instant.
    Before(Timestamp),
    /// It happened at this instant or after it.
    NotBefore(Timestamp),
    /// It happened sooner after entry than this.
    Sooner(Elapsed),
    /// It happened later after entry than this.
    Later(Elapsed),
    /// Another such event was before it.
    NotFirst,
    /// It is the event of this number, and another is asked for.
    Time(i64),
    /// The contact has what must not be.
    Has,
    /// The contact has not what must be.
    HasNot,
    /// It has been missing for less than this.
    NotYet,
    /// It was so before already.
    Already,
}

impl Condition {
    /// Whether the event of a scene meets the condition, or counts towards it. Says nothing in words: most rules do not
    /// match most events.
    ///
    /// # Errors
    /// The first part that did not hold.
    pub fn test(&self, scene: &Scene<'_>) -> Result<(), Unmet<'_>> {
        self.test_filters(scene)?;
        if let Tally::Sum(sum) = &self.tally
            && self.adds(scene).is_none()
        {
            return Err(Unmet::Sum(sum));
        }
        let at = scene.at();
        self.test_when(at)?;
        self.test_entry(scene)?;
        let is_earlier =
            |other: &&Event| other.at() <= at && self.test_filters(&Scene { event: other, ..*scene }).is_ok();
        if self.first_ever && scene.history.iter().any(|other| is_earlier(&other)) {
            return Err(Unmet::NotFirst);
        }
        Ok(())
    }

    /// The windows after entry, and what has to be the same as then.
    fn test_entry(&self, scene: &Scene<'_>) -> Result<(), Unmet<'_>> {
        let Some(entry) = scene.entry else { return Ok(()) };
        let elapsed = scene.at().since(entry.at);
        if let Some(least) = self.window.not_before.filter(|least| elapsed < *least) {
            return Err(Unmet::Sooner(least));
        }
        if let Some(most) = self.window.within.filter(|most| elapsed > *most) {
            return Err(Unmet::Later(most));
        }
        let Some(same) = &self.same_as_entry else { return Ok(()) };
        let here = scene.event.at_path(&same.path).filter(|value| !value.is_null());
        let there = entry.event.and_then(|event| event.at_path(&same.entry_path));
        if here.is_some() && here == there { Ok(()) } else { Err(Unmet::Correlation(same)) }
    }

    /// Whether the event is of the right type and passes every filter, whenever it happened.
    fn test_filters(&self, scene: &Scene<'_>) -> Result<(), Unmet<'_>> {
        if !self.event_types().contain(&scene.event.event_type) {
            return Err(Unmet::Type);
        }
        if !self.includes_test_events && scene.event.is_test() {
            return Err(Unmet::Test);
        }
        let (definition, clock) = (self.definition.0, Clock::of(scene));
        let holds = |filter: &Filter| {
            let found = definition.filter(&filter.key).map(|one| one.of_event(scene, filter.path.as_deref()));
            found.is_some_and(|found| filter.holds(&found, clock))
        };
        if let Some(filter) = self.filters.iter().find(|filter| !holds(filter)) {
            return Err(Unmet::Filter(filter));
        }
        self.unlike_default(definition, scene).map_or(Ok(()), |key| Err(Unmet::Default(key)))
    }

    /// A filter that the condition has not, and whose default the event contradicts.
    fn unlike_default(&self, definition: &ConditionDefinition, scene: &Scene<'_>) -> Option<&'static str> {
        let unsaid = definition.filters.iter().filter(|one| !self.filters.iter().any(|filter| filter.key == one.key));
        let contradicted = unsaid
            .filter(|one| one.default.is_some_and(|default| one.of_event(scene, None).as_flag() == Some(!default)));
        contradicted.map(|one| one.key).next()
    }

    /// How many of the contact's events of the last while meet it, this one among them, and what they add up to.
    pub fn count_back(&self, scene: &Scene<'_>, lookback: Elapsed) -> (i64, Option<Total>) {
        let (from, to) = (scene.at().plus(Elapsed::from_micros(lookback.as_micros().saturating_neg())), scene.at());
        let earlier = scene.history.iter().map(|event| Scene { event, ..*scene });
        let counted =
            earlier.filter(|earlier| (from..=to).contains(&earlier.at()) && self.test_filters(earlier).is_ok());
        self.add_up(counted.chain([*scene]))
    }

    /// Whether the contact's events so far meet the condition: often enough, or enough together, in the times that it
    /// asks for.
    pub fn is_met_by_history(&self, scene: &Scene<'_>) -> bool {
        let from =
            self.lookback.map(|length| scene.at().plus(Elapsed::from_micros(length.as_micros().saturating_neg())));
        let earlier = scene.history.iter().map(|event| Scene { event, entry: None, ..*scene });
        let counted = earlier.filter(|one| {
            let is_recent = from.is_none_or(|from| one.at() >= from) && one.at() <= scene.at();
            is_recent && self.test_when(one.at()).is_ok() && self.test_filters(one).is_ok()
        });
        let (count, total) = self.add_up(counted);
        self.tally.is_reached(count, total)
    }

    /// The window in absolute time.
    fn test_when(&self, at: Timestamp) -> Result<(), Unmet<'_>> {
        let Occurred { after, before } = self.occurred;
        if let Some(after) = after.filter(|after| at < *after) {
            return Err(Unmet::Before(after));
        }
        before.filter(|before| at >= *before).map_or(Ok(()), |before| Err(Unmet::NotBefore(before)))
    }

    /// How many there are, and what they add up to.
    fn add_up<'s>(&self, scenes: impl Iterator<Item = Scene<'s>>) -> (i64, Option<Total>) {
        scenes.fold((0, None), |(count, total), one| {
            let total = match (total, self.adds(&one)) {
                (Some(total), Some(more)) => Some(Total::plus(total, more)),
                (total, more) => total.or(more),
            };
            (count + 1, total)
        })
    }

    /// What the event adds to the condition's sum, if it has one.
    pub fn adds(&self, scene: &Scene<'_>) -> Option<Total> {
        match &self.tally {
            Tally::Sum(sum) => sum.adds(self.definition.0, scene),
            Tally::AtLeast(_) | Tally::Nth(_) | Tally::EveryNth(_) => None,
        }
    }

    /// Why the event did not meet the condition, in words.
    pub fn explain(&self, unmet: Unmet<'_>, scene: &Scene<'_>) -> Mismatch {
        let at = scene.at();
        let elapsed = || scene.entry.map_or(at.since(at), |entry| at.since(entry.at)).in_words();
        let json = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), |value| clip(&value.to_string()));
        let (leaf, found, wanted) = match unmet {
            Unmet::Type => ("event", clip(&scene.event.event_type), self.event_types().to_string()),
            Unmet::Test => ("event", "a test".to_owned(), "an event that is no test".to_owned()),
            Unmet::Filter(filter) => {
                let definition = self.definition.0.filter(&filter.key);
                let found = definition.map(|one| one.of_event(scene, filter.path.as_deref()));
                return filter.explain(&found.unwrap_or(super::Found::Nothing));
            }
            Unmet::Default(key) => (key, "the contrary".to_owned(), "as it is taken, where nothing is said".to_owned()),
            Unmet::Correlation(same) => {
                let there = scene.entry.and_then(|entry| entry.event).and_then(|event| event.at_path(&same.entry_path));
                let found = json(scene.event.at_path(&same.path));
                return Mismatch { leaf: same.path.clone(), found, wanted: format!("{}, as at entry", json(there)) };
            }
            Unmet::Sum(sum) => return sum.explain(self.definition.0, scene),
            Unmet::Before(after) => ("occurred", at.to_string(), format!("{after} or later")),
            Unmet::NotBefore(before) => ("occurred", at.to_string(), format!("before {before}")),
            Unmet::Sooner(least) => ("notBefore", elapsed(), format!("at least {} after entry", least.in_words())),
            Unmet::Later(most) => ("within", elapsed(), format!("at most {} after entry", most.in_words())),
            Unmet::NotFirst => ("firstEver", "not the first".to_owned(), "the first ever".to_owned()),
            Unmet::Time(count) => {
                let wanted = self.tally.in_words(self.definition.0).unwrap_or_default();
                ("occurrence", format!("for the {} time", tally::ordinal(count)), wanted)
            }
            Unmet::Has => ("have", "it is so".to_owned(), "not so".to_owned()),
            Unmet::HasNot => ("have", "it is not so".to_owned(), "so".to_owned()),
            Unmet::NotYet => ("for", "it happened, or not for so long".to_owned(), super::describe(self)),
            Unmet::Already => ("state", "it was so before".to_owned(), "that it turns so".to_owned()),
        };
        Mismatch { leaf: leaf.to_owned(), found, wanted }
    }
}
