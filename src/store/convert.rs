//! Between rows and the values of `domain`.

use super::{Error, Result};
use offramp_domain::automation::{AutomationStatus, AutomationVersion, DEFINITION_SCHEMA, Rule};
use offramp_domain::condition::Total;
use offramp_domain::decide::Met;
use offramp_domain::enrollment::{Ended, Enrollment, ExitReason};
use offramp_domain::event::Event;
use offramp_domain::ids::RuleId;
use offramp_domain::money::{Currency, Money};
use offramp_domain::time::Timestamp;
use offramp_entity as entity;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::collections::BTreeSet;

fn unreadable(what: &'static str, why: impl ToString) -> Error {
    Error::Unreadable { what, why: why.to_string() }
}

/// A stored JSON value as what it stands for.
pub(super) fn read<T: DeserializeOwned>(what: &'static str, value: &Json) -> Result<T> {
    T::deserialize(value).map_err(|why| unreadable(what, why))
}

/// A value as the JSON under which it is stored.
pub(super) fn write(what: &'static str, value: &impl Serialize) -> Result<Json> {
    serde_json::to_value(value).map_err(|why| unreadable(what, why))
}

/// An amount out of its two columns.
///
/// # Errors
/// [`Error::Unreadable`], if one is missing or the currency is none.
pub(super) fn money(minor: Option<i64>, currency: Option<&str>) -> Result<Option<Money>> {
    let Some((minor, currency)) = minor.zip(currency) else { return Ok(None) };
    let currency = Currency::parse(currency).map_err(|why| unreadable("currency", why))?;
    Ok(Some(Money { minor, currency }))
}

pub(super) fn status(name: &str) -> Result<AutomationStatus> {
    AutomationStatus::ALL
        .into_iter()
        .find(|status| status.as_str() == name)
        .ok_or_else(|| unreadable("automation status", name))
}

pub(super) fn event(row: entity::event::Model) -> Result<Event> {
    Ok(Event {
        id: row.id.into(),
        event_type: row.event_type,
        occurred_at: Timestamp::from_micros(row.occurred_at),
        received_at: Timestamp::from_micros(row.received_at),
        value: money(row.value_minor, row.value_currency.as_deref())?,
        source: row.source,
        properties: read("event", &row.properties)?,
    })
}

/// The goals that were counted for a stay, and those of them whose conversion was taken back.
#[derive(Clone, Debug, Default)]
pub(super) struct Goals {
    pub(super) converted: BTreeSet<RuleId>,
    pub(super) reversed: BTreeSet<RuleId>,
}

/// A stay.
pub(super) fn enrollment(row: &entity::enrollment::Model, goals: Goals) -> Result<Enrollment> {
    let ended = match (row.exited_at, row.exit_reason.as_deref()) {
        (Some(at), Some(reason)) => {
            let reason = ExitReason::read(reason).ok_or_else(|| unreadable("exit reason", reason))?;
            Some(Ended { at: Timestamp::from_micros(at), reason, may_reenter: row.may_reenter })
        }
        _ => None,
    };
    Ok(Enrollment {
        id: row.id.into(),
        automation: row.automation_id.into(),
        version: row.version,
        contact: row.contact_id.into(),
        rotation: row.rotation,
        entered_at: Timestamp::from_micros(row.entered_at),
        entry_rule: (!row.entry_rule_id.is_nil()).then(|| row.entry_rule_id.into()),
        entry_event: row.entry_event_id.into(),
        ended,
        converted_goals: goals.converted,
        reversed_goals: goals.reversed,
    })
}

pub(super) fn met(row: &entity::progress::Model) -> Result<Met> {
    let number = row.sum_number.as_ref().map(|text| read("sum", &Json::String(text.clone()))).transpose()?;
    let money = money(row.sum_minor, row.sum_currency.as_deref())?;
    Ok(Met {
        at: Timestamp::from_micros(row.met_at),
        event: row.event_id.into(),
        is_met: row.is_met,
        tally: row.tally,
        total: number.map(Total::Number).or(money.map(Total::Money)),
    })
}

pub(super) fn rule(row: &entity::rule::Model) -> Result<Rule> {
    known_shape("rule", row.definition_schema.into(), DEFINITION_SCHEMA.into())?;
    read("rule", &row.definition)
}

pub(super) fn version(row: &entity::automation_version::Model) -> Result<AutomationVersion> {
    // Its shape is read before the rest, which a newer one may have changed.
    let schema = row.definition.get("schema").and_then(Json::as_i64).unwrap_or_default();
    known_shape("version", schema, DEFINITION_SCHEMA.into())?;
    read("version", &row.definition)
}

/// Refuses a shape that this version does not know.
pub(super) fn known_shape(what: &'static str, schema: i64, known: i64) -> Result<()> {
    if schema == known {
        return Ok(());
    }
    Err(unreadable(what, format_args!("its shape is {schema}, and only {known} is known")))
}
