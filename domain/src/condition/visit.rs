//! Visits: who comes, for the first time, how often and when last.

use super::booking::{CLASS_TYPE, INSTRUCTOR, LOCATION, PAYMENT_OPTION, RESERVATION_CREATED};
use super::catalogue::{
    ConditionDefinition, EventTypes, Family, FilterKind, Kind, State, custom, duration, flag, instant, number, one_of,
    setting_flag,
};
use super::found::Found;
use super::state::{HAVE, Subject};
use super::{Condition, Scene};
use crate::event::{Event, ORDER_PURCHASED};
use crate::facts::{FactDefinition, Facts};
use crate::time::{Elapsed, Timestamp};
use rust_decimal::Decimal;
use serde_json::{Value, json};

const CHECKED_IN: &str = "visit.checked_in";

/// What a contact does of its own will; opens of messages are not among them, because machines open too.
const INTERACTIONS: &[&str] = &[
    CHECKED_IN,
    RESERVATION_CREATED,
    ORDER_PURCHASED,
    "form.submitted",
    "landing_page.submitted",
    "message.clicked",
    "message.replied",
    "page.visited",
    "session.started",
];

/// The facts about the last visit, by class type; of a visit without one, by nothing.
const LAST_VISIT: &str = "last_visit";
/// The fact about the last interaction.
const LAST_INTERACTION: &str = "last_interaction";
/// Its key: there is one.
const ANY: &str = "any";

const COUNT: &str = "count";
const WITHIN: &str = "when";
const WHAT: &str = "what";
const VISIT: &str = "VISIT";
const INTERACTION: &str = "INTERACTION";

pub(super) const FAMILY: Family = Family {
    category: "Booking and attendance",
    conditions: &[
        ConditionDefinition {
            key: "visit.completed",
            name: "Takes a class",
            synonyms: &["checks in", "visits", "attends", "visit completed", "comes to class"],
            description: "The contact comes and is checked in.",
            kind: Kind::Event(|_| EventTypes::These(&[CHECKED_IN])),
            filters: &[
                CLASS_TYPE,
                INSTRUCTOR,
                LOCATION,
                PAYMENT_OPTION,
                flag("firstAtLocation", "first time at the location", "firstAtLocation"),
            ],
        },
        ConditionDefinition {
            key: "visit.first",
            name: "First visit",
            synonyms: &["first class", "first time visitor", "new client", "comes for the first time", "first check-in"],
            description: "The contact comes for the very first time.",
            kind: Kind::Event(|_| EventTypes::These(&[CHECKED_IN])),
            filters: &[
                CLASS_TYPE,
                PAYMENT_OPTION,
                custom("first", "first visit of all", FilterKind::Flag, |scene, _| Found::Flag(is_first(scene)))
                    .unless_said(true)
                    .from_history()
                    .help("Taken for true if left out. For the first of its sort, use `visit.completed` with `firstEver`."),
            ],
        },
        ConditionDefinition {
            key: "visit.milestone",
            name: "Milestone visit",
            synonyms: &["10th visit", "100th class", "nth visit", "visit count reached", "anniversary class", "every tenth visit"],
            description: "The contact comes for a visit of a certain number.",
            kind: Kind::Event(|_| EventTypes::These(&[CHECKED_IN])),
            filters: &[
                CLASS_TYPE,
                number("number", "number of the visit", "visitNumber")
                    .never_adds_up()
                    .help("As the sender counts, over all time. To count from here on, give an `occurrence` instead."),
                number("numberAtLocation", "number of the visit at its location", "locationVisitNumber")
                    .never_adds_up()
                    .help("As the sender counts, at the location of the visit."),
            ],
        },
        ConditionDefinition {
            key: "visit.count",
            name: "Number of visits",
            synonyms: &["visits in a period", "how often", "visit frequency", "attendance count", "classes taken", "no visits"],
            description: "The contact came so often in the time that has just passed.",
            kind: Kind::State(State {
                facts: &[],
                history: &[CHECKED_IN],
                changed_by: &[CHECKED_IN],
                turns_by_time: true,
                subjects: counted,
            }),
            filters: &[
                number(COUNT, "number of visits", COUNT).required(),
                duration(WITHIN, "in the last").help("Over all time, if left out."),
                CLASS_TYPE.setting(),
                LOCATION.setting(),
            ],
        },
        ConditionDefinition {
            key: "visit.last",
            name: "Last visit",
            synonyms: &["inactive", "lapsed", "has not been in", "last seen", "last interaction", "inactivity", "win back"],
            description: "The contact came last, or did anything last, at such a time.",
            kind: Kind::State(State {
                facts: &[LAST_VISIT, LAST_INTERACTION],
                history: &[],
                changed_by: INTERACTIONS,
                turns_by_time: false,
                subjects: last,
            }),
            filters: &[
                setting_flag(HAVE, "is so").help("false also for contacts who never came."),
                one_of(WHAT, "what", "", &[VISIT, INTERACTION])
                    .setting()
                    .help("A visit, or whatever else the contact did; a visit, if left out."),
                instant("when", "when", "at"),
                CLASS_TYPE.setting().help("Of visits only."),
            ],
        },
    ],
    events: &[],
    facts: &[
        FactDefinition { kind: LAST_VISIT, event_types: &[CHECKED_IN], note: note_visit },
        FactDefinition { kind: LAST_INTERACTION, event_types: INTERACTIONS, note: note_interaction },
    ],
};

/// Whether no other visit is known from before it.
fn is_first(scene: &Scene<'_>) -> bool {
    let place = |event: &Event| (event.at(), event.id);
    let is_before = |other: &Event| place(other) < place(scene.event);
    !scene.history.iter().any(|other| is_visit(other) && is_before(other))
}

fn is_visit(event: &Event) -> bool {
    event.event_type == CHECKED_IN && !event.is_test()
}

/// What a property of ids says.
fn found<'a>(event: &'a Event, property: &str) -> Found<'a> {
    Found::property(CLASS_TYPE.kind, &event.properties, property)
}

fn counted(condition: &Condition, scene: &Scene<'_>) -> Vec<Subject> {
    let visits = scene.history.iter().filter(|event| {
        is_visit(event)
            && condition.lets_through(CLASS_TYPE.key, &found(event, "classTypeId"), scene)
            && condition.lets_through(LOCATION.key, &found(event, "locationId"), scene)
    });
    let length = condition.length(WITHIN);
    // The last instant at which it counts is so long after it.
    let leaves = |at: Timestamp| Some((at.plus(length?).plus(Elapsed::from_micros(1)), -1));
    let mut steps: Vec<_> = visits.flat_map(|visit| [Some((visit.at(), 1)), leaves(visit.at())]).flatten().collect();
    steps.sort_unstable();
    let is_asked = |count: i64| condition.lets_through(COUNT, &Found::Number(Decimal::from(count)), scene);
    let (now, mut later, mut turns_at) = (scene.at(), 0, Vec::new());
    let count: i64 = steps.iter().filter(|(at, _)| *at <= now).map(|(_, by)| by).sum();
    for (at, by) in steps.into_iter().filter(|(at, _)| *at > now) {
        if is_asked(count + later + by) && !is_asked(count + later) {
            turns_at.push(at);
        }
        later += by;
    }
    vec![Subject { turns_at, ..Subject::of([(COUNT, json!(count))]) }]
}

/// The latest of those that are asked for is one subject: what came before it says nothing.
fn last(condition: &Condition, scene: &Scene<'_>) -> Vec<Subject> {
    let is_asked = |what: &str| condition.lets_through(WHAT, &Found::Text(what), scene);
    let of_visits = condition.setting(WHAT).is_none() || is_asked(VISIT);
    let of_interactions = condition.setting(WHAT).is_some() && is_asked(INTERACTION);
    let visits = scene.facts.of_kind(LAST_VISIT).filter(|(class_type, _)| {
        let class_type = Some(*class_type).filter(|class_type| !class_type.is_empty());
        of_visits && condition.lets_through(CLASS_TYPE.key, &Found::text(class_type), scene)
    });
    let interactions = scene.facts.of_kind(LAST_INTERACTION).filter(|_| of_interactions);
    let at = visits.chain(interactions).map(|(_, fact)| fact.at).max();
    at.map(|at| Subject::of([("at", json!(at.to_string()))])).into_iter().collect()
}

fn note_visit(event: &Event, _: &Facts) -> Vec<(String, Value)> {
    if event.is_test() {
        return Vec::new();
    }
    let mut class_types = found(event, "classTypeId").texts();
    if class_types.is_empty() {
        class_types.push("");
    }
    class_types.into_iter().map(|class_type| (class_type.to_owned(), Value::Bool(true))).collect()
}

fn note_interaction(event: &Event, _: &Facts) -> Vec<(String, Value)> {
    let is_real = !event.is_test() && event.flag("bot") != Some(true);
    is_real.then(|| (ANY.to_owned(), Value::Bool(true))).into_iter().collect()
}
