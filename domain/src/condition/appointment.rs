//! Appointments, and events that contacts register for.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, custom, ids, instant, number, one_of,
};
use super::found::Found;

const STATUS_CHANGED: &str = "appointment.status_changed";
const REGISTERED: &str = "event.registered";
const ATTENDED: &str = "event.attended";
const MISSED: &str = "event.missed";

/// What becomes of an appointment.
const APPOINTMENT_STATUSES: &[&str] = &["BOOKED", "CONFIRMED", "SHOWED", "RESCHEDULED", "CANCELLED", "NO_SHOW"];
/// What becomes of a place at an event.
const ATTENDANCE_STATUSES: &[&str] = &["REGISTERED", "ATTENDED", "MISSED"];

pub(super) const FAMILY: Family = Family {
    category: "Booking and attendance",
    conditions: &[
        ConditionDefinition {
            key: "appointment.status",
            name: "Appointment status",
            synonyms: &[
                "appointment booked",
                "appointment confirmed",
                "showed up",
                "appointment rescheduled",
                "appointment cancelled",
                "appointment no show",
                "meeting booked",
            ],
            description: "An appointment of the contact is booked, confirmed, moved, kept, cancelled or missed.",
            kind: Kind::Event(|_| EventTypes::These(&[STATUS_CHANGED])),
            filters: &[
                one_of("status", "status", "status", APPOINTMENT_STATUSES),
                ids("calendar", "calendar", "calendarId", "calendars"),
                ids("staff", "staff member", "staffId", "staff"),
                ids("service", "service", "serviceId", "services"),
                instant("time", "time of the appointment", "startsAt"),
            ],
        },
        ConditionDefinition {
            key: "event.attendance",
            name: "Attends an event",
            synonyms: &[
                "registers for an event",
                "webinar registered",
                "attended webinar",
                "missed webinar",
                "event attendee",
                "workshop",
            ],
            description: "The contact registers for an event or a webinar, attends it or misses it.",
            kind: Kind::Event(|_| EventTypes::These(&[REGISTERED, ATTENDED, MISSED])),
            filters: &[
                ids("event", "event", "eventId", "events"),
                custom("status", "status", FilterKind::Enum(ATTENDANCE_STATUSES), |scene, _| {
                    match scene.event.event_type.as_str() {
                        REGISTERED => Found::Text("REGISTERED"),
                        ATTENDED => Found::Text("ATTENDED"),
                        MISSED => Found::Text("MISSED"),
                        _ => Found::Nothing,
                    }
                }),
                number("minutes", "minutes attended", "minutes"),
            ],
        },
    ],
    events: &[
        EventDefinition { event_type: STATUS_CHANGED, required: &["appointmentId", "status"], more: &[] },
        EventDefinition { event_type: REGISTERED, required: &["eventId"], more: &[] },
        EventDefinition { event_type: ATTENDED, required: &["eventId"], more: &[] },
        EventDefinition { event_type: MISSED, required: &["eventId"], more: &[] },
    ],
    facts: &[],
};
