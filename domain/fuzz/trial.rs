//! What has to hold of whatever is written as a condition: it is refused with a path and a way out, or can be told, stored,
//! read back as it was, and held against events. The fuzzer and the test that replays its corpus share it.

use offramp_domain::condition::{self, Condition, ConditionDraft, Scene};
use offramp_domain::event::{Event, EventDraft, accept};
use offramp_domain::fault::{Faults, Path};
use offramp_domain::ids::{ConditionId, EventId};
use offramp_domain::limits::NAME_CHARS_MAX;
use offramp_domain::money::Currency;
use offramp_domain::time::{Elapsed, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

/// Panics where something does not hold.
pub fn try_condition(data: &[u8]) {
    let Ok(draft) = serde_json::from_slice::<ConditionDraft>(data) else { return };
    let mut faults = Faults::none();
    let mut next = 0_u128;
    let mut next_id = || {
        next += 1;
        ConditionId(Uuid::from_u128(next))
    };
    let checked = condition::check(&draft, 1, &mut next_id, &Path::root("condition"), &mut faults);
    match faults.or_value(checked) {
        Err(faults) => {
            for fault in faults {
                assert_eq!(fault.path.first().map(String::as_str), Some("condition"));
                assert!(!fault.message.is_empty() && fault.message.chars().count() < 3_000, "{fault}");
            }
        }
        Ok(condition) => hold(&condition),
    }
}

fn hold(condition: &Condition) {
    let told = condition::describe_all(condition::Join::All, std::slice::from_ref(condition));
    assert!(!told.is_empty() && told.chars().count() <= NAME_CHARS_MAX);
    let stored = serde_json::to_value(condition).expect("JSON");
    assert_eq!(serde_json::from_value::<Condition>(stored).as_ref().ok(), Some(condition));
    for event in events(condition) {
        let later = Event { occurred_at: event.at().plus(Elapsed::from_days(40)), ..event.clone() };
        let history = [event.clone()];
        for scene in [Scene::of(&event), Scene { history: &history, ..Scene::of(&later) }] {
            // Groups and absences are judged by what is within them.
            let every = condition::each(std::slice::from_ref(condition));
            for one in every.into_iter().filter(|one| !one.is_group() && !one.is_absence()) {
                let result = if one.is_state() { one.is_so(&scene) } else { one.test(&scene) };
                if let Err(unmet) = result {
                    assert!(!one.explain(unmet, &scene).wanted.is_empty());
                }
                let _when = one.turns_at(true, &scene);
            }
        }
    }
}

/// An event of each type that the condition listens to, with what they have in common.
fn events(condition: &Condition) -> Vec<Event> {
    let properties = json!({"orderId": "o", "amount": "1.00", "tag": "a", "membershipId": "m", "packageId": "p",
        "items": [{"productId": "p", "categoryIds": ["c"], "quantity": 2}], "attributes": {"plan": "pro", "born": "2000-02-29"}});
    let types = condition::each(std::slice::from_ref(condition))
        .into_iter()
        .flat_map(|one| one.event_types().iter().map(str::to_owned).collect::<Vec<_>>());
    types.filter_map(|event_type| event(event_type, &properties)).collect()
}

fn event(event_type: String, properties: &Value) -> Option<Event> {
    let draft = EventDraft {
        event_type,
        contact_external_id: "ann".to_owned(),
        properties: Some(properties.clone()),
        ..EventDraft::default()
    };
    let (now, usd) = (Timestamp::from_micros(1_767_225_600_000_000), Currency::parse("USD").expect("a currency"));
    accept(draft, EventId(Uuid::from_u128(1)), now, usd, &Path::root("event")).ok().map(|accepted| accepted.event)
}
