mod world;

use super::*;
use crate::time::Elapsed;
use world::*;

/// Breaks what is sound; exactly these invariants are violated, whatever the size of the pages.
fn check(what: &str, change: fn(&mut Rows), expected: &[Invariant]) {
    check_in(sound(), what, change, expected);
}

fn check_in(mut rows: Rows, what: &str, change: fn(&mut Rows), expected: &[Invariant]) {
    change(&mut rows);
    for size in [1, 2, 1_000] {
        let verdict = judge(&rows, size);
        let violated = verdict.findings().filter(|(_, finding)| finding.violations > 0);
        let found: Vec<_> = violated.map(|(invariant, _)| invariant).collect();
        assert_eq!(found, expected, "{what}, in pages of {size}: {verdict:#?}");
    }
}

#[test]
fn what_is_sound_is_found_sound_and_was_examined() {
    let verdict = judge(&given_back(), 1_000);
    assert!(verdict.is_sound(), "{verdict:#?}");
    let unexamined: Vec<_> = verdict.findings().filter(|(_, finding)| finding.examined == 0).collect();
    assert_eq!(unexamined.len(), 1, "only the settings are judged elsewhere: {unexamined:?}");
}

#[test]
fn stays_exits_and_conversions_are_held_against_each_other() {
    use Invariant::*;
    check("an exit of another time", |rows| rows.stays[0].exited_at = Some(at(61)), &[OneExitPerEndedStay]);
    check("an exit of another contact", |rows| rows.exits[0].contact = id(22), &[OneExitPerEndedStay]);
    check("an unknown status", |rows| rows.stays[2].status = "gone".into(), &[OneExitPerEndedStay]);
    check(
        "no exit",
        |rows| {
            rows.exits.clear();
            rows.counters.remove(2);
        },
        &[OneExitPerEndedStay, ExitsAndConversionsAgree],
    );
    check(
        "two exits",
        |rows| {
            rows.exits.push(Exit { id: id(42), ..rows.exits[0].clone() });
            rows.counters[2].count = 2;
        },
        &[OneExitPerEndedStay],
    );
    check(
        "two active stays",
        |rows| {
            rows.stays[2].contact = id(21);
            rows.stays[2].rotation = 3;
        },
        // The stay that moved has seen what ended the other.
        &[OneActiveStay, NothingLeftUndone],
    );
    check("a rotation too few", |rows| rows.stays[1].rotation = 1, &[RotationsWithoutGap]);
    check("a rotation too many", |rows| rows.stays[2].rotation = 2, &[RotationsWithoutGap]);
    check("an elapsed time of its own", |rows| rows.conversions[0].elapsed = Elapsed::from_minutes(1), &[TimesInOrder]);
    check(
        "an exit before the entry",
        |rows| {
            for when in [&mut rows.exits[0].exited_at, &mut rows.conversions[0].at] {
                *when = at(-60);
            }
            rows.stays[0].exited_at = Some(at(-60));
            rows.conversions[0].elapsed = Elapsed::from_minutes(-60);
            for place in [2, 4, 5] {
                rows.counters[place].bucket = at(-60);
            }
            rows.counters[3] = counter(11, "conversions", 60, 1, 500);
            rows.counters.push(counter(11, "conversions", -60, 1, 500));
        },
        &[TimesInOrder],
    );
}

#[test]
fn conversions_count_once_and_are_what_they_say() {
    use Invariant::*;
    check(
        "twice for a goal",
        |rows| {
            rows.conversions[1].counted = true;
            rows.stays[0].exit_reason = Some("completed".into());
            rows.exits[0].reason = "completed".into();
            rows.exits[0].event = id(0);
            rows.conversions[0].late = true;
            rows.conversions[0].at = at(59);
            rows.conversions[0].elapsed = Elapsed::from_minutes(59);
            rows.counters[2].metric = "exited.completed".into();
            let quarter = at(45);
            rows.counters[3] = counter(11, "conversions", 60, 1, 500);
            rows.counters[5].bucket = quarter;
            rows.counters.push(Counter { bucket: quarter, ..counter(11, "conversions", 45, 1, 500) });
            rows.counters.push(Counter { bucket: quarter, ..counter(11, "goal_converted", 45, 1, 500) });
        },
        &[ConversionsCountOnce],
    );
    check(
        "not in total",
        |rows| {
            rows.conversions[0].headline = false;
            rows.counters.remove(5);
        },
        &[ConversionsCountOnce],
    );
    check("outside of its window", |rows| rows.conversions[0].within_window = false, &[ConversionsCountOnce]);
    check("late and after", |rows| rows.conversions[1].late = true, &[ExitsAndConversionsAgree]);
    check("neither", |rows| rows.conversions[1].after_exit = false, &[ExitsAndConversionsAgree]);
    check(
        "late from after it",
        |rows| {
            rows.conversions[1].late = true;
            rows.conversions[1].after_exit = false;
        },
        &[ExitsAndConversionsAgree],
    );
    check("by another event", |rows| rows.exits[0].event = id(99), &[ExitsAndConversionsAgree]);
    check(
        "without a goal",
        |rows| {
            rows.exits[0].reason = "removed_by_user".into();
            rows.stays[0].exit_reason = Some("removed_by_user".into());
            rows.counters[2].metric = "exited.removed_by_user".into();
        },
        &[ExitsAndConversionsAgree],
    );
}

#[test]
fn an_exit_without_rule_or_event_is_as_good_as_any() {
    check(
        "removed by a hand, late goal",
        |rows| {
            (rows.exits[0].reason, rows.exits[0].rule, rows.exits[0].event) = ("archived".into(), id(0), id(0));
            rows.stays[0].exit_reason = Some("archived".into());
            rows.stays[0].entry_rule = id(0);
            rows.conversions.clear();
            rows.counters = vec![
                counter(0, "entered", 0, 1, 0),
                counter(10, "entered", 0, 1, 0),
                counter(10, "entered", 75, 1, 0),
                counter(0, "exited.archived", 60, 1, 0),
                counter(10, "skipped.paused", 0, 1, 0),
            ];
        },
        &[],
    );
}

#[test]
fn the_feed_is_dense_and_tells_of_everything() {
    use Invariant::*;
    check("a head beyond", |rows| rows.ends.head = Some(4), &[FeedWithoutGap]);
    check("no head", |rows| rows.ends.head = None, &[FeedWithoutGap]);
    check("a gap", |rows| drop(rows.told.remove(1)), &[FeedWithoutGap, FeedTellsEverything]);
    check("no beginning", |rows| drop(rows.told.remove(0)), &[FeedWithoutGap, FeedTellsEverything]);
    check(
        "a pruned beginning",
        |rows| {
            rows.told.remove(0);
            rows.ends.pruned_to = 1;
        },
        &[],
    );
    check("another reason", |rows| rows.told[1].reason = None, &[FeedTellsEverything]);
    check("another contact", |rows| rows.told[1].contact = id(22), &[FeedTellsEverything]);
    check("a record untold", |rows| rows.kept.push(told(9, "exit", 49, None)), &[FeedTellsEverything]);
    check("a record gone", |rows| drop(rows.kept.remove(0)), &[FeedTellsEverything]);
}

#[test]
fn counters_are_held_against_a_recount() {
    use Invariant::CountersEqualRecount;
    for (change, expected) in [
        (
            (|rows| rows.counters[0].count = 3) as fn(&mut Rows),
            "4 kept, 3 counted; the difference lies in the quarter from 2026-01-01T00:00:00Z",
        ),
        (|rows| rows.counters[5].amount_minor = 501, "1 (501 USD minor) kept, 1 (500 USD minor) counted"),
        (|rows| rows.counters[2].bucket = at(75), "1 kept, 1 counted; they lie in other quarters"),
        (|rows| rows.counters[2].bucket = at(61), "1 kept, 1 counted; they lie in other quarters"),
        (|rows| drop(rows.counters.remove(6)), "0 kept, 1 counted; the difference lies in the quarter from"),
        (|rows| rows.skips.clear(), "1 kept, 0 counted; the difference lies in the quarter from"),
        (|rows| rows.counters[4].currency = "EUR".into(), "0 (0 USD minor)"),
    ] {
        check(expected, change, &[CountersEqualRecount]);
        let mut rows = sound();
        change(&mut rows);
        let verdict = judge(&rows, 1_000);
        let said: Vec<_> = verdict.findings().flat_map(|(_, finding)| &finding.first).collect();
        assert!(said.iter().any(|what| what.contains(expected)), "{expected}: {said:?}");
    }
    check("a counter of nothing that is zero", |rows| rows.counters.push(counter(13, "converted", 0, 0, 0)), &[]);
}

#[test]
fn what_satisfies_a_rule_and_ended_nothing_is_found() {
    use Invariant::NothingLeftUndone;
    let undone: &[Invariant] = &[NothingLeftUndone];
    // Contact 22 entered at 0 by an event received at 0: each event by its tag, its time and its receipt.
    for (events, expected) in [
        (vec![("a", 1, 1)], undone),
        (vec![("b", 1, 1)], undone),
        (vec![("e", 1, 1)], undone),
        (vec![("z", 1, 1)], &[]),
        (vec![("a", -1, 5)], &[]),
        // Of the same instant: received later, too close to tell, and before.
        (vec![("a", 0, 2)], undone),
        (vec![("a", 0, 1)], &[]),
        (vec![("a", 0, 0)], &[]),
        // Half of what must all hold, and both halves, in any order.
        (vec![("c", 1, 1)], &[]),
        (vec![("c", 1, 1), ("c", 2, 2)], &[]),
        (vec![("c", 1, 1), ("d", 2, 2)], undone),
        (vec![("d", 1, 1), ("c", 2, 2)], undone),
        (vec![("d", -1, 1), ("c", 2, 2)], &[]),
    ] {
        for size in [1, 1_000] {
            let mut rows = sound();
            let events = events.iter().zip(200..);
            rows.events =
                events.map(|((tag, when, received), number)| tagged(number, 22, tag, *when, *received)).collect();
            let verdict = judge(&rows, size);
            let violated = verdict.findings().filter(|(_, finding)| finding.violations > 0);
            let found: Vec<_> = violated.map(|(invariant, _)| invariant).collect();
            assert_eq!(found, expected, "{:?}", rows.events);
            rows.status = "archived";
            assert!(judge(&rows, size).is_sound(), "nothing is judged in an archived automation");
        }
    }
}

#[test]
fn references_to_what_is_not_there_are_found() {
    use Invariant::ReferencesStayInside;
    let wrong = &[ReferencesStayInside];
    check("a version that was never published", |rows| rows.published = 2, wrong);
    check("a stay of no version", |rows| rows.stays[0].version = 2, wrong);
    check("progress towards no rule", |rows| rows.progressed = 99, wrong);
    check(
        "an exit by no rule of the automation",
        |rows| {
            rows.exits[0].rule = id(99);
            rows.conversions[0].goal = id(99);
            rows.counters = vec![
                counter(10, "entered", 0, 2, 0),
                counter(10, "entered", 75, 1, 0),
                counter(99, "exited.goal_met", 60, 1, 0),
                counter(99, "conversions", 60, 1, 500),
                counter(11, "conversions", 60, 1, 500),
                counter(99, "goal_converted", 60, 1, 500),
                counter(99, "converted", 60, 1, 500),
                counter(10, "skipped.paused", 0, 1, 0),
            ];
        },
        wrong,
    );
}

#[test]
fn only_the_first_violations_are_spelled_out() {
    let mut rows = sound();
    let odd = (100..150).map(|position| told(position, "exit", 1, None));
    rows.kept.extend(odd);
    let mut judge = Judge::new(Vec::new(), vec![version()], rows.ends);
    judge.feed(FeedPage { told: rows.told, kept: rows.kept });
    let mut verdict = Verdict::default();
    verdict.absorb("here", judge.verdict());
    let (_, found) = verdict.findings().find(|(_, found)| found.violations > 0).expect("a violation");
    assert_eq!((found.violations, found.first.len()), (50, SPELLED_OUT_MAX));
    assert!(found.first[0].starts_with("here: at position 100 the feed tells nothing, and there is exit"));
}

#[test]
fn settings_that_forget_are_found() {
    let setting = |answer: &str| Setting { question: "SHOW x", answer: answer.to_owned(), right: &["on"] };
    assert!(durability(&[setting("on")]).is_sound());
    assert!(!durability(&[setting("on"), setting("off")]).is_sound());
}

#[test]
fn reversals_are_held_against_their_conversions() {
    use Invariant::*;
    check_in(
        given_back(),
        "a reversal of another stay's conversion",
        |rows| rows.reversals[0].conversion = id(59),
        &[ReversalsWithinConversions, CountersEqualRecount],
    );
    check_in(
        given_back(),
        "a reversal before its conversion",
        |rows| rows.reversals[0].at = at(60),
        &[ReversalsWithinConversions, CountersEqualRecount],
    );
    check_in(
        given_back(),
        "more than there was",
        |rows| {
            rows.reversals[0].amount_minor = Some(501);
            rows.counters[7].amount_minor = 501;
        },
        &[ReversalsWithinConversions],
    );
    check_in(
        given_back(),
        "another currency",
        |rows| {
            rows.reversals[0].amount_currency = Some("EUR".into());
            rows.counters[7].currency = "EUR".into();
        },
        &[ReversalsWithinConversions],
    );
    check_in(
        given_back(),
        "in full, and not all",
        |rows| {
            rows.reversals[0].in_full = true;
            rows.counters[7].count = 1;
        },
        &[ReversalsWithinConversions],
    );
    check_in(
        given_back(),
        "nobody counted it",
        |rows| rows.counters.retain(|one| one.metric != "conversions_reversed"),
        &[CountersEqualRecount],
    );
    // All that counted is taken back, and with it the stay.
    check_in(
        given_back(),
        "what counted",
        |rows| {
            rows.reversals[0] =
                Reversal { conversion: id(51), amount_minor: Some(500), in_full: true, ..rows.reversals[0].clone() };
            rows.counters.remove(7);
            for metric in ["conversions_reversed", "goal_reversed", "converted_reversed"] {
                rows.counters.push(counter(11, metric, 75, 1, 500));
            }
        },
        &[],
    );
}

#[test]
fn names_are_unique_and_rules_are_named() {
    let names: BTreeSet<_> = Invariant::ALL.into_iter().map(Invariant::name).collect();
    assert_eq!(names.len(), Invariant::ALL.len());
    assert!(Invariant::ALL.into_iter().all(|invariant| invariant.rule().starts_with('R')));
    assert!(Invariant::ALL.is_sorted(), "they are told in their order");
}
