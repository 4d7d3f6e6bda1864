//! Booking and attendance: reservations and visits, which are told by the same particulars.

use super::catalogue::{ConditionDefinition, EventTypes, FilterDefinition, FilterKind};
use super::filter::Found;
use crate::event::{BOOKING_CHANNELS, RESERVATION_CREATED, VISIT_CHECKED_IN};

const CATEGORY: &str = "Booking and attendance";

pub(super) const DEFINITIONS: &[ConditionDefinition] = &[
    ConditionDefinition {
        key: "reservation.made",
        name: "Makes a reservation",
        synonyms: &["books a class", "booking", "reserves", "books an appointment"],
        description: "The contact reserves a place.",
        category: CATEGORY,
        event_types: |_| EventTypes::One(RESERVATION_CREATED),
        filters: &[
            CLASS_TYPE,
            INSTRUCTOR,
            LOCATION,
            PAYMENT_OPTION,
            FilterDefinition {
                key: "channel",
                label: "channel",
                kind: FilterKind::Enum(BOOKING_CHANNELS),
                required: false,
                reads: |event, _| Found::text(event.text("channel")),
            },
            FilterDefinition {
                key: "guest",
                label: "guest",
                kind: FilterKind::Flag,
                required: false,
                reads: |event, _| Found::flag(event.flag("guest")),
            },
            FilterDefinition {
                key: "waitlist",
                label: "on the waiting list",
                kind: FilterKind::Flag,
                required: false,
                reads: |event, _| Found::flag(event.flag("waitlist")),
            },
        ],
    },
    ConditionDefinition {
        key: "visit.completed",
        name: "Takes a class",
        synonyms: &["checks in", "visits", "attends", "visit completed", "comes to class"],
        description: "The contact comes and is checked in.",
        category: CATEGORY,
        event_types: |_| EventTypes::One(VISIT_CHECKED_IN),
        filters: &[
            CLASS_TYPE,
            INSTRUCTOR,
            LOCATION,
            PAYMENT_OPTION,
            FilterDefinition {
                key: "firstAtLocation",
                label: "first time at the location",
                kind: FilterKind::Flag,
                required: false,
                reads: |event, _| Found::flag(event.flag("firstAtLocation")),
            },
        ],
    },
];

const CLASS_TYPE: FilterDefinition = FilterDefinition {
    key: "classType",
    label: "class type",
    kind: FilterKind::Ids,
    required: false,
    reads: |event, _| Found::text(event.text("classTypeId")),
};

const INSTRUCTOR: FilterDefinition = FilterDefinition {
    key: "instructor",
    label: "instructor",
    kind: FilterKind::Ids,
    required: false,
    reads: |event, _| Found::text(event.text("instructorId")),
};

const LOCATION: FilterDefinition = FilterDefinition {
    key: "location",
    label: "location",
    kind: FilterKind::Ids,
    required: false,
    reads: |event, _| Found::text(event.text("locationId")),
};

const PAYMENT_OPTION: FilterDefinition = FilterDefinition {
    key: "paymentOption",
    label: "paid with",
    kind: FilterKind::Ids,
    required: false,
    reads: |event, _| Found::text(event.text("paymentOptionId")),
};
