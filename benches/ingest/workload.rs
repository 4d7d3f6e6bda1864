//! What is sent: half of the events enter, half take those out again who entered before; each pair makes one exit.

use offramp_domain::event::EventDraft;
use serde_json::json;
use std::collections::VecDeque;

/// The tag by which the automation is entered.
pub const TAG: &str = "lead";

/// One sender, with contacts of its own.
pub struct Producer {
    name: String,
    contacts: usize,
    inside: VecDeque<String>,
    exits: usize,
}

impl Producer {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), contacts: 0, inside: VecDeque::new(), exits: 0 }
    }

    /// So many of them.
    pub fn several(name: &str, count: usize) -> Vec<Self> {
        (0..count).map(|number| Self::new(format!("{name}{number}"))).collect()
    }

    /// The next events, each of another contact: somebody enters, somebody who entered in an earlier batch leaves.
    pub fn batch(&mut self, events: usize) -> Vec<EventDraft> {
        let mut inside = std::mem::take(&mut self.inside);
        let mut batch = Vec::with_capacity(events);
        while batch.len() < events {
            let leaving = batch.len() % 2 == 1 || events == 1;
            if let Some(who) = inside.pop_front_if(|_| leaving) {
                self.exits += 1;
                batch.push(bought(&who));
                continue;
            }
            self.contacts += 1;
            let who = format!("{}-{}", self.name, self.contacts);
            batch.push(tagged(&who));
            self.inside.push_back(who);
        }
        inside.append(&mut self.inside);
        self.inside = inside;
        batch
    }

    /// So many batches.
    pub fn batches(&mut self, count: usize, events: usize) -> Vec<Vec<EventDraft>> {
        (0..count).map(|_| self.batch(events)).collect()
    }

    /// How many exits all that it sent must have made.
    pub const fn exits(&self) -> usize {
        self.exits
    }
}

fn tagged(who: &str) -> EventDraft {
    EventDraft {
        message_id: Some(format!("t-{who}")),
        event_type: "tag.added".to_owned(),
        contact_external_id: who.to_owned(),
        properties: Some(json!({"tag": TAG})),
        ..EventDraft::default()
    }
}

fn bought(who: &str) -> EventDraft {
    EventDraft {
        message_id: Some(format!("b-{who}")),
        event_type: "order.purchased".to_owned(),
        contact_external_id: who.to_owned(),
        properties: Some(json!({"orderId": who, "amount": {"amount": "20.00", "currencyCode": "USD"},
            "items": [{"productId": "p1", "quantity": 1}]})),
        ..EventDraft::default()
    }
}
