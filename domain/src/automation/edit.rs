//! Changes of a draft: what was left out stays as it is, what is null is as if it had never been said.

use super::{
    CheckedRule, Join, MetBeforeEntry, ReEntry, ReEntryDraft, Rule, RuleKind, check_conditions, check_met_before_entry,
    check_own_name, check_triggers, check_window,
};
use crate::condition::{self, Condition, ConditionDraft};
use crate::fault::{self, Code, Fault, Faults, Path};
use crate::ids::ConditionId;
use crate::limits::NAME_CHARS_MAX;
use crate::patch::Patch;
use uuid::Uuid;

/// A change of an automation, as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AutomationPatch {
    /// What people call it; it cannot be without a name.
    pub name: Patch<String>,
    /// Whether contacts may come back; cleared, never.
    pub re_entry: Patch<ReEntryDraft>,
}

impl AutomationPatch {
    /// What the automation is after the change.
    ///
    /// # Errors
    /// Every fault of the change, with paths below `path`.
    pub fn check(&self, name: &str, re_entry: ReEntry, path: &Path<'_>) -> Result<(String, ReEntry), Vec<Fault>> {
        let mut faults = Faults::none();
        let name_path = path.field("name");
        let name = match &self.name {
            Patch::Keep => Some(name.to_owned()),
            Patch::Clear => {
                faults.add(&name_path, Code::Required, "An automation has a name; leave the field out to keep it.")
            }
            Patch::Set(name) => faults.keep(&name_path, fault::text(name, NAME_CHARS_MAX)),
        };
        let re_entry = match &self.re_entry {
            Patch::Keep => Some(re_entry),
            Patch::Clear => Some(ReEntry::default()),
            Patch::Set(draft) => ReEntry::check(draft, &path.field("reEntry"), &mut faults),
        };
        faults.or_value(name.zip(re_entry))
    }
}

/// A change of a rule, as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulePatch {
    /// What people call it; cleared, it bears its conditions in English.
    pub name: Patch<String>,
    /// How the conditions are joined; cleared, all of them.
    pub join: Patch<Join>,
    /// All of the conditions anew; they cannot be none.
    pub conditions: Patch<Vec<ConditionDraft>>,
    /// Goals only, an ISO 8601 duration; cleared, without end.
    pub conversion_window: Patch<String>,
    /// Goals and alternate exits only; cleared, as is usual for such a rule.
    pub met_before_entry: Patch<MetBeforeEntry>,
}

impl RulePatch {
    /// What the rule is after the change. A condition that stays as it was keeps its id, because progress is kept under
    /// it (R40); `fresh_id` names the others by their place.
    ///
    /// # Errors
    /// Every fault of the change, with paths below `path`.
    pub fn check(
        &self,
        kind: RuleKind,
        present: &CheckedRule,
        fresh_id: impl Fn(usize) -> ConditionId,
        path: &Path<'_>,
    ) -> Result<CheckedRule, Vec<Fault>> {
        let mut faults = Faults::none();
        let rule = &present.rule;
        let own_name = self.name.as_ref().read(|name| check_own_name(name, path, &mut faults));
        let own_name = own_name.unwrap_or_default().apply(present.own_name.clone());
        let join = self.join.clone().apply(Some(rule.join)).unwrap_or_default();
        let window = self.conversion_window.as_ref().read(|text| check_window(kind, text, path, &mut faults));
        let conversion_window = window.unwrap_or_default().apply(rule.conversion_window);
        let conditions_path = path.field("conditions");
        let conditions = match &self.conditions {
            Patch::Keep => rule.conditions.clone(),
            Patch::Clear => {
                let message = "A rule has conditions; leave the field out to keep them.";
                faults.add(&conditions_path, Code::Required, message).unwrap_or_default()
            }
            Patch::Set(drafts) => {
                let checked = check_conditions(kind, drafts, fresh_id, &conditions_path, &mut faults);
                with_known_ids(checked, &rule.conditions)
            }
        };
        let met_before_entry = self.met_before_entry.clone().apply(rule.met_before_entry);
        let met_before_entry = check_met_before_entry(kind, met_before_entry, path, &mut faults);
        check_triggers(kind, join, &conditions, path, &mut faults);
        let name = own_name.clone().unwrap_or_else(|| condition::describe_all(join, &conditions));
        let rule = Rule { id: rule.id, name, join, conditions, conversion_window, met_before_entry };
        faults.or_value(Some(CheckedRule { rule, own_name }))
    }
}

/// Gives each condition that stands unchanged among the present ones the id that it has there, each id once.
fn with_known_ids(conditions: Vec<Condition>, present: &[Condition]) -> Vec<Condition> {
    let mut known: Vec<_> = present.iter().collect();
    let same = |one: &Condition, other: &Condition| nameless(one) == nameless(other);
    conditions
        .into_iter()
        .map(|condition| match known.iter().position(|other| same(&condition, other)) {
            Some(place) => known.remove(place).clone(),
            None => condition,
        })
        .collect()
}

/// A condition as if it and those within had no ids.
fn nameless(condition: &Condition) -> Condition {
    let conditions = condition.conditions.iter().map(nameless).collect();
    Condition { id: ConditionId(Uuid::nil()), conditions, ..condition.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::RuleDraft;
    use crate::ids::RuleId;
    use serde_json::{Value, json};

    fn drafts(value: Value) -> Vec<ConditionDraft> {
        serde_json::from_value(value).expect("conditions")
    }

    fn tagged(tag: &str) -> Value {
        json!({"key": "tag.applied", "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": [tag]}}]})
    }

    /// A goal with the conditions `a`, `b` and `a` again, whose ids are 1, 2 and 3.
    fn goal() -> CheckedRule {
        let conditions = drafts(json!([tagged("a"), tagged("b"), tagged("a")]));
        let draft = RuleDraft { conditions, conversion_window: Some("P7D".into()), ..RuleDraft::default() };
        let id_of = |place| ConditionId(Uuid::from_u128(place as u128 + 1));
        draft.check(RuleKind::Goal, RuleId(Uuid::nil()), id_of, &Path::root("input")).expect("a goal")
    }

    fn patched(patch: &RulePatch) -> CheckedRule {
        let fresh = |place| ConditionId(Uuid::from_u128(place as u128 + 100));
        patch.check(RuleKind::Goal, &goal(), fresh, &Path::root("input")).expect("a rule")
    }

    #[test]
    fn conditions_that_stay_keep_their_ids() {
        for (conditions, ids) in [
            (json!([tagged("a"), tagged("b"), tagged("a")]), vec![1, 2, 3]),
            (json!([tagged("b"), tagged("a")]), vec![2, 1]),
            (json!([tagged("c"), tagged("a"), tagged("a"), tagged("a")]), vec![100, 1, 3, 103]),
        ] {
            let patch = RulePatch { conditions: Patch::Set(drafts(conditions.clone())), ..RulePatch::default() };
            let found: Vec<_> = patched(&patch).rule.conditions.iter().map(|one| one.id.0.as_u128()).collect();
            assert_eq!(found, ids, "{conditions}");
        }
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_null_is_as_if_never_said() {
        assert_eq!(patched(&RulePatch::default()), goal());
        let named = RulePatch { name: Patch::Set(" Mine ".into()), ..RulePatch::default() };
        assert_eq!(patched(&named).rule.name, "Mine");
        let any = patched(&RulePatch { join: Patch::Set(Join::Any), ..RulePatch::default() });
        assert_eq!((any.rule.join, any.own_name), (Join::Any, None));
        assert_ne!(any.rule.name, goal().rule.name, "a name that follows the conditions follows the join too");
        let cleared = patched(&RulePatch { conversion_window: Patch::Clear, ..RulePatch::default() });
        assert_eq!(cleared.rule.conversion_window, None);
    }
}
