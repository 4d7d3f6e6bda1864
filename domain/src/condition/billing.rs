//! Invoices and quotes, as they go from one status to the next.

use super::catalogue::{ConditionDefinition, EventDefinition, EventTypes, Family, Kind, ids, instant, money, one_of};

const INVOICE_CHANGED: &str = "invoice.status_changed";
const QUOTE_CHANGED: &str = "quote.status_changed";

/// What an invoice may become.
const INVOICE_STATUSES: &[&str] = &["SENT", "PARTIALLY_PAID", "PAID", "OVERDUE", "VOID"];
/// What a quote may become.
const QUOTE_STATUSES: &[&str] = &["SENT", "VIEWED", "ACCEPTED", "DECLINED", "EXPIRED", "PAID"];

pub(super) const FAMILY: Family = Family {
    category: "Commerce",
    conditions: &[
        ConditionDefinition {
            key: "invoice.status",
            name: "Invoice changes status",
            synonyms: &["invoice sent", "invoice paid", "partially paid", "invoice overdue", "pays an invoice", "bill"],
            description: "An invoice to the contact is sent, paid, paid in part, or becomes overdue.",
            kind: Kind::Event(|_| EventTypes::These(&[INVOICE_CHANGED])),
            filters: &[
                one_of("status", "status", "status", INVOICE_STATUSES),
                money("amount", "amount", "amount"),
                ids("step", "sent by the step", "stepId", "steps").help("Leave it out for any invoice."),
                instant("due", "due", "dueAt"),
            ],
        },
        ConditionDefinition {
            key: "quote.status",
            name: "Quote changes status",
            synonyms: &["quote sent", "quote viewed", "accepts a quote", "quote declined", "estimate", "proposal"],
            description: "A quote to the contact is sent, viewed, accepted, declined or paid, or it expires.",
            kind: Kind::Event(|_| EventTypes::These(&[QUOTE_CHANGED])),
            filters: &[
                one_of("status", "status", "status", QUOTE_STATUSES),
                ids("template", "template", "templateId", "quote_templates"),
                money("amount", "amount", "amount"),
                ids("owner", "owner", "ownerId", "users"),
            ],
        },
    ],
    events: &[
        EventDefinition { event_type: INVOICE_CHANGED, required: &["invoiceId", "status"], more: &[] },
        EventDefinition { event_type: QUOTE_CHANGED, required: &["quoteId", "status"], more: &[] },
    ],
    facts: &[],
};
