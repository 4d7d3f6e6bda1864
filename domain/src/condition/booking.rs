//! Reservations: places that a contact books, and what becomes of them.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterDefinition, FilterKind, Kind, flag, ids, instant,
    one_of,
};

pub(super) const RESERVATION_CREATED: &str = "reservation.created";
const STATUS_CHANGED: &str = "reservation.status_changed";

/// Where reservations are made.
const CHANNELS: &[&str] = &["WEB", "APP", "STAFF", "INTEGRATION"];
/// How a reservation ends without a visit.
const OUTCOMES: &[&str] = &["EARLY", "LATE", "NO_SHOW", "BY_STUDIO"];

pub(super) const CLASS_TYPE: FilterDefinition = ids("classType", "class type", "classTypeId", "class_types");
pub(super) const INSTRUCTOR: FilterDefinition = ids("instructor", "instructor", "instructorId", "instructors");
pub(super) const LOCATION: FilterDefinition = ids("location", "location", "locationId", "locations");
pub(super) const PAYMENT_OPTION: FilterDefinition =
    ids("paymentOption", "paid with", "paymentOptionId", "payment_options");
const CLASS_TIME: FilterDefinition =
    instant("classTime", "class time", "classAt").help("WITHIN_NEXT asks for classes that are still to come.");

pub(super) const FAMILY: Family = Family {
    category: "Booking and attendance",
    conditions: &[
        ConditionDefinition {
            key: "reservation.made",
            name: "Makes a reservation",
            synonyms: &["books a class", "booking", "reserves", "books an appointment", "reservation created"],
            description: "The contact reserves a place.",
            kind: Kind::Event(|_| EventTypes::These(&[RESERVATION_CREATED])),
            filters: &[
                CLASS_TYPE,
                INSTRUCTOR,
                LOCATION,
                PAYMENT_OPTION,
                CLASS_TIME,
                one_of("channel", "channel", "channel", CHANNELS),
                flag("guest", "guest", "guest"),
                flag("waitlist", "on the waiting list", "waitlist"),
            ],
        },
        ConditionDefinition {
            key: "reservation.cancelled",
            name: "Cancels a reservation",
            synonyms: &[
                "no show",
                "late cancel",
                "early cancellation",
                "cancels a class",
                "does not come",
                "class cancelled",
                "misses a class",
            ],
            description: "A reservation of the contact comes to nothing: it is cancelled, or nobody comes.",
            kind: Kind::Event(|_| EventTypes::These(&[STATUS_CHANGED])),
            filters: &[
                one_of("outcome", "outcome", "outcome", OUTCOMES)
                    .help("Cancelled early, late or by the studio, or not shown up."),
                CLASS_TYPE,
                INSTRUCTOR,
                CLASS_TIME,
            ],
        },
    ],
    events: &[EventDefinition {
        event_type: STATUS_CHANGED,
        required: &["outcome"],
        more: &[("reservationId", FilterKind::Ids("reservations"))],
    }],
    facts: &[],
};
