//! Visits of pages and places, and sessions of apps.

use super::catalogue::{ConditionDefinition, EventDefinition, EventTypes, Family, Kind, ids, number, one_of, text};

const PAGE: &str = "page.visited";
const SESSION: &str = "session.started";
const APP_UPGRADED: &str = "app.upgraded";
const PLACE: &str = "geo.entered";

const PLATFORMS: &[&str] = &["WEB", "IOS", "ANDROID", "DESKTOP"];

/// What happens on the web.
pub(super) const PAGES: Family = Family {
    category: "Forms and web",
    conditions: &[ConditionDefinition {
        key: "page.visited",
        name: "Visits a page",
        synonyms: &["page view", "web page", "website visit", "views a page", "url", "pricing page"],
        description: "The contact visits a page of a website.",
        kind: Kind::Event(|_| EventTypes::These(&[PAGE])),
        filters: &[
            text("url", "address", "url"),
            text("title", "title", "title"),
            number("dwellSeconds", "seconds on the page", "dwellSeconds"),
            text("referrer", "referrer", "referrer"),
        ],
    }],
    events: &[EventDefinition { event_type: PAGE, required: &["url"], more: &[] }],
    facts: &[],
};

/// What happens in apps and on the ground.
pub(super) const PLACES: Family = Family {
    category: "Platform",
    conditions: &[
        ConditionDefinition {
            key: "session.started",
            name: "Starts a session",
            synonyms: &["opens the app", "logs in", "app upgraded", "new version", "app session", "launches the app"],
            description: "The contact opens an app, or brings it to another version.",
            kind: Kind::Event(|_| EventTypes::These(&[SESSION, APP_UPGRADED])),
            filters: &[
                ids("app", "app", "appId", "apps"),
                one_of("platform", "platform", "platform", PLATFORMS),
                text("version", "version", "version"),
            ],
        },
        ConditionDefinition {
            key: "geo.entered",
            name: "Enters a place",
            synonyms: &["geofence", "arrives at a place", "near the studio", "beacon", "walks in"],
            description: "The contact enters a place that is watched.",
            kind: Kind::Event(|_| EventTypes::These(&[PLACE])),
            filters: &[
                ids("place", "place", "placeId", "places"),
                number("dwellSeconds", "seconds in the place", "dwellSeconds"),
            ],
        },
    ],
    events: &[
        EventDefinition { event_type: SESSION, required: &[], more: &[] },
        EventDefinition { event_type: APP_UPGRADED, required: &[], more: &[] },
        EventDefinition { event_type: PLACE, required: &["placeId"], more: &[] },
    ],
    facts: &[],
};
