//! Automations: made and changed as drafts, published as versions, paused, resumed and archived.

use super::rule::check_named;
use super::{Authoring, AuthoringError, Made, expect_version};
use crate::store::command::{self, CommandKind};
use crate::store::{Tx, automation, rule, version, workspace};
use offramp_domain::automation::{
    AutomationPatch, AutomationStatus, AutomationVersion, DEFINITION_SCHEMA, ReEntry, ReEntryDraft, Rule, RuleKind,
};
use offramp_domain::fault::{self, Code, Fault, Faults, Path};
use offramp_domain::ids::{AutomationId, CommandId, WorkspaceId};
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
        let id = AutomationId(self.clock.fresh_id());
        self.in_transaction(|tx| self.create(tx, workspace, id, &name, re_entry)).await
    }

    async fn create(
        &self,
        tx: Tx,
        workspace: WorkspaceId,
        id: AutomationId,
        name: &str,
        re_entry: ReEntry,
    ) -> Made<Model> {
        // Taken for its lock: two that count at once would both find room.
        workspace::hold_for_change(&tx, workspace).await?;
        if automation::is_full(&tx, workspace).await? {
            let message = format!(
                "A workspace has at most {AUTOMATIONS_PER_WORKSPACE_MAX} automations; archive one that nobody needs."
            );
            return Err(AuthoringError::one(&Path::root("input"), Code::TooMany, message));
        }
        let row = automation::insert(&tx, workspace, id, name, re_entry, self.clock.now()).await?;
        Ok((tx, row))
    }

    /// Changes the name or the re-entry policy of the draft; what is left out of the patch stays. With an expected
    /// version only if it is still at that.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::StaleVersion`], and [`Code::InvalidState`] if it is archived.
    pub async fn update_automation(
        &self,
        workspace: WorkspaceId,
        id: AutomationId,
        expected_version: Option<i32>,
        patch: &AutomationPatch,
    ) -> Result<Model, AuthoringError> {
        self.in_transaction(|tx| self.update(tx, workspace, id, expected_version, patch)).await
    }

    async fn update(
        &self,
        tx: Tx,
        workspace: WorkspaceId,
        id: AutomationId,
        expected_version: Option<i32>,
        patch: &AutomationPatch,
    ) -> Made<Model> {
        workspace::hold_for_change(&tx, workspace).await?;
        let row = find_open(&tx, workspace, id, "id").await?;
        expect_version(expected_version, row.version)?;
        let present = automation::re_entry(&row)?;
        let (name, re_entry) =
            patch.check(&row.name, present, &Path::root("input")).map_err(AuthoringError::Refused)?;
        if (&name, re_entry) == (&row.name, present) {
            return Ok((tx, row));
        }
        let row = automation::update_draft(&tx, row, &name, re_entry, self.clock.now()).await?;
        Ok((tx, row))
    }

    /// Publishes the draft as the next version, which contacts enter from now on (R1, R40); those inside stay with theirs.
    /// A draft that is as it was published last makes no new version.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::InvalidState`] if it is archived.
    pub async fn publish_automation(&self, workspace: WorkspaceId, id: AutomationId) -> Result<Model, AuthoringError> {
        self.in_transaction(|tx| self.publish(tx, workspace, id)).await
    }

    async fn publish(&self, tx: Tx, workspace: WorkspaceId, id: AutomationId) -> Made<Model> {
        workspace::hold_for_change(&tx, workspace).await?;
        let row = find_open(&tx, workspace, id, "id").await?;
        let status = match automation::status(&row)? {
            AutomationStatus::Draft | AutomationStatus::Running => AutomationStatus::Running,
            unchanged @ (AutomationStatus::Paused | AutomationStatus::Archived) => unchanged,
        };
        let (last, now) = (row.published_number.unwrap_or_default(), self.clock.now());
        let next = draft_as_version(&tx, workspace, &row, last.saturating_add(1)).await?;
        let present = version::find(&tx, workspace, id, last).await?;
        if present.is_some_and(|present| AutomationVersion { number: present.number, ..next.clone() } == present) {
            // Changed and changed back, at most.
            let row =
                if row.draft_changed { automation::update_published(&tx, row, status, last, now).await? } else { row };
            return Ok((tx, row));
        }
        // What is no more, or not in the edition any more, runs on where it runs, and is not published anew (R22).
        let rules: Vec<_> = next.entry_rules.iter().chain(&next.goals).chain(&next.alternate_exits).collect();
        check_named(&tx, workspace, &rules, &Path::root("input")).await?;
        workspace::bump_revision(&tx, workspace).await?;
        version::insert(&tx, workspace, &next, now).await?;
        let row = automation::update_published(&tx, row, status, next.number, now).await?;
        Ok((tx, row))
    }

    /// Lets nobody enter any more; goals and exits go on (R5, R34).
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::InvalidState`] unless it runs.
    pub async fn pause_automation(&self, workspace: WorkspaceId, id: AutomationId) -> Result<Model, AuthoringError> {
        let (from, to) = (AutomationStatus::Running, AutomationStatus::Paused);
        self.in_transaction(|tx| self.change_status(tx, workspace, id, from, to)).await
    }

    /// Lets contacts enter again.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::InvalidState`] unless it is paused.
    pub async fn resume_automation(&self, workspace: WorkspaceId, id: AutomationId) -> Result<Model, AuthoringError> {
        let (from, to) = (AutomationStatus::Paused, AutomationStatus::Running);
        self.in_transaction(|tx| self.change_status(tx, workspace, id, from, to)).await
    }

    async fn change_status(
        &self,
        tx: Tx,
        workspace: WorkspaceId,
        id: AutomationId,
        from: AutomationStatus,
        to: AutomationStatus,
    ) -> Made<Model> {
        workspace::bump_revision(&tx, workspace).await?;
        let row = find_open(&tx, workspace, id, "id").await?;
        let status = automation::status(&row)?;
        if status != from {
            let path = Path::root("input");
            let message = format!("The automation is {}; this needs one that is {}.", status.as_str(), from.as_str());
            return Err(AuthoringError::one(&path.field("id"), Code::InvalidState, message));
        }
        let row = automation::update_status(&tx, row, to, self.clock.now()).await?;
        Ok((tx, row))
    }

    /// Ends an automation for good: from now on nothing of it is judged. That those inside leave it is left to the
    /// data plane, as a command.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::InvalidState`] if it is archived already.
    pub async fn archive_automation(&self, workspace: WorkspaceId, id: AutomationId) -> Result<Model, AuthoringError> {
        self.in_transaction(|tx| self.archive(tx, workspace, id)).await
    }

    async fn archive(&self, tx: Tx, workspace: WorkspaceId, id: AutomationId) -> Made<Model> {
        workspace::bump_revision(&tx, workspace).await?;
        let row = find_open(&tx, workspace, id, "id").await?;
        let (command_id, now) = (CommandId(self.clock.fresh_id()), self.clock.now());
        command::insert(&tx, workspace, command_id, CommandKind::EndArchived, id, now).await?;
        let row = automation::update_status(&tx, row, AutomationStatus::Archived, now).await?;
        Ok((tx, row))
    }
}

/// The automation of the id in this field of the input, unless it is archived.
pub(super) async fn find_open(
    tx: &Tx,
    workspace: WorkspaceId,
    id: AutomationId,
    field: &str,
) -> Result<Model, AuthoringError> {
    let row = automation::find(tx, workspace, id).await?.ok_or_else(|| AuthoringError::no_automation(field))?;
    if automation::status(&row)? == AutomationStatus::Archived {
        return Err(AuthoringError::automation_archived(field));
    }
    Ok(row)
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
