//! A type that is there in tests only: what one file says of it is found wherever types are found.

use super::catalogue::{ConditionDefinition, EventDefinition, EventTypes, Family, Kind, ids, number};

pub(super) const FAMILY: Family = Family {
    category: "Trial",
    conditions: &[ConditionDefinition {
        key: "rocket.launched",
        name: "Launches a rocket",
        synonyms: &["lift-off", "goes to space"],
        description: "The contact launches a rocket.",
        kind: Kind::Event(|_| EventTypes::These(&["rocket.launched"])),
        filters: &[ids("pad", "launch pad", "padId", "pads"), number("altitude", "altitude", "altitude")],
    }],
    events: &[EventDefinition { event_type: "rocket.launched", required: &["padId"], more: &[] }],
    facts: &[],
};

#[cfg(test)]
mod tests {
    use crate::automation::{AutomationStatus, AutomationVersion, DEFINITION_SCHEMA, ReEntry, RuleDraft, RuleKind};
    use crate::condition::search::{SearchFilter, search};
    use crate::condition::{catalogue, describe, reference, schema};
    use crate::event::{Event, EventDraft, accept};
    use crate::fault::{Fault, Path};
    use crate::ids::{AutomationId, ConditionId, EventId, RuleId};
    use crate::index::Definitions;
    use crate::money::Currency;
    use crate::time::{Timestamp, Zone};
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn draft(operator: &str) -> RuleDraft {
        let filter = json!({"key": "pad", "operator": operator, "value": {"texts": ["39a"]}});
        serde_json::from_value(json!({"conditions": [{"key": "rocket.launched", "filters": [filter]}]}))
            .expect("a draft")
    }

    fn launch(properties: Value) -> Result<Event, Vec<Fault>> {
        let draft = EventDraft {
            event_type: "rocket.launched".into(),
            contact_external_id: "ann".into(),
            properties: Some(properties),
            ..EventDraft::default()
        };
        let usd = Currency::parse("USD").expect("a currency");
        accept(draft, EventId(Uuid::nil()), Timestamp::from_micros(0), usd, &Path::root("event")).map(|one| one.event)
    }

    /// What one file says is found in search, validation, English, the index, events, the schema and the reference.
    #[test]
    fn a_type_of_one_file_is_found_everywhere() {
        let found = search("lift off", SearchFilter::default());
        assert_eq!(found.first().map(|one| one.key), Some("rocket.launched"));
        let check = |operator| {
            draft(operator).check(RuleKind::Entry, RuleId(Uuid::nil()), |_| ConditionId(Uuid::nil()), &Path::root("r"))
        };
        let faults = check("GTE").expect_err("an operator that it has not");
        assert_eq!(
            faults.iter().map(|fault| fault.path.join(".")).collect::<Vec<_>>(),
            ["r.conditions.0.filters.0.operator"]
        );
        let rule = check("ANY_OF").expect("a rule").rule;
        assert_eq!(rule.conditions.first().map(describe).as_deref(), Some("Launches a rocket (launch pad 39a)"));
        let id = AutomationId(Uuid::from_u128(1));
        let version = AutomationVersion {
            schema: DEFINITION_SCHEMA,
            automation: id,
            number: 1,
            name: "A".into(),
            re_entry: ReEntry::Once,
            entry_rules: vec![rule],
            goals: Vec::new(),
            alternate_exits: Vec::new(),
        };
        let definitions = Definitions::new(1, Zone::UTC, [version], [(id, 1, AutomationStatus::Running)]);
        let entered_from = |pad: &str| definitions.entered_by(&launch(json!({"padId": pad})).expect("an event")).len();
        assert_eq!([entered_from("39a"), entered_from("39b")], [1, 0]);
        assert!(launch(json!({})).is_err() && launch(json!({"padId": "a", "altitude": "high"})).is_err());
        let mention = launch(json!({"padId": "39a"})).expect("an event").mentions();
        assert_eq!(mention, [("pads", "39a".to_owned())]);
        let definition = catalogue::find("rocket.launched").expect("a type");
        assert!(schema::json_schema(definition).to_string().contains("rocket.launched"));
        assert!(reference::markdown().contains("`rocket.launched`"));
    }
}
