//! Automations: made as drafts, published as versions, paused and resumed.

use super::{Authoring, AuthoringError};
use crate::store::{Tx, automation, rule, version, workspace};
use offramp_domain::automation::{
    AutomationStatus, AutomationVersion, DEFINITION_SCHEMA, ReEntry, ReEntryDraft, Rule, RuleKind,
};
use offramp_domain::fault::{self, Code, Fault, Faults, Path};
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_domain::limits::{AUTOMATIONS_PER_WORKSPACE_MAX, NAME_CHARS_MAX};
use offramp_entity::automation::Model;

/// An automation as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomationDraft {
    /// What people call it.
    pub name: String,
    /// Whether contacts may come back; never, if left out.
    pub re_entry: Option<ReEntryDraft>,
}

impl AutomationDraft {
    fn check(&self) -> Result<(String, ReEntry), Vec<Fault>> {
        let (path, mut faults) = (Path::root("input"), Faults::none());
        let name = faults.keep(&path.field("name"), fault::text(&self.name, NAME_CHARS_MAX));
        let re_entry_path = path.field("reEntry");
        let re_entry = match &self.re_entry {
            None => Some(ReEntry::default()),
            Some(draft) => ReEntry::check(draft, &re_entry_path, &mut faults),
        };
        faults.or_value(name.zip(re_entry))
    }
}

impl Authoring {
    /// Makes an automation, as a draft.
    ///
    /// # Errors
    /// See [`AuthoringError`].
    pub async fn create_automation(
        &self,
        workspace: WorkspaceId,
        draft: &AutomationDraft,
    ) -> Result<Model, AuthoringError> {
        let (name, re_entry) = draft.check().map_err(AuthoringError::Refused)?;
        let tx = self.store.begin().await?;
        // Taken for its lock: two that count at once would both find room.
        workspace::hold_for_change(&tx, workspace).await?;
        if automation::is_full(&tx, workspace).await? {
            let message = format!("A workspace has at most {AUTOMATIONS_PER_WORKSPACE_MAX} automations.");
            return Err(AuthoringError::one(&Path::root("input"), Code::TooMany, message));
        }
        let id = AutomationId(self.clock.fresh_id());
        let row = automation::insert(&tx, workspace, id, &name, re_entry, self.clock.now()).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Publishes the draft as the next version, which contacts enter from now on (R1, R40); those inside stay with theirs.
    ///
    /// # Errors
    /// See [`AuthoringError`].
    pub async fn publish_automation(&self, workspace: WorkspaceId, id: AutomationId) -> Result<Model, AuthoringError> {
        let (tx, row) = self.begin_change(workspace, id).await?;
        let now = self.clock.now();
        let number = row.published_number.unwrap_or_default().saturating_add(1);
        let next = draft_as_version(&tx, workspace, &row, number).await?;
        version::insert(&tx, workspace, &next, now).await?;
        let status = match automation::status(&row)? {
            AutomationStatus::Draft | AutomationStatus::Running => AutomationStatus::Running,
            AutomationStatus::Paused => AutomationStatus::Paused,
        };
        let row = automation::update_status(&tx, row, status, Some(number), now).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Lets nobody enter any more; goals and exits go on (R5, R34).
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::InvalidState`] unless it runs.
    pub async fn pause_automation(&self, workspace: WorkspaceId, id: AutomationId) -> Result<Model, AuthoringError> {
        self.change_status(workspace, id, AutomationStatus::Running, AutomationStatus::Paused).await
    }

    /// Lets contacts enter again.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::InvalidState`] unless it is paused.
    pub async fn resume_automation(&self, workspace: WorkspaceId, id: AutomationId) -> Result<Model, AuthoringError> {
        self.change_status(workspace, id, AutomationStatus::Paused, AutomationStatus::Running).await
    }

    async fn change_status(
        &self,
        workspace: WorkspaceId,
        id: AutomationId,
        from: AutomationStatus,
        to: AutomationStatus,
    ) -> Result<Model, AuthoringError> {
        let (tx, row) = self.begin_change(workspace, id).await?;
        let status = automation::status(&row)?;
        if status != from {
            let path = Path::root("input");
            let message = format!("The automation is {}; this needs one that is {}.", status.as_str(), from.as_str());
            return Err(AuthoringError::one(&path.field("id"), Code::InvalidState, message));
        }
        let number = row.published_number;
        let row = automation::update_status(&tx, row, to, number, self.clock.now()).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Begins a change of what runs: the revision first, so that decisions and other changes wait for it.
    async fn begin_change(&self, workspace: WorkspaceId, id: AutomationId) -> Result<(Tx, Model), AuthoringError> {
        let tx = self.store.begin().await?;
        workspace::bump_revision(&tx, workspace).await?;
        let row = automation::find(&tx, workspace, id).await?;
        let row = row.ok_or_else(|| AuthoringError::no_automation("id"))?;
        Ok((tx, row))
    }
}

async fn draft_as_version(
    tx: &Tx,
    workspace: WorkspaceId,
    row: &Model,
    number: i32,
) -> Result<AutomationVersion, AuthoringError> {
    let rows = rule::of_automations(tx, workspace, &[row.id]).await?;
    let of_kind = |kind: RuleKind| -> Result<Vec<Rule>, AuthoringError> {
        let of_kind = rows.iter().filter(|row| row.kind == kind.as_str());
        Ok(of_kind.map(rule::definition).collect::<Result<_, _>>()?)
    };
    Ok(AutomationVersion {
        schema: DEFINITION_SCHEMA,
        automation: row.id.into(),
        number,
        name: row.name.clone(),
        re_entry: automation::re_entry(row)?,
        entry_rules: of_kind(RuleKind::Entry)?,
        goals: of_kind(RuleKind::Goal)?,
        alternate_exits: of_kind(RuleKind::AlternateExit)?,
    })
}
