//! Memberships: who becomes a member, who is one, and what becomes of it.

mod known;

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, State, flag, ids, instant, money,
    one_of, setting_flag,
};
use super::state::{HAVE, Subject};
use super::{Condition, Scene};
use crate::facts::FactDefinition;
use known::Membership;
use serde_json::json;

const ACTIVATED: &str = "membership.activated";
const RENEWED: &str = "membership.renewed";
const CHANGED: &str = "membership.changed";
const STATUS_CHANGED: &str = "membership.status_changed";
const CANCELLED: &str = "membership.cancelled";
const EXPIRED: &str = "membership.expired";
/// All of which something is kept.
const EVERY: &[&str] = &[ACTIVATED, RENEWED, CHANGED, STATUS_CHANGED, CANCELLED, EXPIRED];

/// What a membership may be.
const STATUSES: &[&str] = &["ACTIVE", "FROZEN", "PENDING", "SUSPENDED"];
/// Where a change leads.
const DIRECTIONS: &[&str] = &["UPGRADE", "DOWNGRADE", "SIDEWAYS", "FREEZE", "UNFREEZE"];
/// Why people leave.
const REASONS: &[&str] =
    &["PRICE", "MOVED_AWAY", "NOT_USED", "HEALTH", "DISSATISFIED", "COMPETITOR", "PAYMENT_FAILED", "OTHER"];
/// The facts about memberships, by the membership's id.
const MEMBERSHIP: &str = "membership";
const BECAME_RENEWED: &str = "renewed";

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
                flag("contract", "with a contract", "contract"),
                flag("autopay", "autopay", "autopay"),
            ],
        },
        ConditionDefinition {
            key: "membership.has",
            name: "Has a membership",
            synonyms: &[
                "is a member",
                "does not have a membership",
                "active member",
                "membership status",
                "non-member",
            ],
            description: "The contact has a membership, or has none.",
            kind: Kind::State(State {
                facts: &[MEMBERSHIP],
                history: &[],
                turns_by_time: true,
                changed_by: EVERY,
                subjects: |_, scene| held(scene),
            }),
            filters: &[
                setting_flag(HAVE, "has it").help("false for contacts who have none such."),
                ids("membership", "membership", "membershipId", "memberships"),
                one_of("status", "status", "status", STATUSES),
            ],
        },
        ConditionDefinition {
            key: "membership.cancelled",
            name: "Cancels a membership",
            synonyms: &["cancels membership", "quits", "leaves", "churns", "terminates", "unsubscribes from plan"],
            description: "The contact cancels a membership, which may still run until a later day.",
            kind: Kind::Event(|_| EventTypes::These(&[CANCELLED])),
            filters: &[
                ids("membership", "membership", "membershipId", "memberships"),
                one_of("reason", "reason", "reason", REASONS),
                instant("effective", "effective", "effectiveAt")
                    .help("When the membership ends; when it was cancelled is `occurred`."),
            ],
        },
        ConditionDefinition {
            key: "membership.expired",
            name: "Membership expires",
            synonyms: &[
                "membership expired",
                "about to expire",
                "membership ends",
                "lapsed member",
                "expiring",
                "not renewed",
            ],
            description: "A membership of the contact that was not cancelled has expired, or is about to.",
            kind: Kind::State(State {
                facts: &[MEMBERSHIP],
                history: &[],
                turns_by_time: true,
                changed_by: EVERY,
                subjects: expiring,
            }),
            filters: &[
                ids("membership", "membership", "membershipId", "memberships"),
                instant("expires", "expiry", "expiresAt").required().help(
                    "WITHIN_NEXT for what is about to expire; OLDER_THAN for what has, with PT0S from that moment on.",
                ),
                setting_flag(BECAME_RENEWED, "renewed").help(
                    "true for an expiry after which, or before which, the membership was renewed; false, if left out.",
                ),
            ],
        },
        ConditionDefinition {
            key: "membership.changed",
            name: "Changes membership",
            synonyms: &["upgrades", "downgrades", "freezes", "switches plan", "puts membership on hold", "unfreezes"],
            description: "The contact goes over to another membership, or freezes one.",
            kind: Kind::Event(|_| EventTypes::These(&[CHANGED])),
            filters: &[
                ids("from", "from", "fromMembershipId", "memberships"),
                ids("to", "to", "membershipId", "memberships").help("Of one that is frozen, that one."),
                one_of("direction", "direction", "direction", DIRECTIONS),
            ],
        },
    ],
    events: &[
        EventDefinition {
            event_type: ACTIVATED,
            required: &["membershipId"],
            more: &[("expiresAt", FilterKind::Instant)],
        },
        EventDefinition {
            event_type: RENEWED,
            required: &["membershipId"],
            more: &[("expiresAt", FilterKind::Instant)],
        },
        EventDefinition {
            event_type: CHANGED,
            required: &["membershipId"],
            more: &[("expiresAt", FilterKind::Instant)],
        },
        EventDefinition {
            event_type: STATUS_CHANGED,
            required: &["membershipId", "status"],
            more: &[("status", FilterKind::Enum(STATUSES))],
        },
        EventDefinition { event_type: CANCELLED, required: &["membershipId"], more: &[] },
        EventDefinition {
            event_type: EXPIRED,
            required: &["membershipId"],
            more: &[("expiresAt", FilterKind::Instant)],
        },
    ],
    facts: &[FactDefinition { kind: MEMBERSHIP, event_types: EVERY, note: known::note }],
};

/// The memberships that the contact has: a cancelled one until the day on which it ends.
fn held(scene: &Scene<'_>) -> Vec<Subject> {
    let is_held = |one: &Membership| !one.has_expired() && one.ends_at.is_none_or(|at| scene.at() < at);
    let of = |(id, one): (&str, Membership)| Subject {
        turns_at: one.ends_at.into_iter().collect(),
        ..Subject::of([("membershipId", json!(id)), ("status", json!(one.status))])
    };
    known::all(scene.facts).filter(|(_, one)| is_held(one)).map(of).collect()
}

/// The expiries of memberships: those to come or past, or those that a renewal has put off.
fn expiring(condition: &Condition, scene: &Scene<'_>) -> Vec<Subject> {
    let became_renewed = condition.flag(BECAME_RENEWED) == Some(true);
    let of = |(id, one): (&str, Membership)| {
        let expires_at =
            if became_renewed { one.renewed_from } else { one.expires_at.filter(|_| one.ends_at.is_none()) };
        expires_at.map(|at| Subject::of([("membershipId", json!(id)), ("expiresAt", json!(at.to_string()))]))
    };
    known::all(scene.facts).filter_map(of).collect()
}
