//! Days that come: birthdays, anniversaries, renewals.

use super::catalogue::{ConditionDefinition, Family, Kind, State, duration, ids, one_of, setting_flag};
use super::found::{Found, instant};
use super::state::Subject;
use super::{Condition, Scene};
use crate::contact::{ATTRIBUTE, UPDATED};
use crate::time::{Day, Elapsed, Timestamp, Zone};
use serde_json::Value;

const FIELD: &str = "field";
const OFFSET: &str = "offset";
const SIDE: &str = "side";
const BEFORE: &str = "BEFORE";
const AFTER: &str = "AFTER";
const RECURRING: &str = "recurring";
const IN_CONTACT_ZONE: &str = "contactTimeZone";

/// The field that names a contact's own time zone.
const TIME_ZONE: &str = "timeZone";
/// How long it is so.
const A_DAY: Elapsed = Elapsed::from_days(1);

pub(super) const FAMILY: Family = Family {
    category: "Contact and audience",
    conditions: &[ConditionDefinition {
        key: "date.reached",
        name: "Date reached",
        synonyms: &["birthday", "anniversary", "renewal date", "days before", "days after", "on a date", "reminder"],
        description: "A day in a field of the contact has come, or comes or came so long ago.",
        kind: Kind::State(State {
            facts: &[ATTRIBUTE],
            history: &[],
            changed_by: &[UPDATED],
            turns_by_time: true,
            subjects: days,
        }),
        filters: &[
            ids(FIELD, "field", "", "fields")
                .setting()
                .required()
                .help("Fields that hold a day such as 2026-07-31, or an instant."),
            duration(OFFSET, "offset").help("So long before the day, or after it; on it, if left out."),
            one_of(SIDE, "side", "", &[BEFORE, AFTER]).setting().help("Of the offset; after the day, if left out."),
            setting_flag(RECURRING, "every year").help("Whether the day comes again each year."),
            setting_flag(IN_CONTACT_ZONE, "in the contact's time zone")
                .help("As its field `timeZone` names it; else in the workspace's."),
        ],
    }],
    events: &[],
    facts: &[],
};

fn days(condition: &Condition, scene: &Scene<'_>) -> Vec<Subject> {
    let is_own = condition.flag(IN_CONTACT_ZONE) == Some(true);
    let own = scene.facts.find(ATTRIBUTE, TIME_ZONE).filter(|_| is_own).and_then(|fact| fact.value.as_str());
    let own = own.and_then(Zone::named);
    let zone = own.as_ref().unwrap_or(scene.zone);
    let fields = scene.facts.of_kind(ATTRIBUTE);
    let asked = fields.filter(|(name, _)| condition.lets_through(FIELD, &Found::Text(name), scene));
    let days = asked.filter_map(|(_, fact)| day(&fact.value, zone));
    days.map(|day| {
        let turns_at = beginnings(day, condition, scene, zone);
        let is_now = turns_at.iter().any(|from| (*from..from.plus(A_DAY)).contains(&scene.at()));
        Subject { turns_at, is_awaited: !is_now, ..Subject::default() }
    })
    .collect()
}

fn day(value: &Value, zone: &Zone) -> Option<Day> {
    let written = value.as_str().and_then(|text| Day::parse(text).ok());
    written.or_else(|| zone.day_of(instant(value)?))
}

/// When it begins to be so: of what comes again, around now.
fn beginnings(day: Day, condition: &Condition, scene: &Scene<'_>, zone: &Zone) -> Vec<Timestamp> {
    let offset = condition.length(OFFSET).map_or(0, Elapsed::as_micros);
    let is_after = condition.lets_through(SIDE, &Found::Text(AFTER), scene);
    let shift = if is_after { offset } else { offset.saturating_neg() };
    let begins = |day: Day| Some(zone.span_of(day)?.0.plus(Elapsed::from_micros(shift)));
    if condition.flag(RECURRING) != Some(true) {
        return begins(day).into_iter().collect();
    }
    let around = zone.day_of(scene.at().plus(Elapsed::from_micros(shift.saturating_neg())));
    let years = around.into_iter().flat_map(|around| {
        let year = around.year();
        year.saturating_sub(1)..=year.saturating_add(1)
    });
    // Not before the day itself.
    years.filter_map(|year| begins(day.in_year(year.max(day.year()))?)).collect()
}
