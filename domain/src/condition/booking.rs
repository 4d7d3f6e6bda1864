//! Booking and attendance: reservations and visits, which are told by the same particulars.

use super::catalogue::{ConditionDefinition, EventTypes, Family, FilterDefinition, Kind, flag, ids, one_of};

const RESERVATION_CREATED: &str = "reservation.created";
const VISIT_CHECKED_IN: &str = "visit.checked_in";

/// Where reservations are made.
const CHANNELS: &[&str] = &["WEB", "APP", "STAFF", "INTEGRATION"];

const CLASS_TYPE: FilterDefinition = ids("classType", "class type", "classTypeId", "class_types");
const INSTRUCTOR: FilterDefinition = ids("instructor", "instructor", "instructorId", "instructors");
const LOCATION: FilterDefinition = ids("location", "location", "locationId", "locations");
const PAYMENT_OPTION: FilterDefinition = ids("paymentOption", "paid with", "paymentOptionId", "payment_options");

pub(super) const FAMILY: Family = Family {
    category: "Booking and attendance",
    conditions: &[
        ConditionDefinition {
            key: "reservation.made",
            name: "Makes a reservation",
            synonyms: &["books a class", "booking", "reserves", "books an appointment"],
            description: "The contact reserves a place.",
            kind: Kind::Event(|_| EventTypes::These(&[RESERVATION_CREATED])),
            filters: &[
                CLASS_TYPE,
                INSTRUCTOR,
                LOCATION,
                PAYMENT_OPTION,
                one_of("channel", "channel", "channel", CHANNELS),
                flag("guest", "guest", "guest"),
                flag("waitlist", "on the waiting list", "waitlist"),
            ],
        },
        ConditionDefinition {
            key: "visit.completed",
            name: "Takes a class",
            synonyms: &["checks in", "visits", "attends", "visit completed", "comes to class"],
            description: "The contact comes and is checked in.",
            kind: Kind::Event(|_| EventTypes::These(&[VISIT_CHECKED_IN])),
            filters: &[
                CLASS_TYPE,
                INSTRUCTOR,
                LOCATION,
                PAYMENT_OPTION,
                flag("firstAtLocation", "first time at the location", "firstAtLocation"),
            ],
        },
    ],
    events: &[],
    facts: &[],
};
