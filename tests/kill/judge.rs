//! What was left behind, judged from the tables against what was acknowledged and followed.

use super::load::Load;
use offramp_domain::time::Timestamp;
use offramp_entity::{contact, event, exit};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use serde_json::Value;
use std::collections::BTreeMap;

/// The figures.
pub struct Found {
    pub acknowledged: usize,
    /// Acknowledged, and not stored as it was sent.
    pub lost: usize,
    pub exits: usize,
    /// Exits of stays that had one.
    pub second_exits: usize,
}

/// Judges the tables, and that a follower was told of every exit once, in order.
pub async fn judge(url: &str, tables: &DatabaseConnection, load: &Load, followed: &[i64]) -> Found {
    let stored = stored(tables).await;
    let (acknowledged, sent) = (load.acknowledged(), load.sent());
    let strange: Vec<_> = stored.keys().filter(|key| !sent.contains_key(*key)).collect();
    assert_eq!(strange, Vec::<&String>::new(), "nothing is stored that nobody sent");
    let lost = acknowledged.iter().filter(|key| !stored.get(*key).is_some_and(|row| row.is(&sent[*key]))).count();
    let exits = exit::Entity::find().all(tables).await.expect("exits");
    let mut exits_of: BTreeMap<_, usize> = BTreeMap::new();
    exits.iter().for_each(|exit| *exits_of.entry(exit.enrollment_id).or_default() += 1);
    let mut positions: Vec<_> = exits.iter().map(|exit| exit.position).collect();
    positions.sort_unstable();
    assert!(!positions.is_empty(), "somebody left");
    assert_eq!(followed, positions, "who resumes is told of every exit once, in order (R71)");
    let report = offramp::check::run(url, None).await.expect("a report");
    assert!(report.is_sound(), "what was left behind is not sound:\n{report}");
    let second_exits = exits.len() - exits_of.len();
    Found { acknowledged: acknowledged.len(), lost, exits: exits.len(), second_exits }
}

/// An event as it is stored, and whose it is.
struct Row {
    event: event::Model,
    contact: String,
}

impl Row {
    /// Whether it says what was sent.
    fn is(&self, sent: &Value) -> bool {
        let occurred_at = Timestamp::from_micros(self.event.occurred_at).to_string();
        let said = [&self.event.event_type, &self.contact, &occurred_at];
        let properties = sent["properties"].as_object().expect("properties");
        let same = |(name, value): (&String, &Value)| {
            let stored = &self.event.properties[name];
            // An amount is stored with the workspace's currency.
            if name == "amount" { stored["amount"] == *value } else { stored == value }
        };
        said.map(String::as_str)
            == ["type", "contactExternalId", "occurredAt"].map(|name| sent[name].as_str().expect("a text"))
            && properties.iter().all(same)
    }
}

async fn stored(tables: &DatabaseConnection) -> BTreeMap<String, Row> {
    let contacts = contact::Entity::find().all(tables).await.expect("contacts");
    let names: BTreeMap<_, _> = contacts.into_iter().map(|row| (row.id, row.external_id)).collect();
    // Without the purchases that orders made: nobody sent those.
    let events =
        event::Entity::find().filter(event::Column::MessageId.is_not_null()).all(tables).await.expect("events");
    let row = |event: event::Model| {
        let key = event.message_id.clone().expect("a message id");
        (key, Row { contact: names[&event.contact_id].clone(), event })
    };
    events.into_iter().map(row).collect()
}
