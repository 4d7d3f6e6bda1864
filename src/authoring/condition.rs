//! Conditions by themselves: checked as a rule's are, and nothing is written.

use super::{Authoring, AuthoringError};
use crate::store::{Error, Session, named, workspace};
use offramp_domain::condition::{self, Condition, ConditionDraft, ItemRef, items_of};
use offramp_domain::fault::{Faults, Path};
use offramp_domain::ids::{ConditionId, WorkspaceId};
use offramp_domain::workspace::Edition;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Authoring {
    /// What a draft means in a workspace, or what is wrong with it; it gets no id that anybody could find it by.
    ///
    /// # Errors
    /// See [`AuthoringError`].
    pub async fn check_condition(
        &self,
        workspace: WorkspaceId,
        draft: &ConditionDraft,
        path: &Path<'_>,
    ) -> Result<Condition, AuthoringError> {
        let mut faults = Faults::none();
        let checked = condition::check_one(draft, &mut || ConditionId(Uuid::nil()), path, &mut faults);
        let checked = faults.or_value(checked).map_err(AuthoringError::Refused)?;
        let named = items_of(std::slice::from_ref(&checked));
        let mut faults = Faults::none();
        if let Some((known, edition)) = known_items(&self.store, workspace, &named).await? {
            condition::check_items_of(&checked, &known, edition, path, &mut faults);
        }
        faults.or_value(Some(checked)).map_err(AuthoringError::Refused)
    }
}

/// Of products, categories and order forms those that the workspace has, with its edition; none, if none are named.
pub(super) async fn known_items(
    session: &impl Session,
    workspace: WorkspaceId,
    named: &BTreeSet<ItemRef>,
) -> Result<Option<(BTreeSet<ItemRef>, Edition)>, AuthoringError> {
    if named.is_empty() {
        return Ok(None);
    }
    let row = workspace::find(session, workspace).await?.ok_or(Error::Lost("a workspace"))?;
    let edition = workspace::edition(&row)?;
    Ok(Some((named::known(session, workspace, named).await?, edition)))
}
