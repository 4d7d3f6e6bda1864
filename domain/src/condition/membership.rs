//! Memberships: the conditions that their beginning meets.

use super::catalogue::{ConditionDefinition, EventTypes, FilterDefinition, FilterKind};
use super::filter::Found;
use crate::event::MEMBERSHIP_ACTIVATED;

pub(super) const DEFINITIONS: &[ConditionDefinition] = &[ConditionDefinition {
    key: "membership.started",
    name: "Becomes a member",
    synonyms: &["membership started", "membership activated", "joins", "signs up for a membership", "subscribes"],
    description: "A membership of the contact begins.",
    category: "Membership and packages",
    event_types: |_| EventTypes::One(MEMBERSHIP_ACTIVATED),
    filters: &[
        FilterDefinition {
            key: "membership",
            label: "membership",
            kind: FilterKind::Ids,
            required: false,
            reads: |event, _| Found::text(event.text("membershipId")),
        },
        FilterDefinition {
            key: "firstEver",
            label: "first membership ever",
            kind: FilterKind::Flag,
            required: false,
            reads: |event, _| Found::flag(event.flag("firstEver")),
        },
        FilterDefinition {
            key: "homeLocation",
            label: "home location",
            kind: FilterKind::Ids,
            required: false,
            reads: |event, _| Found::text(event.text("homeLocationId")),
        },
        FilterDefinition {
            key: "price",
            label: "price",
            kind: FilterKind::Money,
            required: false,
            reads: |event, _| event.money("price").map_or(Found::Nothing, Found::Money),
        },
        FilterDefinition {
            key: "paid",
            label: "paid",
            kind: FilterKind::Flag,
            required: false,
            reads: |event, _| Found::flag(event.flag("paid")),
        },
        FilterDefinition {
            key: "autopay",
            label: "autopay",
            kind: FilterKind::Flag,
            required: false,
            reads: |event, _| Found::flag(event.flag("autopay")),
        },
    ],
}];
