//! Rules of the draft: entry rules, goals and alternate exit rules, all built alike.

use super::{Authoring, AuthoringError};
use crate::store::{automation, rule, workspace};
use offramp_domain::automation::{RuleDraft, RuleKind};
use offramp_domain::fault::{Code, Path};
use offramp_domain::ids::{AutomationId, ConditionId, RuleId, WorkspaceId};
use offramp_domain::limits::RULES_PER_KIND_MAX;
use offramp_entity::rule::Model;

impl Authoring {
    /// Adds a rule to an automation's draft, last among those of its kind; it runs after the next publication.
    ///
    /// # Errors
    /// See [`AuthoringError`].
    pub async fn create_rule(
        &self,
        workspace: WorkspaceId,
        automation_id: AutomationId,
        kind: RuleKind,
        draft: &RuleDraft,
    ) -> Result<Model, AuthoringError> {
        let path = Path::root("input");
        let id = RuleId(self.clock.fresh_id());
        let ids: Vec<_> = draft.conditions.iter().map(|_| ConditionId(self.clock.fresh_id())).collect();
        let id_of = |place: usize| ids.get(place).copied().unwrap_or(ConditionId(id.0));
        let checked = draft.check(kind, id, id_of, &path).map_err(AuthoringError::Refused)?;
        let tx = self.store.begin().await?;
        workspace::hold_for_change(&tx, workspace).await?;
        let row = automation::find(&tx, workspace, automation_id).await?;
        row.ok_or_else(|| AuthoringError::no_automation("automationId"))?;
        let others = rule::of_automations(&tx, workspace, &[automation_id.0]).await?;
        let others: Vec<_> = others.iter().filter(|other| other.kind == kind.as_str()).collect();
        if others.len() >= RULES_PER_KIND_MAX {
            let message = format!("An automation has at most {RULES_PER_KIND_MAX} rules of a kind.");
            return Err(AuthoringError::one(&path.field("automationId"), Code::TooMany, message));
        }
        let rank = others.iter().map(|other| other.rank).max().map_or(0, |last| last.saturating_add(1));
        let row = rule::insert(&tx, workspace, automation_id, kind, rank, &checked, self.clock.now()).await?;
        tx.commit().await?;
        Ok(row)
    }
}
