//! The index and the way by stays against a naive loop over all rules: on random definitions and events, whoever could be
//! met is found, and what is decided is the same.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "index/draw.rs"]
mod draw;

use draw::Draw;
use offramp_domain::automation::{AutomationStatus, AutomationVersion, Rule};
use offramp_domain::condition::Scene;
use offramp_domain::decide::{ContactState, Decision, Explain, decide};
use offramp_domain::event::Event;
use offramp_domain::ids::AutomationId;
use offramp_domain::index::Definitions;
use offramp_domain::time::Zone;
use std::collections::BTreeSet;

/// Random worlds that are tried.
const WORLDS: u64 = 10_000;

/// Whether some event leaf of a rule, however deep, is met by the event.
fn may_meet(rule: &Rule, event: &Event) -> bool {
    let leaves = rule.each_condition();
    leaves.into_iter().any(|leaf| leaf.is_event() && leaf.test(&Scene::of(event)).is_ok())
}

/// Every automation, each of whose rules is held against the event.
fn naive(versions: &[AutomationVersion], state: &ContactState, event: &Event) -> BTreeSet<AutomationId> {
    let concerned = versions.iter().filter(|version| {
        let stays = state.enrollments.iter().any(|stay| stay.automation == version.automation);
        let leaving = version.goals.iter().chain(&version.alternate_exits);
        version.entry_rules.iter().any(|rule| may_meet(rule, event))
            || (stays && leaving.into_iter().any(|rule| may_meet(rule, event)))
    });
    concerned.map(|version| version.automation).collect()
}

fn records(decision: Decision) -> Vec<String> {
    decision.records.iter().map(|record| format!("{record:?}")).collect()
}

#[test]
fn the_index_finds_what_a_naive_loop_finds() {
    let (mut found, mut moved) = (0, 0);
    for seed in 0..WORLDS {
        let mut draw = Draw::new(seed);
        let versions: Vec<_> = (0..draw.number(1, 6)).map(|number| draw.version(number)).collect();
        let live = versions.iter().map(|version| (version.automation, version.number, AutomationStatus::Running));
        let definitions = Definitions::new(1, Zone::UTC, versions.clone(), live);
        let mut state = draw.contact(&versions);
        for _ in 0..4 {
            let event = draw.event();
            let wanted = naive(&versions, &state, &event);
            let concerned = definitions.concerned(&state.enrollments, &event);
            assert!(wanted.is_subset(&concerned), "seed {seed}: {wanted:?} of {concerned:?} for {event:?}");
            found += wanted.len();
            let quick = decide(&definitions, state.clone(), &[&event], Explain::No);
            let slow = decide(&definitions, state.clone(), &[&event], Explain::Listening);
            // What is drawn at random may be refused, as a payment of two orders is; by both alike.
            let (quick, slow) = match (quick, slow) {
                (Ok(quick), Ok(slow)) => (quick, slow),
                (quick, slow) => {
                    assert_eq!(quick.err(), slow.err(), "seed {seed}: {event:?}");
                    continue;
                }
            };
            moved += quick.records.len();
            state = quick.after.clone();
            assert_eq!(state.timers, slow.after.timers, "seed {seed}: {event:?}");
            assert_eq!(state.progress, slow.after.progress, "seed {seed}: {event:?}");
            assert_eq!(state, slow.after, "seed {seed}: {event:?}");
            assert_eq!(records(quick), records(slow), "seed {seed}: {event:?}");
        }
    }
    assert!(found > 3_000 && moved > 1_000, "too little happened: {found} found, {moved} moved");
}
