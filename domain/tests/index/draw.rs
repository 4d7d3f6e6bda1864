//! Random definitions and events, out of few values, so that they meet often.

use fastrand::Rng;
use offramp_domain::automation::{
    AutomationVersion, DEFINITION_SCHEMA, MetBeforeEntry, ReEntry, Rule, RuleDraft, RuleKind,
};
use offramp_domain::condition::catalogue::{self, ConditionDefinition, EventTypes, FilterKind, Kind, Reads};
use offramp_domain::decide::ContactState;
use offramp_domain::enrollment::Enrollment;
use offramp_domain::event::{Event, EventDraft, accept};
use offramp_domain::fault::Path;
use offramp_domain::ids::{AutomationId, ConditionId, ContactId, EnrollmentId, EventId, RuleId};
use offramp_domain::money::Currency;
use offramp_domain::time::{Elapsed, Timestamp};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const IDS: &[&str] = &["a", "b", "c"];

/// How often something is drawn anew that cannot be.
const TRIES: usize = 1_000;
/// Types of conditions in one world.
const TYPES: usize = 5;

/// Whether it is an event that no author names himself, or a state.
fn is_drawn(definition: &ConditionDefinition) -> bool {
    let is_sent = match definition.kind {
        Kind::Event(types) => {
            let types = types(&[]);
            matches!(types, EventTypes::These(_)) && types.iter().all(|one| !one.starts_with("offramp."))
        }
        Kind::State(_) => true,
        Kind::Absence | Kind::Group => false,
    };
    let can_be_drawn = |kind| !matches!(kind, FilterKind::EventName | FilterKind::Property | FilterKind::Change);
    is_sent && definition.filters.iter().all(|filter| !filter.required || can_be_drawn(filter.kind))
}

/// A source of random things.
pub struct Draw {
    rng: Rng,
    ids: u128,
    now: Timestamp,
    types: Vec<&'static ConditionDefinition>,
}

impl Draw {
    pub fn new(seed: u64) -> Self {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").expect("an instant");
        let mut rng = Rng::with_seed(seed);
        let all: Vec<_> = catalogue::all().filter(|one| is_drawn(one)).collect();
        let types = (0..TYPES).map(|_| all[rng.usize(0..all.len())]).collect();
        Self { rng, ids: 0, now, types }
    }

    pub fn number(&mut self, least: u32, most: u32) -> u32 {
        self.rng.u32(least..=most)
    }

    fn chance(&mut self, of: u32) -> bool {
        self.rng.u32(0..of) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.rng.usize(0..from.len())]
    }

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids << 64 | self.ids)
    }

    pub fn version(&mut self, number: u32) -> AutomationVersion {
        let automation = AutomationId(Uuid::from_u128(u128::from(number) + 1));
        let (entries, goals, exits) = (self.number(0, 2), self.number(0, 2), self.number(0, 1));
        AutomationVersion {
            schema: DEFINITION_SCHEMA,
            automation,
            number: 1,
            name: "A".into(),
            re_entry: ReEntry::AfterExit,
            entry_rules: (0..entries).map(|_| self.rule(RuleKind::Entry)).collect(),
            goals: (0..goals).map(|_| self.rule(RuleKind::Goal)).collect(),
            alternate_exits: (0..exits).map(|_| self.rule(RuleKind::AlternateExit)).collect(),
        }
    }

    /// A rule that can be met; what is drawn and cannot be is drawn again.
    fn rule(&mut self, kind: RuleKind) -> Rule {
        for _ in 0..TRIES {
            let conditions: Vec<_> = (0..self.number(1, 2)).map(|_| self.condition(1)).collect();
            let join = self.pick(&["ALL", "ANY"]);
            let mut draft = json!({"join": join, "conditions": conditions});
            if kind != RuleKind::Entry && self.chance(3) {
                draft["metBeforeEntry"] = json!(MetBeforeEntry::Ignore);
            }
            let draft: RuleDraft = serde_json::from_value(draft).expect("a draft");
            let (id, first) = (RuleId(self.id()), self.id().as_u128());
            let condition = |place: usize| ConditionId(Uuid::from_u128(first + place as u128));
            if let Ok(checked) = draft.check(kind, id, condition, &Path::root("rule")) {
                return checked.rule;
            }
        }
        panic!("no rule can be made of {:?}", self.types.iter().map(|one| one.key).collect::<Vec<_>>());
    }

    fn condition(&mut self, depth: usize) -> Value {
        if depth < 3 && self.chance(6) {
            let within: Vec<_> = (0..self.number(1, 2)).map(|_| self.condition(depth + 1)).collect();
            return json!({"key": "composite", "join": self.pick(&["ALL", "ANY", "NONE"]), "conditions": within});
        }
        let definition = self.definition();
        let mut filters = Vec::new();
        for filter in definition.filters {
            let is_wanted = filter.required || self.chance(3);
            if let Some(mut drawn) = self.filter(filter.kind).filter(|_| is_wanted) {
                drawn.insert("key".to_owned(), json!(filter.key));
                filters.push(drawn);
            }
        }
        let mut condition = json!({"key": definition.key, "filters": filters});
        if matches!(definition.kind, Kind::Event(_)) {
            if self.chance(4) {
                condition["occurrence"] = json!({self.pick(&["atLeast", "nth", "everyNth"]): self.number(1, 2)});
            }
            if self.chance(8) {
                condition["firstEver"] = json!(true);
            }
        }
        condition
    }

    /// One of the few types of this world, so that conditions and events speak of the same.
    fn definition(&mut self) -> &'static ConditionDefinition {
        self.types[self.rng.usize(0..self.types.len())]
    }

    /// A filter of such values, without its key.
    fn filter(&mut self, kind: FilterKind) -> Option<Map<String, Value>> {
        let (operator, value) = match kind {
            FilterKind::Ids(_) => (self.pick(&["ANY_OF", "NONE_OF", "ALL_OF"]), json!({"texts": [self.pick(IDS)]})),
            FilterKind::Enum(options) => (self.pick(&["ANY_OF", "NONE_OF"]), json!({"texts": [self.pick(options)]})),
            FilterKind::Text => (self.pick(&["EQ", "CONTAINS", "NOT_IN"]), json!({"texts": [self.pick(IDS)]})),
            FilterKind::Flag => ("IS", json!({"flag": self.rng.bool()})),
            FilterKind::Number => (self.pick(&["GTE", "LT", "EQ"]), json!({"number": self.number(0, 3).to_string()})),
            FilterKind::Money => {
                let money = json!({"amount": self.number(0, 3).to_string(), "currencyCode": "USD"});
                (self.pick(&["GTE", "LT"]), json!({"money": money}))
            }
            FilterKind::Instant => (self.pick(&["OLDER_THAN", "WITHIN_NEXT"]), json!({"duration": "P1D"})),
            FilterKind::Duration => ("EQ", json!({"duration": "P1D"})),
            FilterKind::Items => {
                let item = json!({self.pick(&["product", "category", "orderForm"]): self.pick(IDS)});
                (self.pick(&["ANY_OF", "NONE_OF", "ALL_OF"]), json!({"items": [item]}))
            }
            FilterKind::EventName | FilterKind::Property | FilterKind::Change => return None,
        };
        let filter = json!({"operator": operator, "value": value});
        filter.as_object().cloned()
    }

    /// An event of a type that some condition listens to, well formed.
    pub fn event(&mut self) -> Event {
        for _ in 0..TRIES {
            let definition = self.definition();
            let types: Vec<&str> = match definition.kind {
                Kind::Event(types) => types(&[]).iter().collect(),
                Kind::State(state) => state.changed_by.to_vec(),
                Kind::Absence | Kind::Group => continue,
            };
            let event_type = types[self.rng.usize(0..types.len())];
            let mut properties = Map::new();
            for (name, kind) in known_properties(event_type) {
                if let Some(value) = self.property(kind) {
                    properties.insert(name.to_owned(), value);
                }
            }
            self.now = self.now.plus(Elapsed::from_minutes(i64::from(self.number(0, 3_000))));
            let draft = EventDraft {
                event_type: event_type.to_owned(),
                contact_external_id: "ann".to_owned(),
                properties: Some(Value::Object(properties)),
                ..EventDraft::default()
            };
            let (id, usd) = (EventId(self.id()), Currency::parse("USD").expect("a currency"));
            if let Ok(accepted) = accept(draft, id, self.now, usd, &Path::root("event")) {
                return accepted.event;
            }
        }
        panic!("no event can be made of {:?}", self.types.iter().map(|one| one.key).collect::<Vec<_>>());
    }

    fn property(&mut self, kind: FilterKind) -> Option<Value> {
        if self.chance(5) && !matches!(kind, FilterKind::Ids(_)) {
            return None;
        }
        Some(match kind {
            FilterKind::Ids(_) | FilterKind::Text | FilterKind::EventName => json!(self.pick(IDS)),
            FilterKind::Enum(options) => json!(self.pick(options)),
            FilterKind::Flag => json!(self.rng.bool()),
            FilterKind::Number => json!(self.number(0, 3)),
            FilterKind::Money => json!({"amount": self.number(0, 3).to_string(), "currencyCode": "USD"}),
            FilterKind::Instant => json!(self.now.to_string()),
            FilterKind::Items => json!([{"productId": self.pick(IDS), "categoryIds": [self.pick(IDS)]}]),
            FilterKind::Duration | FilterKind::Property | FilterKind::Change => return None,
        })
    }

    /// A contact who is inside some of the automations.
    pub fn contact(&mut self, versions: &[AutomationVersion]) -> ContactState {
        let mut state = ContactState::new(ContactId(self.id()));
        for version in versions {
            if self.chance(2) {
                state.enrollments.push(Enrollment {
                    id: EnrollmentId(self.id()),
                    automation: version.automation,
                    version: version.number,
                    contact: state.contact,
                    rotation: 1,
                    entered_at: self.now,
                    entry_rule: None,
                    entry_event: EventId(self.id()),
                    ended: None,
                    converted_goals: BTreeSet::new(),
                    reversed_goals: BTreeSet::new(),
                });
            }
        }
        state
    }
}

/// What is to be said of an event type, as far as filters and the type itself know.
fn known_properties(event_type: &str) -> Vec<(&'static str, FilterKind)> {
    let mut properties = Vec::new();
    for definition in catalogue::all() {
        let Kind::Event(types) = definition.kind else { continue };
        if types(&[]).contain(event_type) {
            for filter in definition.filters {
                if let Reads::Property(name) = filter.reads {
                    properties.push((name, filter.kind));
                }
            }
        }
    }
    for event in catalogue::events().filter(|event| event.event_type == event_type) {
        properties.extend(event.more);
        for name in event.required {
            if !properties.iter().any(|(other, _)| other == name) {
                properties.push((name, FilterKind::Ids("")));
            }
        }
    }
    properties
}
