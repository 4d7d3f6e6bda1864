//! Rules of the draft: entry rules, goals and alternate exit rules, all built alike.

use super::automation::find_open;
use super::condition::known_of;
use super::{Authoring, AuthoringError, Made, expect_version};
use crate::store::{Tx, automation, rule, workspace};
use offramp_domain::automation::{CheckedRule, Rule, RuleDraft, RuleKind, RulePatch};
use offramp_domain::condition::{self, named_in};
use offramp_domain::fault::{Code, Faults, Path};
use offramp_domain::ids::{AutomationId, ConditionId, RuleId, WorkspaceId};
use offramp_domain::limits::{CONDITIONS_WITHIN_RULE_MAX, RULES_PER_KIND_MAX};
use offramp_entity::automation::Model as Automation;
use offramp_entity::rule::Model;
use std::collections::BTreeSet;

impl Authoring {
    /// Adds a rule to an automation's draft, last among those of its kind; it runs after the next publication.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::InvalidState`] if the automation is archived.
    pub async fn create_rule(
        &self,
        workspace: WorkspaceId,
        automation_id: AutomationId,
        kind: RuleKind,
        draft: &RuleDraft,
    ) -> Result<Model, AuthoringError> {
        let id = RuleId(self.clock.fresh_id());
        let checked = draft.check(kind, id, self.fresh_conditions(id), &Path::root("input"));
        let checked = checked.map_err(AuthoringError::Refused)?;
        self.in_transaction(|tx| self.create_checked(tx, workspace, automation_id, kind, &checked)).await
    }

    async fn create_checked(
        &self,
        tx: Tx,
        workspace: WorkspaceId,
        automation_id: AutomationId,
        kind: RuleKind,
        checked: &CheckedRule,
    ) -> Made<Model> {
        workspace::hold_for_change(&tx, workspace).await?;
        check_named(&tx, workspace, &[&checked.rule], &Path::root("input")).await?;
        let automation = find_open(&tx, workspace, automation_id, "automationId").await?;
        let others = ranked(&tx, workspace, automation_id, kind).await?;
        if others.len() >= RULES_PER_KIND_MAX {
            let message = format!("An automation has at most {RULES_PER_KIND_MAX} rules of a kind.");
            let path = Path::root("input");
            return Err(AuthoringError::one(&path.field("automationId"), Code::TooMany, message));
        }
        let rank = others.iter().map(|other| other.rank).max().map_or(0, |last| last.saturating_add(1));
        let now = self.clock.now();
        let row = rule::insert(&tx, workspace, automation_id, kind, rank, checked, now).await?;
        automation::touch_draft(&tx, automation, now).await?;
        Ok((tx, row))
    }

    /// Changes a rule of the draft; what is left out of the patch stays. With an expected version only if it is still
    /// at that. It runs after the next publication.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::StaleVersion`], and [`Code::InvalidState`] if it or its automation is archived.
    pub async fn update_rule(
        &self,
        workspace: WorkspaceId,
        id: RuleId,
        kind: RuleKind,
        expected_version: Option<i32>,
        patch: &RulePatch,
    ) -> Result<Model, AuthoringError> {
        self.in_transaction(|tx| self.update_open(tx, workspace, id, kind, expected_version, patch)).await
    }

    async fn update_open(
        &self,
        tx: Tx,
        workspace: WorkspaceId,
        id: RuleId,
        kind: RuleKind,
        expected_version: Option<i32>,
        patch: &RulePatch,
    ) -> Made<Model> {
        let (row, automation) = hold_rule(&tx, workspace, id, kind).await?;
        expect_version(expected_version, row.version)?;
        let present = rule::checked(&row)?;
        let changed = patch.check(kind, &present, self.fresh_conditions(id), &Path::root("input"));
        let changed = changed.map_err(AuthoringError::Refused)?;
        if changed == present {
            return Ok((tx, row));
        }
        check_named(&tx, workspace, &[&changed.rule], &Path::root("input")).await?;
        let now = self.clock.now();
        let row = rule::update(&tx, row, &changed, now).await?;
        automation::touch_draft(&tx, automation, now).await?;
        Ok((tx, row))
    }

    /// Moves a rule of the draft to a place among those of its kind, from 0; the others make room.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::OutOfRange`], and [`Code::InvalidState`] if it or its automation is archived.
    pub async fn rank_rule(
        &self,
        workspace: WorkspaceId,
        id: RuleId,
        kind: RuleKind,
        rank: i32,
    ) -> Result<Model, AuthoringError> {
        self.in_transaction(|tx| self.rank_open(tx, workspace, id, kind, rank)).await
    }

    async fn rank_open(&self, tx: Tx, workspace: WorkspaceId, id: RuleId, kind: RuleKind, rank: i32) -> Made<Model> {
        let (row, automation) = hold_rule(&tx, workspace, id, kind).await?;
        let rows = ranked(&tx, workspace, row.automation_id.into(), kind).await?;
        let Some(place) = usize::try_from(rank).ok().filter(|place| *place < rows.len()) else {
            let last = rows.len().saturating_sub(1);
            let message = format!("{rank} is no place among the {} rules of this kind: from 0 to {last}.", rows.len());
            return Err(AuthoringError::one(&Path::root("input").field("rank"), Code::OutOfRange, message));
        };
        if row.rank == rank {
            return Ok((tx, row));
        }
        let mut order: Vec<_> = rows.iter().filter(|other| other.id != id.0).collect();
        order.insert(place.min(order.len()), &row);
        store_order(&tx, workspace, &order).await?;
        let now = self.clock.now();
        let row = rule::touch(&tx, row.clone(), now).await?;
        automation::touch_draft(&tx, automation, now).await?;
        Ok((tx, row))
    }

    /// Takes a rule out of the draft, for ever; it can still be read, and what it caused stays countable (R41). What
    /// runs has it until the next publication.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::InvalidState`] if it or its automation is archived.
    pub async fn archive_rule(
        &self,
        workspace: WorkspaceId,
        id: RuleId,
        kind: RuleKind,
    ) -> Result<Model, AuthoringError> {
        self.in_transaction(|tx| self.archive_open(tx, workspace, id, kind)).await
    }

    async fn archive_open(&self, tx: Tx, workspace: WorkspaceId, id: RuleId, kind: RuleKind) -> Made<Model> {
        let (row, automation) = hold_rule(&tx, workspace, id, kind).await?;
        let now = self.clock.now();
        let row = rule::archive(&tx, row, now).await?;
        let rows = ranked(&tx, workspace, row.automation_id.into(), kind).await?;
        store_order(&tx, workspace, &rows.iter().collect::<Vec<_>>()).await?;
        automation::touch_draft(&tx, automation, now).await?;
        Ok((tx, row))
    }

    /// Fresh ids for as many conditions as a rule may have, by their place; the rule's own beyond, which is refused.
    fn fresh_conditions(&self, rule: RuleId) -> impl Fn(usize) -> ConditionId + use<> {
        let ids: Vec<_> = (0..CONDITIONS_WITHIN_RULE_MAX).map(|_| ConditionId(self.clock.fresh_id())).collect();
        move |place| ids.get(place).copied().unwrap_or(ConditionId(rule.0))
    }
}

/// Refuses rules that name what the workspace has not, such as products (R22).
pub(super) async fn check_named(
    tx: &Tx,
    workspace: WorkspaceId,
    rules: &[&Rule],
    path: &Path<'_>,
) -> Result<(), AuthoringError> {
    let named: BTreeSet<_> = rules.iter().flat_map(|rule| named_in(&rule.conditions)).collect();
    let Some((known, edition)) = known_of(tx, workspace, &named).await? else { return Ok(()) };
    let mut faults = Faults::none();
    for rule in rules {
        condition::check_all_named(&rule.conditions, &known, edition, &path.field("conditions"), &mut faults);
    }
    faults.or_value(Some(())).map_err(AuthoringError::Refused)
}

/// The rule of that id and kind with its automation, neither of them archived, under the lock of changes.
async fn hold_rule(
    tx: &Tx,
    workspace: WorkspaceId,
    id: RuleId,
    kind: RuleKind,
) -> Result<(Model, Automation), AuthoringError> {
    workspace::hold_for_change(tx, workspace).await?;
    let row = rule::find(tx, workspace, id, kind).await?.ok_or_else(AuthoringError::no_rule)?;
    let automation = find_open(tx, workspace, row.automation_id.into(), "id").await?;
    if row.archived_at.is_some() {
        let message = "The rule is archived, and cannot be changed any more.";
        return Err(AuthoringError::one(&Path::root("input").field("id"), Code::InvalidState, message));
    }
    Ok((row, automation))
}

/// The rules of one kind in a draft, in order of rank.
async fn ranked(
    tx: &Tx,
    workspace: WorkspaceId,
    automation: AutomationId,
    kind: RuleKind,
) -> Result<Vec<Model>, AuthoringError> {
    let rows = rule::of_automations(tx, workspace, &[automation.0]).await?;
    Ok(rows.into_iter().filter(|row| row.kind == kind.as_str()).collect())
}

/// Gives each rule its place as its rank, where it has another.
async fn store_order(tx: &Tx, workspace: WorkspaceId, order: &[&Model]) -> Result<(), AuthoringError> {
    let moved: Vec<_> =
        (0..).zip(order).filter(|(rank, row)| row.rank != *rank).map(|(rank, row)| (row.id.into(), rank)).collect();
    Ok(rule::reorder(tx, workspace, &moved).await?)
}
