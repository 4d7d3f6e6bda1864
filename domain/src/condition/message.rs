//! What contacts do with messages, and with what they are asked for: reviews and referrals.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, custom, flag, ids, number, one_of, text,
};
use super::found::Found;

const CLICKED: &str = "message.clicked";
const OPENED: &str = "message.opened";
const REPLIED: &str = "message.replied";
const BOUNCED: &str = "message.bounced";
const COMPLAINED: &str = "message.complained";
const REVIEW_CLICKED: &str = "review.clicked";
const REVIEW_LEFT: &str = "review.left";
const REFERRAL: &str = "referral.updated";

/// By what messages go.
const CHANNELS: &[&str] = &["EMAIL", "SMS", "PUSH", "WHATSAPP", "VOICE"];
const SENTIMENTS: &[&str] = &["POSITIVE", "NEUTRAL", "NEGATIVE"];
/// Why a message does not arrive, or is not wanted.
const UNDELIVERABLE: &[&str] = &["HARD", "SOFT", "COMPLAINT"];
const REVIEWS: &[&str] = &["CLICKED", "LEFT"];
const REFERRALS: &[&str] = &["SENT", "JOINED", "BOUGHT"];

pub(super) const FAMILY: Family = Family {
    category: "Message engagement",
    conditions: &[
        ConditionDefinition {
            key: "link.clicked",
            name: "Clicks a link",
            synonyms: &["email click", "trigger link", "link click", "clicks an email", "clicks SMS", "click through"],
            description: "The contact clicks a link of a message.",
            kind: Kind::Event(|_| EventTypes::These(&[CLICKED])),
            filters: &[
                ids("message", "message", "messageId", "messages"),
                ids("link", "link", "linkId", "links"),
                text("url", "address", "url"),
                one_of("channel", "channel", "channel", CHANNELS),
                flag("bot", "clicked by a bot", "bot").unless_said(false),
            ],
        },
        ConditionDefinition {
            key: "message.opened",
            name: "Opens a message",
            synonyms: &["email open", "opens an email", "reads a message", "email read", "views email"],
            description: "The contact opens a message.",
            kind: Kind::Event(|_| EventTypes::These(&[OPENED])),
            filters: &[
                ids("message", "message", "messageId", "messages"),
                one_of("channel", "channel", "channel", CHANNELS),
                flag("privacyProxy", "opened by a privacy proxy", "privacyProxy").unless_said(false),
            ],
        },
        ConditionDefinition {
            key: "message.replied",
            name: "Replies to a message",
            synonyms: &["inbound message", "answers", "text reply", "email reply", "keyword reply", "writes back"],
            description: "A message comes in from the contact.",
            kind: Kind::Event(|_| EventTypes::These(&[REPLIED])),
            filters: &[
                one_of("channel", "channel", "channel", CHANNELS),
                text("text", "text", "text").help("A keyword is a text with CONTAINS or EQ, ignoring case."),
                one_of("sentiment", "sentiment", "sentiment", SENTIMENTS),
            ],
        },
        ConditionDefinition {
            key: "message.undeliverable",
            name: "Message bounces",
            synonyms: &["bounce", "hard bounce", "spam complaint", "undeliverable", "complains", "email invalid"],
            description: "A message does not reach the contact, or is complained of.",
            kind: Kind::Event(|_| EventTypes::These(&[BOUNCED, COMPLAINED])),
            filters: &[
                custom("kind", "kind", FilterKind::Enum(UNDELIVERABLE), |scene, _| {
                    let complained = scene.event.event_type == COMPLAINED;
                    Found::text(if complained { Some("COMPLAINT") } else { scene.event.text("bounce") })
                }),
                one_of("channel", "channel", "channel", CHANNELS),
            ],
        },
        ConditionDefinition {
            key: "review.activity",
            name: "Review left",
            synonyms: &["review link clicked", "leaves a review", "google review", "star rating", "writes a review"],
            description: "The contact follows a link to a review, or leaves one.",
            kind: Kind::Event(|_| EventTypes::These(&[REVIEW_CLICKED, REVIEW_LEFT])),
            filters: &[
                custom("activity", "activity", FilterKind::Enum(REVIEWS), |scene, _| {
                    Found::Text(if scene.event.event_type == REVIEW_LEFT { "LEFT" } else { "CLICKED" })
                }),
                one_of("channel", "channel", "channel", CHANNELS),
                ids("link", "link", "linkId", "links"),
                number("rating", "rating", "rating"),
            ],
        },
        ConditionDefinition {
            key: "referral.made",
            name: "Refers a friend",
            synonyms: &["referral", "invites a friend", "word of mouth", "refer a friend", "ambassador", "recommends"],
            description: "The contact refers a friend, or the friend joins or buys.",
            kind: Kind::Event(|_| EventTypes::These(&[REFERRAL])),
            filters: &[
                one_of("status", "status", "status", REFERRALS),
                ids("programme", "programme", "programmeId", "referral_programmes"),
            ],
        },
    ],
    events: &[
        EventDefinition { event_type: CLICKED, required: &["messageId"], more: &[] },
        EventDefinition { event_type: OPENED, required: &["messageId"], more: &[] },
        EventDefinition { event_type: REPLIED, required: &[], more: &[] },
        EventDefinition {
            event_type: BOUNCED,
            required: &["bounce"],
            more: &[("bounce", FilterKind::Enum(&["HARD", "SOFT"]))],
        },
        EventDefinition { event_type: COMPLAINED, required: &[], more: &[] },
        EventDefinition { event_type: REVIEW_CLICKED, required: &[], more: &[] },
        EventDefinition { event_type: REVIEW_LEFT, required: &[], more: &[] },
        EventDefinition { event_type: REFERRAL, required: &["status"], more: &[] },
    ],
    facts: &[],
};
