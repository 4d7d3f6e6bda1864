//! Automations: the rules by which contacts enter and leave, as drafts and as the immutable versions that run.

mod edit;

pub use edit::{AutomationPatch, RulePatch};

pub use crate::condition::Join;
use crate::condition::{self, Condition, ConditionDraft, Trigger};
use crate::fault::{self, Code, Fault, Faults, Path};
use crate::ids::{AutomationId, ConditionId, RuleId};
use crate::limits::{NAME_CHARS_MAX, RE_ENTRY_MAX, RE_ENTRY_MIN, WINDOW_MAX, WINDOW_MIN};
use crate::time::Elapsed;
use serde::{Deserialize, Serialize};

/// The shape in which versions and rules are stored; goes up when an old one could not be read.
pub const DEFINITION_SCHEMA: u32 = 1;

/// Where an automation is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutomationStatus {
    /// Never published: nothing is judged (R5).
    Draft,
    /// Contacts enter and leave.
    Running,
    /// Nobody enters; goals and exits go on (R5, R34).
    Paused,
    /// Nothing is judged any more, and nothing can be changed (R41).
    Archived,
}

impl AutomationStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Running, Self::Paused, Self::Archived];

    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Archived => "archived",
        }
    }
}

/// Whether a contact who left may come back (R3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReEntry {
    /// Never.
    #[default]
    Once,
    /// At once.
    AfterExit,
    /// So long after the exit.
    After(Elapsed),
}

/// A re-entry policy as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReEntryDraft {
    /// Which policy.
    pub policy: ReEntryPolicy,
    /// For [`ReEntryPolicy::After`]: how long after the exit, an ISO 8601 duration.
    #[serde(default)]
    pub after: Option<String>,
}

/// Which re-entry policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReEntryPolicy {
    /// Never.
    #[default]
    Once,
    /// At once.
    AfterExit,
    /// Some time after the exit.
    After,
}

impl ReEntry {
    /// Checks a draft.
    pub fn check(draft: &ReEntryDraft, path: &Path<'_>, faults: &mut Faults) -> Option<Self> {
        let after_path = path.field("after");
        match (draft.policy, &draft.after) {
            (ReEntryPolicy::Once, None) => Some(Self::Once),
            (ReEntryPolicy::AfterExit, None) => Some(Self::AfterExit),
            (ReEntryPolicy::After, Some(text)) => {
                faults.keep(&after_path, Elapsed::parse(text, RE_ENTRY_MIN, RE_ENTRY_MAX)).map(Self::After)
            }
            (ReEntryPolicy::After, None) => {
                faults.add(&after_path, Code::Required, "Say how long after the exit, such as P30D.")
            }
            (_, Some(_)) => {
                faults.add(&after_path, Code::Invalid, "Only the policy AFTER takes a duration; leave it out.")
            }
        }
    }
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Pulls contacts in.
    Entry,
    /// Pulls contacts out and counts as a conversion.
    Goal,
    /// Pulls contacts out without one.
    AlternateExit,
}

impl RuleKind {
    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Goal => "goal",
            Self::AlternateExit => "alternate_exit",
        }
    }
}

/// An entry rule, a goal or an alternate exit rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id; the same in every version.
    pub id: RuleId,
    /// What people call it, or its conditions in English.
    pub name: String,
    /// Whether all or any of the conditions have to hold.
    pub join: Join,
    /// At least one.
    pub conditions: Vec<Condition>,
    /// Goals only: how long after entry a conversion counts (R15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_window: Option<Elapsed>,
    /// Goals and alternate exits only: what becomes of who meets it already at entry, if its author said (R4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_before_entry: Option<MetBeforeEntry>,
}

/// What becomes of somebody who would enter where a rule is met already (R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MetBeforeEntry {
    /// Enters: what happened before does not count, and a state waits until it turns true anew.
    Ignore,
    /// Does not enter.
    RefuseEntry,
    /// Enters and leaves at once, which is no conversion.
    ExitAtEntry,
}

impl Rule {
    /// Whether one event may meet a part of it that is kept for later ones (R12): if not, it has no progress.
    pub fn keeps_progress(&self) -> bool {
        (self.join != Join::Any && self.conditions.len() > 1)
            || self.each_condition().iter().any(|one| one.is_group() || one.is_absence() || !one.tally.is_once())
    }

    /// Its conditions and those within them, in the order in which they were written.
    pub fn each_condition(&self) -> Vec<&Condition> {
        condition::each(&self.conditions)
    }

    /// What becomes of who meets it already at entry: as its author said, or as is usual for such a rule (R4).
    pub fn met_before_entry(&self) -> MetBeforeEntry {
        let usual = if self.is_state() { MetBeforeEntry::RefuseEntry } else { MetBeforeEntry::Ignore };
        self.met_before_entry.unwrap_or(usual)
    }

    /// Those of its conditions that can make it hold: of several joined by ALL what happens, or, where nothing has to,
    /// every state.
    pub fn triggers(&self) -> Vec<Trigger<'_>> {
        condition::triggers(self.join, &self.conditions)
    }

    /// Whether an event of that type may meet a condition of it, or change a state.
    pub fn listens_to(&self, event_type: &str) -> bool {
        self.each_condition().iter().any(|condition| condition.event_types().contain(event_type))
    }

    /// Whether it only says what is so: it is met when that turns true (R4).
    pub fn is_state(&self) -> bool {
        self.conditions.iter().all(Condition::is_state)
    }
}

/// A rule as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleDraft {
    /// What people call it.
    #[serde(default)]
    pub name: Option<String>,
    /// How the conditions are joined.
    #[serde(default)]
    pub join: Join,
    /// At least one.
    pub conditions: Vec<ConditionDraft>,
    /// Goals only, an ISO 8601 duration.
    #[serde(default)]
    pub conversion_window: Option<String>,
    /// Goals and alternate exits only: what becomes of who meets it already at entry.
    #[serde(default)]
    pub met_before_entry: Option<MetBeforeEntry>,
}

/// A rule that was checked, and whether its name is its own or follows its conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRule {
    /// The rule.
    pub rule: Rule,
    /// The name that its author gave it.
    pub own_name: Option<String>,
}

impl RuleDraft {
    /// Checks the draft of a rule of that kind; `condition_id` names its conditions by their place.
    ///
    /// # Errors
    /// Every fault of the draft, with paths below `path`.
    pub fn check(
        &self,
        kind: RuleKind,
        id: RuleId,
        condition_id: impl Fn(usize) -> ConditionId,
        path: &Path<'_>,
    ) -> Result<CheckedRule, Vec<Fault>> {
        let mut faults = Faults::none();
        let own_name = self.name.as_ref().and_then(|name| check_own_name(name, path, &mut faults));
        let window = self.conversion_window.as_ref();
        let conversion_window = window.and_then(|text| check_window(kind, text, path, &mut faults));
        let conditions_path = path.field("conditions");
        let conditions = check_conditions(kind, &self.conditions, condition_id, &conditions_path, &mut faults);
        let met_before_entry = check_met_before_entry(kind, self.met_before_entry, path, &mut faults);
        check_triggers(kind, self.join, &conditions, path, &mut faults);
        let name = own_name.clone().unwrap_or_else(|| condition::describe_all(self.join, &conditions));
        let rule = Rule { id, name, join: self.join, conditions, conversion_window, met_before_entry };
        faults.or_value(Some(CheckedRule { rule, own_name }))
    }
}

fn check_own_name(name: &str, path: &Path<'_>, faults: &mut Faults) -> Option<String> {
    faults.keep(&path.field("name"), fault::text(name, NAME_CHARS_MAX))
}

fn check_window(kind: RuleKind, text: &str, path: &Path<'_>, faults: &mut Faults) -> Option<Elapsed> {
    let path = path.field("conversionWindow");
    if kind != RuleKind::Goal {
        return faults.add(&path, Code::Invalid, "Only a goal converts; leave it out.");
    }
    faults.keep(&path, Elapsed::parse(text, WINDOW_MIN, WINDOW_MAX))
}

fn check_met_before_entry(
    kind: RuleKind,
    asked: Option<MetBeforeEntry>,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<MetBeforeEntry> {
    if kind == RuleKind::Entry && asked.is_some() {
        let message = "An entry rule is what lets contacts in; leave it out.";
        return faults.add(&path.field("metBeforeEntry"), Code::Invalid, message);
    }
    asked
}

/// A rule that nothing could ever meet is refused, and one that waits from an entry that there is not yet.
fn check_triggers(kind: RuleKind, join: Join, conditions: &[Condition], path: &Path<'_>, faults: &mut Faults) {
    let path = path.field("conditions");
    // What could not be read may be what triggers.
    if faults.any_within(&path) {
        return;
    }
    let triggers = condition::triggers(join, conditions);
    if triggers.is_empty() && !conditions.is_empty() {
        let message = "Nothing could ever meet this: it only says what must not happen. Say what must, or use `inaction` \
                       to wait for what does not.";
        faults.add::<()>(&path, Code::Invalid, message);
    }
    let from_entry = |one: &Trigger<'_>| one.condition.is_absence() && one.condition.waits_from_entry();
    if kind == RuleKind::Entry && triggers.iter().any(from_entry) {
        let message = "An entry rule is judged before entry: let `inaction` wait `from` EVENT.";
        faults.add::<()>(&path, Code::Invalid, message);
    }
}

/// The conditions that can be read; the others are faults.
fn check_conditions(
    kind: RuleKind,
    drafts: &[ConditionDraft],
    id_of: impl Fn(usize) -> ConditionId,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Vec<Condition> {
    if kind == RuleKind::Entry {
        refuse_after_entry(drafts, path, faults);
    }
    let mut places = 0..;
    let mut next_id = || id_of(places.next().unwrap_or_default());
    condition::check_all(drafts, 1, &mut next_id, path, faults)
}

/// An entry rule is judged before there is a stay.
fn refuse_after_entry(drafts: &[ConditionDraft], path: &Path<'_>, faults: &mut Faults) {
    for (index, draft) in drafts.iter().enumerate() {
        let here = path.index(index);
        for (field, is_given) in [("window", draft.window.is_some()), ("sameAsEntry", draft.same_as_entry.is_some())] {
            if is_given {
                let message =
                    format!("An entry rule is judged before entry; leave out `{field}`, which looks back to it.");
                faults.add::<()>(&here.field(field), Code::Invalid, message);
            }
        }
        refuse_after_entry(&draft.conditions, &here.field("conditions"), faults);
    }
}

/// An automation as it was published: immutable. Rules are in order of rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomationVersion {
    /// The shape of this value.
    pub schema: u32,
    /// Which automation.
    pub automation: AutomationId,
    /// 1, 2, 3 …
    pub number: i32,
    /// Its name when it was published.
    pub name: String,
    /// Whether contacts may come back.
    pub re_entry: ReEntry,
    /// What pulls contacts in.
    pub entry_rules: Vec<Rule>,
    /// What pulls them out as a conversion.
    pub goals: Vec<Rule>,
    /// What pulls them out otherwise.
    pub alternate_exits: Vec<Rule>,
}
