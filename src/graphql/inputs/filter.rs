//! Which items of a list or a stream.

use crate::graphql::error::bad_input;
use crate::graphql::id::Kind;
use crate::graphql::limits::FILTER_VALUES_MAX;
use crate::graphql::types::enrollment::EnrollmentStatus;
use crate::graphql::types::exit::ExitReason;
use crate::graphql::types::order::OrderStatus;
use crate::graphql::types::payment::PaymentStatus;
use crate::store::{conversion, customer_order, enrollment, exit, payment, reversal};
use async_graphql::{ID, InputObject, Result};
use uuid::Uuid;

/// Which exits.
#[derive(Default, InputObject)]
pub struct ContactExitFilterInput {
    /// Only from these automations; at most 100. All, if empty.
    automation_ids: Option<Vec<ID>>,
    /// Only for these reasons. All, if empty.
    reasons: Option<Vec<ExitReason>>,
}

/// Which stays.
#[derive(Default, InputObject)]
pub struct EnrollmentFilterInput {
    /// Only in this automation.
    automation_id: Option<ID>,
    /// Only those active, or only those ended.
    status: Option<EnrollmentStatus>,
}

/// Which conversions.
#[derive(Default, InputObject)]
pub struct ConversionFilterInput {
    /// Only in these automations; at most 100. All, if empty.
    automation_ids: Option<Vec<ID>>,
    /// Only of these goals; at most 100. All, if empty.
    goal_ids: Option<Vec<ID>>,
}

/// Which orders.
#[derive(Default, InputObject)]
pub struct OrderFilterInput {
    /// Only of this contact.
    contact_id: Option<ID>,
    /// Only those that stand so. All, if empty.
    statuses: Option<Vec<OrderStatus>>,
}

/// Which payments.
#[derive(Default, InputObject)]
pub struct PaymentFilterInput {
    /// Only of this contact.
    contact_id: Option<ID>,
    /// Only of this order.
    order_id: Option<ID>,
    /// Only those that came in, or only those that failed.
    status: Option<PaymentStatus>,
    /// Only those whose order nobody has placed yet, or only others.
    awaits_order: Option<bool>,
}

/// Which reversals.
#[derive(Default, InputObject)]
pub struct ReversalFilterInput {
    /// Only in these automations; at most 100. All, if empty.
    automation_ids: Option<Vec<ID>>,
    /// Only of this conversion.
    conversion_id: Option<ID>,
}

impl OrderFilterInput {
    /// The filter, if it can be.
    pub(in crate::graphql) fn check(self) -> Result<customer_order::Filter> {
        let contact = self.contact_id.map(|id| key(Kind::Contact, &id, "a contact")).transpose()?;
        let statuses = self.statuses.unwrap_or_default();
        if statuses.len() > FILTER_VALUES_MAX {
            return Err(bad_input(format!("A filter takes at most {FILTER_VALUES_MAX} values.")));
        }
        Ok(customer_order::Filter { contact, statuses: statuses.into_iter().map(Into::into).collect() })
    }
}

impl PaymentFilterInput {
    /// The filter, if it can be.
    pub(in crate::graphql) fn check(self) -> Result<payment::Filter> {
        Ok(payment::Filter {
            contact: self.contact_id.map(|id| key(Kind::Contact, &id, "a contact")).transpose()?,
            order: self.order_id.map(|id| key(Kind::Order, &id, "an order")).transpose()?,
            status: self.status.map(Into::into),
            awaits_order: self.awaits_order,
        })
    }
}

impl ReversalFilterInput {
    /// The filter, if it can be.
    pub(in crate::graphql) fn check(self) -> Result<reversal::Filter> {
        let automations = self.automation_ids.unwrap_or_default();
        if automations.len() > FILTER_VALUES_MAX {
            return Err(bad_input(format!("A filter takes at most {FILTER_VALUES_MAX} values.")));
        }
        Ok(reversal::Filter {
            automations: automations.iter().map(automation_key).collect::<Result<_>>()?,
            conversion: self.conversion_id.map(|id| key(Kind::Conversion, &id, "a conversion")).transpose()?,
        })
    }
}

impl ConversionFilterInput {
    /// The filter, if it can be.
    pub(in crate::graphql) fn check(self) -> Result<conversion::Filter> {
        let automations = self.automation_ids.unwrap_or_default();
        let goals = self.goal_ids.unwrap_or_default();
        if automations.len() > FILTER_VALUES_MAX || goals.len() > FILTER_VALUES_MAX {
            return Err(bad_input(format!("A filter takes at most {FILTER_VALUES_MAX} values.")));
        }
        Ok(conversion::Filter {
            automations: automations.iter().map(automation_key).collect::<Result<_>>()?,
            goals: goals.iter().map(|id| key(Kind::Goal, id, "a goal")).collect::<Result<_>>()?,
        })
    }
}

impl ContactExitFilterInput {
    /// The filter, if it can be.
    pub(in crate::graphql) fn check(self) -> Result<exit::Filter> {
        let automations = self.automation_ids.unwrap_or_default();
        let reasons = self.reasons.unwrap_or_default();
        if automations.len() > FILTER_VALUES_MAX || reasons.len() > FILTER_VALUES_MAX {
            return Err(bad_input(format!("A filter takes at most {FILTER_VALUES_MAX} values.")));
        }
        Ok(exit::Filter {
            automations: automations.iter().map(automation_key).collect::<Result<_>>()?,
            reasons: reasons.into_iter().map(Into::into).collect(),
        })
    }
}

impl EnrollmentFilterInput {
    /// The filter, if it can be.
    pub(in crate::graphql) fn check(self) -> Result<enrollment::Filter> {
        let automation = self.automation_id.as_ref().map(automation_key).transpose()?;
        let active = self.status.map(|status| status == EnrollmentStatus::Active);
        Ok(enrollment::Filter { automation, active })
    }
}

fn automation_key<T: From<Uuid>>(id: &ID) -> Result<T> {
    key(Kind::Automation, id, "an automation")
}

fn key<T: From<Uuid>>(kind: Kind, id: &ID, what: &str) -> Result<T> {
    kind.key(id).ok_or_else(|| bad_input(format!("The filter names something that is not the id of {what}.")))
}
