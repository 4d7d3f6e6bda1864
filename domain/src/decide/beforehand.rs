//! What is met already when somebody enters, by each rule as a whole (R4).

use super::Fold;
use super::stimulus::Stimulus;
use crate::automation::{AutomationVersion, MetBeforeEntry, Rule};
use crate::condition::{Condition, Join};
use crate::enrollment::{Ended, ExitReason, Why};
use crate::ids::RuleId;

impl Fold<'_> {
    /// The first rule that asks for that and is met already.
    pub(super) fn is_met_beforehand<'v>(
        &self,
        version: &'v AutomationVersion,
        asked: MetBeforeEntry,
        stimulus: &Stimulus<'_>,
    ) -> Option<&'v Rule> {
        let rules = version.goals.iter().chain(&version.alternate_exits);
        let mut asking = rules.filter(|rule| rule.met_before_entry() == asked).peekable();
        asking.peek()?;
        // Who enters late entered before what is known of later.
        let known = stimulus.facts_after.until(stimulus.at());
        let then = Stimulus { now: stimulus.event, facts_after: &known, ..*stimulus };
        asking.find(|rule| hold(rule.join, &rule.conditions, &then))
    }

    /// Who enters where a rule is met already leaves at once, and converts nothing.
    pub(super) fn exit_at_entry(&mut self, place: usize, rule: &Rule, stimulus: &Stimulus<'_>) {
        let end = Ended { at: stimulus.at(), reason: ExitReason::MetBeforeEntry, may_reenter: true };
        let why = Why { rule: rule.id, rule_name: rule.name.clone(), met: Vec::new(), worth: None };
        self.exit(place, end, Some(why), true, Vec::<RuleId>::new(), stimulus.event);
    }
}

fn hold(join: Join, conditions: &[Condition], stimulus: &Stimulus<'_>) -> bool {
    let mut holding = conditions.iter().map(|condition| holds(condition, stimulus));
    match join {
        Join::All => holding.all(|holds| holds),
        Join::Any => holding.any(|holds| holds),
        Join::None => !holding.any(|holds| holds),
    }
}

/// A state that is so, and an event that happened before; nothing was missing since an entry that is only now.
fn holds(condition: &Condition, stimulus: &Stimulus<'_>) -> bool {
    if condition.is_group() {
        hold(condition.join, &condition.conditions, stimulus)
    } else if condition.is_state() {
        condition.is_so(&stimulus.scene_after()).is_ok()
    } else {
        condition.is_event() && condition.is_met_by_history(&stimulus.scene())
    }
}
