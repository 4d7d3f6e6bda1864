//! What the tables say has happened, in the words of the scenarios.

use offramp_domain::money::{Currency, Money};
use offramp_entity::{automation, contact, conversion, enrollment, exit, reversal, rule, skip};
use sea_orm::{DatabaseConnection, EntityTrait};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Sentences, each under the id of the record that it tells of.
pub type Told = BTreeSet<(Uuid, String)>;

/// Everything that has happened so far.
pub async fn take(tables: &DatabaseConnection) -> Told {
    let names = names(tables).await;
    let name = |id: Uuid| names.get(&id).cloned().unwrap_or_else(|| format!("? {id}"));
    let mut told = Told::new();
    for row in enrollment::Entity::find().all(tables).await.expect("stays") {
        told.insert((row.id, format!("{} enters {}", name(row.contact_id), name(row.automation_id))));
    }
    for row in exit::Entity::find().all(tables).await.expect("exits") {
        let also: Vec<Uuid> = serde_json::from_value(row.also_matched).expect("ids");
        let also: String = also.into_iter().map(|rule| format!(" also {}", name(rule))).collect();
        let window = if row.within_window { "" } else { " outside" };
        let rule = if row.rule_id.is_nil() { row.reason.clone() } else { name(row.rule_id) };
        told.insert((
            row.id,
            format!("{} leaves {} by {rule}{window}{also}", name(row.contact_id), name(row.automation_id)),
        ));
    }
    for row in conversion::Entity::find().all(tables).await.expect("conversions") {
        let worth = row.value_minor.zip(row.value_currency).map(|(minor, code)| {
            format!(" {}", Money { minor, currency: Currency::parse(&code).expect("a currency") })
        });
        let flags = [(row.counted, "counted"), (row.headline, "first"), (row.late, "late"), (row.after_exit, "after")];
        let flags: String = flags.iter().filter(|(on, _)| *on).map(|(_, word)| format!(" {word}")).collect();
        let (who, place, goal) = (name(row.contact_id), name(row.automation_id), name(row.goal_id));
        told.insert((row.id, format!("{who} converts in {place} by {goal}{}{flags}", worth.unwrap_or_default())));
    }
    let goals = conversion_goals(tables).await;
    for row in reversal::Entity::find().all(tables).await.expect("reversals") {
        let amount = row.amount_minor.zip(row.amount_currency).map(|(minor, code)| {
            format!(" {}", Money { minor, currency: Currency::parse(&code).expect("a currency") })
        });
        let full = if row.in_full { " in full" } else { "" };
        assert_eq!(goals.get(&row.conversion_id), Some(&row.goal_id), "a reversal is of its conversion's goal");
        let (who, place, goal) = (name(row.contact_id), name(row.automation_id), name(row.goal_id));
        told.insert((row.id, format!("{who} is reversed in {place} by {goal}{}{full}", amount.unwrap_or_default())));
    }
    for row in skip::Entity::find().all(tables).await.expect("skips") {
        let (who, place) = (name(row.contact_id), name(row.automation_id));
        told.insert((row.id, format!("{who} is skipped in {place}: {}", row.reason)));
    }
    told
}

async fn conversion_goals(tables: &DatabaseConnection) -> BTreeMap<Uuid, Uuid> {
    let rows = conversion::Entity::find().all(tables).await.expect("conversions");
    rows.into_iter().map(|row| (row.id, row.goal_id)).collect()
}

async fn names(tables: &DatabaseConnection) -> BTreeMap<Uuid, String> {
    let contacts = contact::Entity::find().all(tables).await.expect("contacts");
    let automations = automation::Entity::find().all(tables).await.expect("automations");
    let rules = rule::Entity::find().all(tables).await.expect("rules");
    let of_rule = |row: &rule::Model| row.definition["name"].as_str().map(str::to_owned).unwrap_or_default();
    contacts
        .into_iter()
        .map(|row| (row.id, row.external_id))
        .chain(automations.into_iter().map(|row| (row.id, row.name)))
        .chain(rules.iter().map(|row| (row.id, of_rule(row))))
        .collect()
}

/// What an answer about a hand says of its refusal.
pub fn of_hand(answer: &Value) -> Vec<String> {
    let errors = answer["userErrors"].as_array().into_iter().flatten();
    errors.map(|error| format!("refused {}", error["code"].as_str().unwrap_or_default())).collect()
}

/// What an answer of `eventsIngest` says of repeats and refusals.
pub fn of_answer(answer: &Value) -> Vec<String> {
    let results = answer["results"].as_array().cloned().unwrap_or_default();
    let mut said = Vec::new();
    for result in results {
        if result["status"] == "DUPLICATE" {
            said.push("duplicate".to_owned());
        }
        for error in result["userErrors"].as_array().into_iter().flatten() {
            let path: Vec<_> = error["field"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            // Below `input.events.N`.
            said.push(format!("refused {} {}", error["code"].as_str().unwrap_or_default(), path[3..].join(".")));
        }
    }
    said
}
