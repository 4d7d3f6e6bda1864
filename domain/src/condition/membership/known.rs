//! What is known of a membership, and what events say of it.

use super::{ACTIVATED, CHANGED, EXPIRED, MEMBERSHIP, RENEWED, STATUS_CHANGED};
use crate::condition::found::instant;
use crate::event::Event;
use crate::facts::Facts;
use crate::time::Timestamp;
use serde_json::{Map, Value, json};

const ACTIVE: &str = "ACTIVE";
const FROZEN: &str = "FROZEN";
/// The status of one that is no more, and whose expiry may still be asked for.
const OVER: &str = "EXPIRED";

/// What is known of a membership.
#[derive(Clone, Debug, Default)]
pub(super) struct Membership {
    pub(super) status: String,
    pub(super) expires_at: Option<Timestamp>,
    /// When it would have expired, or did, had it not been renewed.
    pub(super) renewed_from: Option<Timestamp>,
    /// When it ends, as it was cancelled.
    pub(super) ends_at: Option<Timestamp>,
}

impl Membership {
    pub(super) fn has_expired(&self) -> bool {
        self.status == OVER
    }

    fn of(value: &Value) -> Self {
        let at = |name: &str| value.get(name).and_then(instant);
        let status = value.get("status").and_then(Value::as_str).unwrap_or(ACTIVE).to_owned();
        Self { status, expires_at: at("expiresAt"), renewed_from: at("renewedFrom"), ends_at: at("endsAt") }
    }

    fn value(&self) -> Value {
        let mut value = Map::from_iter([("status".to_owned(), json!(self.status))]);
        for (name, at) in [("expiresAt", self.expires_at), ("renewedFrom", self.renewed_from), ("endsAt", self.ends_at)]
        {
            value.extend(at.map(|at| (name.to_owned(), json!(at.to_string()))));
        }
        Value::Object(value)
    }
}

/// What is known of each membership of the contact, by its id.
pub(super) fn all(facts: &Facts) -> impl Iterator<Item = (&str, Membership)> {
    facts.of_kind(MEMBERSHIP).map(|(id, fact)| (id, Membership::of(&fact.value)))
}

/// What an event says of memberships.
pub(super) fn note(event: &Event, facts: &Facts) -> Vec<(String, Value)> {
    let Some(id) = event.text("membershipId") else { return Vec::new() };
    let known = |id: &str| facts.find(MEMBERSHIP, id).map(|fact| Membership::of(&fact.value));
    let before = known(id);
    let expires_at = event.properties.get("expiresAt").and_then(instant);
    let now = match event.event_type.as_str() {
        ACTIVATED | RENEWED => Some(begun(before, expires_at)),
        STATUS_CHANGED => {
            let status = event.text("status").unwrap_or(ACTIVE).to_owned();
            Some(Membership { status, ..before.unwrap_or_default() })
        }
        CHANGED => {
            let from = event.text("fromMembershipId").filter(|from| *from != id);
            // What it is said to have been before tells more than what an older one of the same kind was.
            let origin = match from {
                Some(from) => before.filter(|before| !before.has_expired()).or_else(|| known(from)),
                None => before,
            };
            let now = changed(event.text("direction"), origin.unwrap_or_default(), from.is_some(), expires_at);
            let gone = from.map(|from| (from.to_owned(), Value::Null));
            return gone.into_iter().chain([(id.to_owned(), now.value())]).collect();
        }
        EXPIRED => {
            let before = before.unwrap_or_default();
            let past = |at: &Timestamp| *at <= event.at();
            let expired_at = expires_at.filter(past).or(before.expires_at.filter(past)).unwrap_or(event.at());
            let renewed_from = before.renewed_from;
            Some(Membership { status: OVER.to_owned(), expires_at: Some(expired_at), renewed_from, ends_at: None })
        }
        _ => {
            let ends_at = event.properties.get("effectiveAt").and_then(instant).filter(|at| *at > event.at());
            ends_at.map(|_| Membership { ends_at, ..before.unwrap_or_else(|| begun(None, None)) })
        }
    };
    vec![(id.to_owned(), now.map_or(Value::Null, |now| now.value()))]
}

/// One that begins, or goes on after its expiry.
fn begun(before: Option<Membership>, expires_at: Option<Timestamp>) -> Membership {
    let before = before.filter(|before| before.ends_at.is_none());
    let renewed_from = before.and_then(|before| {
        let is_put_off = expires_at.is_none() || before.expires_at < expires_at || before.has_expired();
        if is_put_off { before.expires_at } else { before.renewed_from }
    });
    Membership { status: ACTIVE.to_owned(), expires_at, renewed_from, ends_at: None }
}

/// One that another became, or that was frozen or thawed.
fn changed(direction: Option<&str>, before: Membership, is_other: bool, expires_at: Option<Timestamp>) -> Membership {
    let kept = Some(before.status.as_str()).filter(|status| !status.is_empty() && !before.has_expired());
    let status = match direction {
        Some("FREEZE") => FROZEN,
        Some("UNFREEZE") => ACTIVE,
        _ => kept.unwrap_or(ACTIVE),
    };
    Membership {
        status: status.to_owned(),
        expires_at: expires_at.or(before.expires_at.filter(|_| !before.has_expired())),
        renewed_from: before.renewed_from.filter(|_| !is_other),
        ends_at: before.ends_at.filter(|_| !is_other),
    }
}
