//! Conditions by themselves: checked as a rule's are, and nothing is written.

use super::{Authoring, AuthoringError};
use crate::store::{Error, Session, automation, named, rule, workspace};
use offramp_domain::automation::RuleKind;
use offramp_domain::condition::{self, Condition, ConditionDraft, Named, named_in};
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
        let named = named_in(std::slice::from_ref(&checked));
        let mut faults = Faults::none();
        if let Some((known, edition)) = known_of(&self.store, workspace, &named).await? {
            condition::check_named_of(&checked, &known, edition, path, &mut faults);
        }
        faults.or_value(Some(checked)).map_err(AuthoringError::Refused)
    }
}

/// Of what conditions name that which the workspace has, with its edition; none, if nothing is named.
pub(super) async fn known_of(
    session: &impl Session,
    workspace: WorkspaceId,
    named: &BTreeSet<Named>,
) -> Result<Option<(BTreeSet<Named>, Edition)>, AuthoringError> {
    if named.is_empty() {
        return Ok(None);
    }
    let row = workspace::find(session, workspace).await?.ok_or(Error::Lost("a workspace"))?;
    let edition = workspace::edition(&row)?;
    let (mut items, mut automations, mut goals) = (BTreeSet::new(), Vec::new(), Vec::new());
    for one in named {
        match one {
            Named::Item(item) => drop(items.insert(item.clone())),
            Named::Automation(id) => automations.extend(Uuid::try_parse(id).ok()),
            Named::Goal(id) => goals.extend(Uuid::try_parse(id).ok()),
        }
    }
    let items = named::known(session, workspace, &items).await?;
    let automations = automation::find_many(session, workspace, &automations).await?;
    let goals = rule::find_many(session, workspace, &goals).await?;
    let goals = goals.into_iter().filter(|row| row.kind == RuleKind::Goal.as_str());
    let known = items.into_iter().map(Named::Item);
    let known = known.chain(automations.into_iter().map(|row| Named::Automation(row.id.to_string())));
    Ok(Some((known.chain(goals.map(|row| Named::Goal(row.id.to_string()))).collect(), edition)))
}
