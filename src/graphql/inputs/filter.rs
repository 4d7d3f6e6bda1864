//! Which items of a list or a stream.

use crate::graphql::error::bad_input;
use crate::graphql::id::Kind;
use crate::graphql::limits::FILTER_VALUES_MAX;
use crate::graphql::types::enrollment::EnrollmentStatus;
use crate::graphql::types::exit::ExitReason;
use crate::store::{conversion, enrollment, exit};
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

impl ConversionFilterInput {
    /// The filter, if it can be.
    pub(in crate::graphql) fn check(self) -> Result<conversion::Filter> {
        let automations = self.automation_ids.unwrap_or_default();
        let goals = self.goal_ids.unwrap_or_default();
        if automations.len() > FILTER_VALUES_MAX || goals.len() > FILTER_VALUES_MAX {
            return Err(bad_input(format!("A filter takes at most {FILTER_VALUES_MAX} values.")));
        }
        let goal_key = |id| {
            Kind::Goal.key(id).ok_or_else(|| bad_input("The filter names something that is not the id of a goal."))
        };
        Ok(conversion::Filter {
            automations: automations.iter().map(automation_key).collect::<Result<_>>()?,
            goals: goals.iter().map(goal_key).collect::<Result<_>>()?,
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
    Kind::Automation.key(id).ok_or_else(|| bad_input("The filter names something that is not the id of an automation."))
}
