//! Credit packages: who starts one, who uses one up, and how many credits are left.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterDefinition, FilterKind, Kind, State, flag, ids,
    instant, number, setting_flag,
};
use super::compare::Clock;
use super::found::{Found, instant as instant_of};
use super::state::{HAVE, Subject};
use super::{Condition, Scene};
use crate::event::{Event, decimal};
use crate::facts::{FactDefinition, Facts};
use rust_decimal::Decimal;
use serde_json::{Value, json};

const STARTED: &str = "package.started";
const EXHAUSTED: &str = "package.exhausted";
const CHANGED: &str = "credits.changed";
/// All of which something is kept.
const EVERY: &[&str] = &[STARTED, EXHAUSTED, CHANGED];
/// The facts about credits, by the package's id.
const CREDITS: &str = "credits";

const PACKAGE: FilterDefinition = ids("package", "package", "packageId", "packages");
const INTRO_OFFER: FilterDefinition = flag("introOffer", "intro offer", "introOffer");

pub(super) const FAMILY: Family = Family {
    category: "Membership and packages",
    conditions: &[
        ConditionDefinition {
            key: "package.started",
            name: "Starts a package",
            synonyms: &[
                "buys a package",
                "starts a credit package",
                "class pack",
                "10-pack",
                "intro offer",
                "punch card",
            ],
            description: "A package of credits of the contact begins.",
            kind: Kind::Event(|_| EventTypes::These(&[STARTED])),
            filters: &[PACKAGE, instant("start", "start", "startsAt"), INTRO_OFFER],
        },
        ConditionDefinition {
            key: "package.finished",
            name: "Finishes a package",
            synonyms: &[
                "package exhausted",
                "last credit used",
                "uses up a package",
                "pack finished",
                "out of credits",
            ],
            description: "The contact uses the last credit of a package.",
            kind: Kind::Event(|_| EventTypes::These(&[EXHAUSTED])),
            filters: &[PACKAGE, INTRO_OFFER],
        },
        ConditionDefinition {
            key: "credits.remaining",
            name: "Has credits remaining",
            synonyms: &[
                "visits remaining",
                "credits left",
                "running out of credits",
                "last class left",
                "unused credits",
            ],
            description: "The contact has so many credits left, over all packages or some of them.",
            kind: Kind::State(State {
                facts: &[CREDITS],
                history: &[],
                turns_by_time: true,
                changed_by: EVERY,
                subjects,
            }),
            filters: &[
                setting_flag(HAVE, "has them").help("false for contacts who have none such."),
                number("remaining", "credits left", "remaining")
                    .help("What has expired is not left; who never had such a package has not even 0."),
                PACKAGE.setting().help("The credits of these packages are added up; of all, if left out."),
                instant("expires", "next expiry", "expiresAt")
                    .help("Of the credits that are left, the first to expire."),
            ],
        },
    ],
    events: &[
        EventDefinition {
            event_type: STARTED,
            required: &["packageId"],
            more: &[("credits", FilterKind::Number), ("expiresAt", FilterKind::Instant)],
        },
        EventDefinition { event_type: EXHAUSTED, required: &["packageId"], more: &[] },
        EventDefinition {
            event_type: CHANGED,
            required: &["packageId", "remaining"],
            more: &[("remaining", FilterKind::Number), ("expiresAt", FilterKind::Instant)],
        },
    ],
    facts: &[FactDefinition { kind: CREDITS, event_types: EVERY, note: noted }],
};

/// How many credits of a package are left, and until when. A further one of the same kind adds to what is left.
fn noted(event: &Event, known: &Facts) -> Vec<(String, Value)> {
    let Some(id) = event.text("packageId") else { return Vec::new() };
    let said = |name: &str| event.properties.get(name).filter(|value| !value.is_null());
    let number = |name: &str| said(name).and_then(decimal);
    let before = known.find(CREDITS, id).map(|fact| &fact.value);
    let expired_before = before.and_then(expiry).filter(|at| *at <= event.at());
    let left = before.filter(|_| expired_before.is_none()).map_or(Decimal::ZERO, left);
    let remaining = match event.event_type.as_str() {
        STARTED => number("credits").unwrap_or_default().saturating_add(left),
        CHANGED => number("remaining").unwrap_or_default(),
        _ => Decimal::ZERO,
    };
    let goes_on = before.filter(|_| expired_before.is_none()).and_then(|before| before.get("expiresAt"));
    let expires_at = said("expiresAt").or(goes_on);
    vec![(id.to_owned(), json!({"remaining": remaining, "expiresAt": expires_at}))]
}

fn left(credits: &Value) -> Decimal {
    credits.get("remaining").and_then(decimal).unwrap_or_default()
}

fn expiry(credits: &Value) -> Option<crate::time::Timestamp> {
    credits.get("expiresAt").and_then(instant_of)
}

/// The credits of all packages that are asked for, added up.
fn subjects(condition: &Condition, scene: &Scene<'_>) -> Vec<Subject> {
    let clock = Clock::of(scene);
    let is_asked_for = |id: &str| {
        condition
            .filters
            .iter()
            .filter(|filter| filter.key == PACKAGE.key)
            .all(|filter| filter.holds(&Found::Text(id), clock))
    };
    let credits: Vec<_> =
        scene.facts.of_kind(CREDITS).filter(|(id, _)| is_asked_for(id)).map(|(_, fact)| &fact.value).collect();
    if credits.is_empty() {
        return Vec::new();
    }
    let usable = credits.iter().filter(|one| expiry(one).is_none_or(|at| scene.at() < at));
    let remaining = usable.clone().fold(Decimal::ZERO, |total, one| total.saturating_add(left(one)));
    let expires_at = usable.filter(|one| left(one) > Decimal::ZERO).filter_map(|one| expiry(one)).min();
    let subject =
        Subject::of([("remaining", json!(remaining)), ("expiresAt", json!(expires_at.map(|at| at.to_string())))]);
    vec![Subject { turns_at: credits.iter().filter_map(|one| expiry(one)).collect(), ..subject }]
}
