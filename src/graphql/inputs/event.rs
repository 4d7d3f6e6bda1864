//! Events as senders give them.

use super::condition::MoneyInput;
use crate::graphql::scalars::DateTime;
use async_graphql::{InputObject, Json};
use offramp_domain::event::EventDraft;
use serde_json::Value;

/// Events to take in.
#[derive(InputObject)]
pub struct EventsIngestInput {
    /// In the order in which they are to be judged; at most 1,000.
    pub events: Vec<EventInput>,
}

/// Something that happened to a contact.
#[derive(InputObject)]
pub struct EventInput {
    /// Your key for it: sending the same again has no effect. Without one, each sending is a new event.
    message_id: Option<String>,
    /// What happened, such as `order.purchased`, `tag.added`, or a name of your own.
    #[graphql(name = "type")]
    event_type: String,
    /// To whom, by your own id; a contact that is new is made.
    contact_external_id: String,
    /// When; now, if left out. At most 24 hours ahead.
    occurred_at: Option<DateTime>,
    /// What it is worth, where that is not in its properties.
    value: Option<MoneyInput>,
    /// The rest. An `order.placed` or `order.purchased` has `orderId` and `amount` (`{amount, currencyCode}`, or a decimal
    /// string in the workspace's currency), and may have `items` (`[{productId, categoryIds, quantity}]`) and `source`; a
    /// `payment.succeeded` has `paymentId` and `amount`, and may have `orderId` and `paymentType`; an `order.refunded` has
    /// `orderId`, and `amount` unless all goes back; a `tag.added` has `tag`, and may have `by`.
    properties: Option<Json<Value>>,
    /// Where it came from.
    source: Option<String>,
}

impl From<EventInput> for EventDraft {
    fn from(input: EventInput) -> Self {
        Self {
            message_id: input.message_id,
            event_type: input.event_type,
            contact_external_id: input.contact_external_id,
            occurred_at: input.occurred_at.map(|instant| instant.0),
            value: input.value.map(Into::into),
            properties: input.properties.map(|properties| properties.0),
            source: input.source,
        }
    }
}
