//! Inputs about rules.

use super::condition::ConditionInput;
use super::patch;
use crate::graphql::scalars::Duration;
use crate::graphql::types::rule::{ConditionJoin, MetBeforeEntry};
use async_graphql::{ID, InputObject, MaybeUndefined};
use offramp_domain::automation::{Join, RuleDraft, RulePatch};

/// A new rule that pulls contacts in.
#[derive(InputObject)]
pub struct EntryRuleCreateInput {
    /// The automation that it is added to, last among its entry rules.
    pub automation_id: ID,
    /// The name shown to people; its conditions in English, if left out.
    name: Option<String>,
    /// How the conditions are joined; `ALL`, if left out.
    join: Option<ConditionJoin>,
    /// What has to happen; at least one.
    conditions: Vec<ConditionInput>,
}

/// A new goal.
#[derive(InputObject)]
pub struct GoalCreateInput {
    /// The automation that it is added to, last among its goals.
    pub automation_id: ID,
    /// The name shown to people; its conditions in English, if left out.
    name: Option<String>,
    /// How the conditions are joined; `ALL`, if left out.
    join: Option<ConditionJoin>,
    /// What has to happen; at least one.
    conditions: Vec<ConditionInput>,
    /// How long after entry meeting it counts as a conversion, from one minute to 730 days; without end, if left out.
    conversion_window: Option<Duration>,
    /// What becomes of a contact who meets it already at entry; `IGNORE` where something has to happen, `REFUSE_ENTRY` where
    /// everything is a state, if left out.
    met_before_entry: Option<MetBeforeEntry>,
}

/// A new rule that pulls contacts out without a conversion.
#[derive(InputObject)]
pub struct AlternateExitRuleCreateInput {
    /// The automation that it is added to, last among its alternate exit rules.
    pub automation_id: ID,
    /// The name shown to people; its conditions in English, if left out.
    name: Option<String>,
    /// How the conditions are joined; `ALL`, if left out.
    join: Option<ConditionJoin>,
    /// What has to happen; at least one.
    conditions: Vec<ConditionInput>,
    /// What becomes of a contact who meets it already at entry; `IGNORE` where something has to happen, `REFUSE_ENTRY` where
    /// everything is a state, if left out.
    met_before_entry: Option<MetBeforeEntry>,
}

/// A change of an entry rule; what is left out stays.
#[derive(InputObject)]
pub struct EntryRuleUpdateInput {
    /// The entry rule.
    pub id: ID,
    /// Only if it is still at this version; whatever it is at, if left out.
    pub expected_version: Option<i32>,
    /// The name shown to people; null is its conditions in English.
    name: MaybeUndefined<String>,
    /// How the conditions are joined; null is `ALL`.
    join: MaybeUndefined<ConditionJoin>,
    /// All of the conditions anew, at least one; null is refused. One that is as it was keeps its id, and with it what
    /// contacts did towards it.
    conditions: MaybeUndefined<Vec<ConditionInput>>,
}

/// Where an entry rule is to stand.
#[derive(InputObject)]
pub struct EntryRuleRankInput {
    /// The entry rule.
    pub id: ID,
    /// Its place among those of its kind, from 0; the others make room.
    pub rank: i32,
}

/// Which entry rule.
#[derive(InputObject)]
pub struct EntryRuleArchiveInput {
    /// The entry rule.
    pub id: ID,
}

/// A change of a goal; what is left out stays.
#[derive(InputObject)]
pub struct GoalUpdateInput {
    /// The goal.
    pub id: ID,
    /// Only if it is still at this version; whatever it is at, if left out.
    pub expected_version: Option<i32>,
    /// The name shown to people; null is its conditions in English.
    name: MaybeUndefined<String>,
    /// How the conditions are joined; null is `ALL`.
    join: MaybeUndefined<ConditionJoin>,
    /// All of the conditions anew, at least one; null is refused. One that is as it was keeps its id, and with it what
    /// contacts did towards it.
    conditions: MaybeUndefined<Vec<ConditionInput>>,
    /// How long after entry meeting it counts as a conversion; null is without end.
    conversion_window: MaybeUndefined<Duration>,
    /// What becomes of a contact who meets it already at entry; null is as usual for such a rule.
    met_before_entry: MaybeUndefined<MetBeforeEntry>,
}

/// Where a goal is to stand.
#[derive(InputObject)]
pub struct GoalRankInput {
    /// The goal.
    pub id: ID,
    /// Its place among those of its kind, from 0; the others make room.
    pub rank: i32,
}

/// Which goal.
#[derive(InputObject)]
pub struct GoalArchiveInput {
    /// The goal.
    pub id: ID,
}

/// A change of an alternate exit rule; what is left out stays.
#[derive(InputObject)]
pub struct AlternateExitRuleUpdateInput {
    /// The alternate exit rule.
    pub id: ID,
    /// Only if it is still at this version; whatever it is at, if left out.
    pub expected_version: Option<i32>,
    /// The name shown to people; null is its conditions in English.
    name: MaybeUndefined<String>,
    /// How the conditions are joined; null is `ALL`.
    join: MaybeUndefined<ConditionJoin>,
    /// All of the conditions anew, at least one; null is refused. One that is as it was keeps its id, and with it what
    /// contacts did towards it.
    conditions: MaybeUndefined<Vec<ConditionInput>>,
    /// What becomes of a contact who meets it already at entry; null is as usual for such a rule.
    met_before_entry: MaybeUndefined<MetBeforeEntry>,
}

/// Where an alternate exit rule is to stand.
#[derive(InputObject)]
pub struct AlternateExitRuleRankInput {
    /// The alternate exit rule.
    pub id: ID,
    /// Its place among those of its kind, from 0; the others make room.
    pub rank: i32,
}

/// Which alternate exit rule.
#[derive(InputObject)]
pub struct AlternateExitRuleArchiveInput {
    /// The alternate exit rule.
    pub id: ID,
}

fn draft(name: Option<String>, join: Option<ConditionJoin>, conditions: Vec<ConditionInput>) -> RuleDraft {
    let conditions = conditions.into_iter().map(Into::into).collect();
    RuleDraft { name, join: join.map_or_else(Join::default, Into::into), conditions, ..RuleDraft::default() }
}

impl From<EntryRuleCreateInput> for RuleDraft {
    fn from(input: EntryRuleCreateInput) -> Self {
        draft(input.name, input.join, input.conditions)
    }
}

impl From<GoalCreateInput> for RuleDraft {
    fn from(input: GoalCreateInput) -> Self {
        let conversion_window = input.conversion_window.map(|window| window.0);
        let met_before_entry = input.met_before_entry.map(Into::into);
        Self { conversion_window, met_before_entry, ..draft(input.name, input.join, input.conditions) }
    }
}

impl From<AlternateExitRuleCreateInput> for RuleDraft {
    fn from(input: AlternateExitRuleCreateInput) -> Self {
        let met_before_entry = input.met_before_entry.map(Into::into);
        Self { met_before_entry, ..draft(input.name, input.join, input.conditions) }
    }
}

fn changes(
    name: MaybeUndefined<String>,
    join: MaybeUndefined<ConditionJoin>,
    conditions: MaybeUndefined<Vec<ConditionInput>>,
) -> RulePatch {
    RulePatch {
        name: patch(name, |name| name),
        join: patch(join, Into::into),
        conditions: patch(conditions, |conditions| conditions.into_iter().map(Into::into).collect()),
        ..RulePatch::default()
    }
}

impl From<EntryRuleUpdateInput> for RulePatch {
    fn from(input: EntryRuleUpdateInput) -> Self {
        changes(input.name, input.join, input.conditions)
    }
}

impl From<GoalUpdateInput> for RulePatch {
    fn from(input: GoalUpdateInput) -> Self {
        let conversion_window = patch(input.conversion_window, |window| window.0);
        let met_before_entry = patch(input.met_before_entry, Into::into);
        Self { conversion_window, met_before_entry, ..changes(input.name, input.join, input.conditions) }
    }
}

impl From<AlternateExitRuleUpdateInput> for RulePatch {
    fn from(input: AlternateExitRuleUpdateInput) -> Self {
        let met_before_entry = patch(input.met_before_entry, Into::into);
        Self { met_before_entry, ..changes(input.name, input.join, input.conditions) }
    }
}
