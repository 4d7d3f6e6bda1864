//! The scenarios, told to the pure core alone.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "../../tests/harness/scenario.rs"]
mod scenario;

use offramp_domain::automation::{
    AutomationStatus, AutomationVersion, DEFINITION_SCHEMA, ReEntry, ReEntryDraft, RuleDraft, RuleKind,
};
use offramp_domain::decide::{ContactState, Decision, Explain, Record, Refused, decide};
use offramp_domain::enrollment::ExitReason;
use offramp_domain::event::{Event, EventDraft, accept};
use offramp_domain::fault::{Fault, Faults, Path};
use offramp_domain::hand::Hand;
use offramp_domain::ids::{AutomationId, ConditionId, ContactId, EventId, RuleId};
use offramp_domain::index::Definitions;
use offramp_domain::money::Currency;
use offramp_domain::order::kept;
use offramp_domain::time::{Timestamp, Zone};
use scenario::{Automation, Step};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A world without a database: every contact's state, and all events.
#[derive(Default)]
struct Core {
    ids: u128,
    names: BTreeMap<Uuid, String>,
    drafts: BTreeMap<String, AutomationVersion>,
    published: Vec<AutomationVersion>,
    live: BTreeMap<AutomationId, (i32, AutomationStatus)>,
    contacts: BTreeMap<String, (ContactState, Vec<Event>)>,
}

impl Core {
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids << 64 | self.ids)
    }

    fn named(&mut self, name: &str) -> Uuid {
        let id = self.id();
        self.names.insert(id, name.to_owned());
        id
    }

    fn define(&mut self, automation: &Automation) {
        let path = Path::root("input");
        let draft: ReEntryDraft = serde_json::from_value(automation.re_entry.clone()).expect("a policy");
        let re_entry = ReEntry::check(&draft, &path, &mut Faults::none()).expect("a right policy");
        let id = AutomationId(self.named(&automation.name));
        let mut rules = |drafts: &[Value], kind| {
            drafts
                .iter()
                .map(|draft| {
                    let draft: RuleDraft = serde_json::from_value(draft.clone()).expect("a rule");
                    let rule = RuleId(self.id());
                    let first = self.id().as_u128();
                    let condition = |place| ConditionId(Uuid::from_u128(first + place as u128));
                    let rule = draft.check(kind, rule, condition, &path).expect("a right rule").rule;
                    self.names.insert(rule.id.0, rule.name.clone());
                    rule
                })
                .collect()
        };
        let version = AutomationVersion {
            schema: DEFINITION_SCHEMA,
            automation: id,
            number: 0,
            name: automation.name.clone(),
            re_entry,
            entry_rules: rules(&automation.entry_rules, RuleKind::Entry),
            goals: rules(&automation.goals, RuleKind::Goal),
            alternate_exits: rules(&automation.alternate_exits, RuleKind::AlternateExit),
        };
        self.drafts.insert(automation.name.clone(), version);
    }

    fn change(&mut self, how: &str, name: &str) {
        let draft = self.drafts.get_mut(name).expect("an automation of that name");
        match how {
            "publish" => {
                draft.number += 1;
                self.published.push(draft.clone());
                self.live.insert(draft.automation, (draft.number, AutomationStatus::Running));
            }
            "pause" => drop(self.live.insert(draft.automation, (draft.number, AutomationStatus::Paused))),
            _ => drop(self.live.insert(draft.automation, (draft.number, AutomationStatus::Running))),
        }
    }

    fn receive(&mut self, now: &str, drafts: &[Value]) -> Vec<String> {
        let received_at = Timestamp::parse(now).expect("an instant");
        let currency = Currency::parse("USD").expect("a currency");
        let mut said = Vec::new();
        let mut new: BTreeMap<String, Vec<Event>> = BTreeMap::new();
        for draft in drafts {
            let draft: EventDraft = serde_json::from_value(draft.clone()).expect("an event");
            match accept(draft, EventId(self.id()), received_at, currency, &Path::root("event")) {
                Ok(accepted) => new.entry(accepted.contact_external_id).or_default().push(accepted.event),
                Err(faults) => said.extend(faults.iter().map(refusal)),
            }
        }
        let definitions = self.definitions();
        for (who, events) in new {
            let id = ContactId(self.id());
            let (state, seen) = self.contacts.entry(who.clone()).or_insert_with(|| (ContactState::new(id), Vec::new()));
            state.later.events.clone_from(seen);
            state.history.clone_from(seen);
            let received: Vec<_> = events.iter().collect();
            let explained = decide(&definitions, state.clone(), &received, Explain::Listening);
            // Who need not explain looks at those alone who may be concerned, and decides the same.
            let decided = decide(&definitions, state.clone(), &received, Explain::No);
            assert_eq!(outcome(&decided), outcome(&explained), "{who}");
            match explained {
                Ok(decision) => {
                    let counting = kept(&state.orders, &received).into_iter().filter(|kept| kept.counts);
                    seen.extend(counting.map(|kept| kept.event.into_owned()));
                    *state = decision.after;
                    said.extend(decision.records.iter().map(|(_, record)| tell(&self.names, &who, record)));
                }
                Err(Refused(refused)) => {
                    said.extend(refused.iter().map(|(_, refusal)| format!("refused {}", refusal.code().as_str())));
                }
            }
        }
        said.sort();
        said
    }

    fn move_by_hand(&mut self, now: &str, hand: &scenario::Hand) -> Vec<String> {
        let now = Timestamp::parse(now).expect("an instant");
        let automation = self.drafts[&hand.automation].automation;
        let at = match &hand.enrolls {
            Some(Some(at)) => Timestamp::parse(at).expect("an instant"),
            _ => now,
        };
        let (contact, event) = (ContactId(self.id()), EventId(self.id()));
        let definitions = self.definitions();
        let new = || (ContactState::new(contact), Vec::new());
        let (state, seen) = self.contacts.entry(hand.who.clone()).or_insert_with(new);
        let latest = state.enrollments.iter().rfind(|stay| stay.automation == automation).map(|stay| stay.id);
        let done = match &hand.enrolls {
            Some(_) => Hand::Enroll { automation },
            None => Hand::Remove {
                automation,
                enrollment: latest.expect("a stay"),
                reason: ExitReason::RemovedByApi,
                may_reenter: hand.may_reenter,
            },
        };
        state.later.events.clone_from(seen);
        state.history.clone_from(seen);
        let event = done.event(event, at, now);
        match decide(&definitions, state.clone(), &[&event], Explain::Listening) {
            Ok(decision) => {
                *state = decision.after;
                seen.push(event);
                let mut said: Vec<_> =
                    decision.records.iter().map(|(_, record)| tell(&self.names, &hand.who, record)).collect();
                said.sort();
                said
            }
            Err(Refused(refused)) => {
                refused.iter().map(|(_, refusal)| format!("refused {}", refusal.code().as_str())).collect()
            }
        }
    }

    /// Judges what anybody waited for until an instant, the longest due first.
    fn pass(&mut self, now: &str) -> Vec<String> {
        let now = Timestamp::parse(now).expect("an instant");
        let (definitions, names) = (self.definitions(), self.names.clone());
        let mut said = Vec::new();
        let mut ids = self.ids;
        for (who, (state, seen)) in &mut self.contacts {
            let due = |state: &ContactState| {
                let due = state.timers.iter().filter(|(_, timer)| timer.due_at <= now);
                due.min_by_key(|(key, timer)| (timer.due_at, **key)).map(|(key, timer)| (*key, *timer))
            };
            while let Some(((owner, condition), timer)) = due(state) {
                ids += 1;
                let hand = Hand::Due { automation: timer.automation, owner, condition };
                let event = hand.event(EventId(Uuid::from_u128(ids << 64 | ids)), now, now);
                state.history.clone_from(seen);
                let decision = decide(&definitions, state.clone(), &[&event], Explain::Listening).expect("a decision");
                *state = decision.after;
                seen.push(event);
                said.extend(decision.records.iter().map(|(_, record)| tell(&names, who, record)));
            }
        }
        self.ids = ids;
        said.sort();
        said
    }

    fn definitions(&self) -> Definitions {
        let live = self.live.iter().map(|(id, (number, status))| (*id, *number, *status));
        Definitions::new(1, Zone::UTC, self.published.clone(), live)
    }
}

/// What came of a decision, without remarks.
fn outcome(decided: &Result<Decision, Refused>) -> Result<Decision, Refused> {
    decided.clone().map(|decision| Decision { remarks: Vec::new(), ..decision })
}

fn refusal(fault: &Fault) -> String {
    format!("refused {} {}", fault.code.as_str(), fault.path[1..].join("."))
}

fn tell(names: &BTreeMap<Uuid, String>, who: &str, record: &Record) -> String {
    let name = |id: Uuid| names.get(&id).map_or("?", String::as_str);
    match record {
        Record::Entered(stay) => format!("{who} enters {}", name(stay.automation.0)),
        Record::Skipped(skip) => format!("{who} is skipped in {}: {}", name(skip.automation.0), skip.reason.as_str()),
        Record::Exited(exit) => {
            let also = exit.also_matched.iter().map(|rule| format!(" also {}", name(rule.0))).collect::<String>();
            let window = if exit.within_window { "" } else { " outside" };
            format!(
                "{who} leaves {} by {}{window}{also}",
                name(exit.automation.0),
                exit.rule.map_or(exit.reason.as_str(), |rule| name(rule.0))
            )
        }
        Record::Converted(one) => {
            let flags =
                [(one.counted, "counted"), (one.headline, "first"), (one.late, "late"), (one.after_exit, "after")];
            let flags = flags.iter().filter(|(on, _)| *on).map(|(_, word)| format!(" {word}")).collect::<String>();
            let worth = one.value.map(|money| format!(" {money}")).unwrap_or_default();
            format!("{who} converts in {} by {}{worth}{flags}", name(one.automation.0), name(one.goal.0))
        }
        Record::Reversed(one) => {
            let amount = one.amount.map(|money| format!(" {money}")).unwrap_or_default();
            let full = if one.in_full { " in full" } else { "" };
            format!("{who} is reversed in {} by {}{amount}{full}", name(one.automation.0), name(one.goal.0))
        }
    }
}

#[test]
fn every_scenario_holds_in_the_pure_core() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios");
    let mut told = 0;
    for file in std::fs::read_dir(folder).expect("the scenarios") {
        let path = file.expect("a scenario").path();
        let text = std::fs::read_to_string(&path).expect("a readable scenario");
        for scenario in scenario::read(&text).iter().filter(|scenario| !scenario.server_only) {
            let mut core = Core::default();
            for step in &scenario.steps {
                match step {
                    Step::Define(automation) => core.define(automation),
                    Step::Change(how, name) => core.change(how, name),
                    Step::Receive { line, now, events, expected } => {
                        let said = core.receive(now, events);
                        assert_eq!(&said, expected, "{} ({}:{line})", scenario.title, path.display());
                    }
                    Step::Pass { line, now, expected } => {
                        let said = core.pass(now);
                        assert_eq!(&said, expected, "{} ({}:{line})", scenario.title, path.display());
                    }
                    Step::Hand { line, now, hand, expected } => {
                        let said = core.move_by_hand(now, hand);
                        assert_eq!(&said, expected, "{} ({}:{line})", scenario.title, path.display());
                    }
                }
            }
            told += 1;
        }
    }
    assert!(told > 20, "only {told} scenarios were found");
}

/// The page on purchases names every scenario that is titled by a sentence of its source, and no other.
#[test]
fn the_page_on_purchases_names_its_scenarios() {
    let read = |path: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        std::fs::read_to_string(path).expect("a readable file")
    };
    let (page, told) = (read("docs/purchases.md"), scenario::read(&read("tests/scenarios/purchases.txt")));
    let sentences: Vec<_> =
        told.iter().map(|scenario| scenario.title.as_str()).filter(|title| title.starts_with('"')).collect();
    assert!(sentences.len() > 10, "{sentences:?}");
    for title in &sentences {
        assert!(page.contains(&format!("| {title}")), "{title} is not named");
    }
    let named = page
        .lines()
        .filter_map(|row| row.split_once(" | \""))
        .map(|(_, rest)| rest.rsplit_once('"').expect("an end").0);
    for title in named {
        assert!(sentences.contains(&format!("\"{title}\"").as_str()), "there is no scenario {title}");
    }
}
