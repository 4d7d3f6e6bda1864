//! From what a sender wrote to an event that can be judged: every fault of it, or the event.

use super::{Event, ORDER_REFUNDED, shape};
use crate::contact;
use crate::fault::{self, Code, Fault, Faults, Path};
use crate::hand::RESERVED_PREFIX;
use crate::ids::EventId;
use crate::limits::{
    EVENT_PROPERTIES_BYTES_MAX, EVENT_PROPERTIES_DEPTH_MAX, EVENT_TYPE_CHARS_MAX, EXTERNAL_ID_CHARS_MAX,
    OCCURRED_AHEAD_MAX,
};
use crate::money::{Currency, Money, MoneyDraft};
use crate::order;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An event as its sender wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventDraft {
    /// The sender's key: the same one is applied once (R61).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: String,
    /// To whom, by the customer's own id.
    pub contact_external_id: String,
    /// When; now, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<String>,
    /// What it is worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<MoneyDraft>,
    /// The rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Value>,
    /// Where it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// An event that may be stored and judged.
#[derive(Clone, Debug, PartialEq)]
pub struct AcceptedEvent {
    /// To whom it happened, by the customer's own id.
    pub contact_external_id: String,
    /// The sender's key.
    pub message_id: Option<String>,
    /// Whether the sender said when it happened.
    pub is_dated: bool,
    /// The event.
    pub event: Event,
}

impl AcceptedEvent {
    /// Says in which place and when it was received; what has no time of its own happened then.
    pub fn receive(&mut self, id: EventId, at: Timestamp) {
        self.event.id = id;
        self.event.received_at = at;
        if !self.is_dated {
            self.event.occurred_at = at;
        }
    }
}

/// Checks a draft and makes the event of it; `currency` is the workspace's, for amounts that name none.
///
/// # Errors
/// Every fault of the draft, with paths below `path`.
pub fn accept(
    draft: EventDraft,
    id: EventId,
    received_at: Timestamp,
    currency: Currency,
    path: &Path<'_>,
) -> Result<AcceptedEvent, Vec<Fault>> {
    let mut faults = Faults::none();
    let event_type = fault::key(&draft.event_type, EVENT_TYPE_CHARS_MAX).and_then(not_ours);
    let event_type = faults.keep(&path.field("type"), event_type);
    let contact_external_id =
        faults.keep(&path.field("contactExternalId"), fault::key(&draft.contact_external_id, EXTERNAL_ID_CHARS_MAX));
    let message_id =
        draft.message_id.and_then(|id| faults.keep(&path.field("messageId"), fault::key(&id, EXTERNAL_ID_CHARS_MAX)));
    let source =
        draft.source.and_then(|source| faults.keep(&path.field("source"), fault::key(&source, EXTERNAL_ID_CHARS_MAX)));
    let value = draft.value.and_then(|value| faults.keep(&path.field("value"), Money::try_from(value)));
    let is_dated = draft.occurred_at.is_some();
    let occurred_at = match draft.occurred_at {
        None => Some(received_at),
        Some(text) => faults.keep(&path.field("occurredAt"), occurred(&text, received_at)),
    };
    let properties_path = path.field("properties");
    let properties = faults.keep(&properties_path, object(draft.properties)).map(|mut properties| {
        if let Some(event_type) = &event_type {
            shape::check(event_type, &mut properties, currency, &properties_path, &mut faults);
            if event_type == ORDER_REFUNDED {
                order::check_refund(&properties, &properties_path, &mut faults);
            }
            if event_type == contact::UPDATED {
                contact::check_said(&properties, &properties_path, &mut faults);
            }
        }
        properties
    });
    let read = event_type.zip(contact_external_id).zip(occurred_at).zip(properties);
    let accepted = read.map(|(((event_type, contact_external_id), occurred_at), properties)| {
        let event = Event { id, event_type, occurred_at, received_at, value, source, properties };
        AcceptedEvent { contact_external_id, message_id, is_dated, event }
    });
    faults.or_value(accepted)
}

fn not_ours(event_type: String) -> Result<String, (Code, String)> {
    if event_type.starts_with(RESERVED_PREFIX) {
        let message = format!("Types that begin with `{RESERVED_PREFIX}` are Offramp's own; use another name.");
        return Err((Code::Invalid, message));
    }
    Ok(event_type)
}

fn occurred(text: &str, received_at: Timestamp) -> Result<Timestamp, (Code, String)> {
    let occurred_at = Timestamp::parse(text).map_err(|message| (Code::Invalid, message))?;
    if occurred_at > received_at.plus(OCCURRED_AHEAD_MAX) {
        let message = format!(
            "{occurred_at} is more than {OCCURRED_AHEAD_MAX} after now, which is {received_at}; check the sender's clock."
        );
        return Err((Code::OutOfRange, message));
    }
    Ok(occurred_at)
}

fn object(properties: Option<Value>) -> Result<Map<String, Value>, (Code, String)> {
    match properties {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(given) => fault::object(given, EVENT_PROPERTIES_DEPTH_MAX, EVENT_PROPERTIES_BYTES_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The codes and paths of the faults in a draft, received at noon.
    fn check(changes: Value, expected: &[&str]) {
        let mut draft = json!({"type": "order.purchased", "contactExternalId": "ann", "occurredAt": "2026-01-01T10:00:00Z",
            "properties": {"orderId": "o1", "amount": "20.00", "items": [{"productId": "p1", "quantity": 1}]}});
        for (name, value) in changes.as_object().into_iter().flatten() {
            draft[name] = value.clone();
        }
        let received_at = Timestamp::parse("2026-01-01T12:00:00Z").expect("an instant");
        let currency = Currency::parse("USD").expect("a currency");
        let draft = serde_json::from_value(draft).expect("a draft");
        let found = match accept(draft, EventId(uuid::Uuid::nil()), received_at, currency, &Path::root("event")) {
            Ok(_) => Vec::new(),
            Err(faults) => {
                faults.iter().map(|fault| format!("{} {}", fault.code.as_str(), fault.path.join("."))).collect()
            }
        };
        assert_eq!(found, expected, "{changes}");
    }

    #[test]
    fn every_fault_of_an_event_is_named_with_its_path() {
        check(json!({}), &[]);
        check(json!({"type": " "}), &["BLANK event.type"]);
        check(json!({"type": "offramp.removed"}), &["INVALID event.type"]);
        check(json!({"contactExternalId": "x".repeat(201)}), &["TOO_LONG event.contactExternalId"]);
        check(json!({"messageId": ""}), &["BLANK event.messageId"]);
        check(json!({"occurredAt": "2026-01-02T12:00:00Z"}), &[]);
        check(json!({"occurredAt": "2026-01-02T13:00:00Z"}), &["OUT_OF_RANGE event.occurredAt"]);
        check(json!({"occurredAt": "yesterday"}), &["INVALID event.occurredAt"]);
        check(json!({"value": {"amount": "1.234", "currencyCode": "USD"}}), &["INVALID event.value"]);
        check(json!({"properties": []}), &["WRONG_TYPE event.properties"]);
        check(json!({"properties": {"orderId": "o", "amount": "-1.00"}}), &["OUT_OF_RANGE event.properties.amount"]);
        check(json!({"properties": {}}), &["REQUIRED event.properties.orderId", "REQUIRED event.properties.amount"]);
        check(
            json!({"properties": {"orderId": 7, "amount": 20.0}}),
            &["WRONG_TYPE event.properties.orderId", "WRONG_TYPE event.properties.amount"],
        );
        check(
            json!({"properties": {"orderId": "o", "amount": "1", "items": [{"productId": "p"}, {"quantity": -1}], "paymentType": "card"}}),
            &[
                "REQUIRED event.properties.items.1.productId",
                "WRONG_TYPE event.properties.items.1.quantity",
                "INVALID event.properties.paymentType",
            ],
        );
        check(json!({"type": "page.read", "properties": {"deep": [[[[[[[[1]]]]]]]]}}), &["TOO_LONG event.properties"]);
        check(
            json!({"type": "page.read", "properties": {"long": "x".repeat(32 * 1024)}}),
            &["TOO_LONG event.properties"],
        );
        check(json!({"type": "page.read", "properties": {"nul": "\u{0}"}}), &["INVALID event.properties"]);
    }
}
