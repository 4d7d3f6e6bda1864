//! Memberships: who becomes a member, and who is one.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, State, flag, ids, money, one_of,
    setting_flag,
};
use super::state::{HAVE, Subject};
use crate::event::Event;
use crate::facts::{FactDefinition, Facts};
use serde_json::{Value, json};

const ACTIVATED: &str = "membership.activated";
const CANCELLED: &str = "membership.cancelled";
const STATUS_CHANGED: &str = "membership.status_changed";
const EXPIRED: &str = "membership.expired";

/// What a membership may be.
const STATUSES: &[&str] = &["ACTIVE", "FROZEN", "PENDING", "SUSPENDED"];
/// The facts about memberships, by the membership's id.
const MEMBERSHIP: &str = "membership";

pub(super) const FAMILY: Family = Family {
    category: "Membership and packages",
    conditions: &[
        ConditionDefinition {
            key: "membership.started",
            name: "Becomes a member",
            synonyms: &["joins", "membership activated", "signs up", "new member", "subscribes"],
            description: "A membership of the contact begins.",
            kind: Kind::Event(|_| EventTypes::These(&[ACTIVATED])),
            filters: &[
                ids("membership", "membership", "membershipId", "memberships"),
                flag("firstEver", "first membership ever", "firstEver"),
                ids("homeLocation", "home location", "homeLocationId", "locations"),
                money("price", "price", "price"),
                flag("paid", "paid", "paid"),
                flag("autopay", "autopay", "autopay"),
            ],
        },
        ConditionDefinition {
            key: "membership.has",
            name: "Has a membership",
            synonyms: &["is a member", "does not have a membership", "active member", "membership status"],
            description: "The contact has a membership, or has none.",
            kind: Kind::State(State {
                facts: &[MEMBERSHIP],
                history: &[],
                turns_by_time: false,
                changed_by: &[ACTIVATED, STATUS_CHANGED, CANCELLED, EXPIRED],
                subjects: |_, scene| memberships(scene.facts),
            }),
            filters: &[
                setting_flag(HAVE, "has it").help("false for contacts who have none such."),
                ids("membership", "membership", "membershipId", "memberships"),
                one_of("status", "status", "status", STATUSES),
            ],
        },
    ],
    events: &[EventDefinition {
        event_type: ACTIVATED,
        required: &["membershipId"],
        more: &[("expiresAt", FilterKind::Instant)],
    }],
    facts: &[FactDefinition {
        kind: MEMBERSHIP,
        event_types: &[ACTIVATED, STATUS_CHANGED, CANCELLED, EXPIRED],
        note: membership,
    }],
};

/// What an event says of a membership; one that ended is no more.
fn membership(event: &Event, known: &Facts) -> Vec<(String, Value)> {
    let Some(id) = event.text("membershipId") else { return Vec::new() };
    let before = known.find(MEMBERSHIP, id).map_or(Value::Null, |fact| fact.value.clone());
    let value = match event.event_type.as_str() {
        ACTIVATED => json!({"status": "ACTIVE", "expiresAt": event.text("expiresAt")}),
        STATUS_CHANGED => json!({"status": event.text("status"), "expiresAt": before.get("expiresAt")}),
        _ => Value::Null,
    };
    vec![(id.to_owned(), value)]
}

fn memberships(facts: &Facts) -> Vec<Subject> {
    let of = |(id, fact): (&str, &crate::facts::Fact)| {
        let part = |name: &str| fact.value.get(name).cloned().unwrap_or_default();
        Subject::of([("membershipId", json!(id)), ("status", part("status")), ("expiresAt", part("expiresAt"))])
    };
    facts.of_kind(MEMBERSHIP).map(of).collect()
}
