//! What people type finds what they mean: `tests/searches.txt`, a line each, `query => key`.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::panic, missing_docs)]

use offramp_domain::condition::catalogue;
use offramp_domain::condition::search::{KindName, SearchFilter, check, search};
use offramp_domain::fault::Code;
use offramp_domain::limits::CONDITION_SEARCH_CHARS_MAX;

/// What has to be found first, whatever else changes.
const FIRST: &[(&str, &str)] = &[
    ("purchse", "purchase.made"),
    ("follow up purchase", "purchase.made"),
    ("becomes member", "membership.started"),
    ("takes a class", "visit.completed"),
    ("tag", "tag.applied"),
    ("no show", "reservation.cancelled"),
];

fn found(text: &str, filter: SearchFilter<'_>) -> Vec<&'static str> {
    search(text, filter).into_iter().map(|definition| definition.key).collect()
}

fn everywhere(text: &str) -> Vec<&'static str> {
    found(text, SearchFilter::default())
}

#[test]
fn what_is_typed_finds_what_is_meant() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/searches.txt");
    let table = std::fs::read_to_string(path).expect("the table");
    let lines = table.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let queries: Vec<_> = lines.map(|line| line.split_once(" => ").unwrap_or_else(|| panic!("{line}"))).collect();
    let (mut first, mut among_three, mut told) = (0, 0, Vec::new());
    for (query, key) in &queries {
        assert!(catalogue::find(key).is_some(), "there is no {key}");
        let keys = everywhere(query);
        let rank = keys.iter().position(|found| found == key);
        first += usize::from(rank == Some(0));
        among_three += usize::from(rank.is_some_and(|rank| rank < 3));
        if rank != Some(0) {
            told.push(format!("{query} => {key}, but found {:?}", keys.iter().take(4).collect::<Vec<_>>()));
        }
    }
    let told = told.join("\n");
    println!("of {} searches, {first} are right at rank 1 and {among_three} by rank 3\n{told}", queries.len());
    assert!(queries.len() >= 70, "the table is too short");
    assert!(first * 100 >= queries.len() * 90, "{first} of {} at rank 1:\n{told}", queries.len());
    assert_eq!(among_three, queries.len(), "by rank 3:\n{told}");
}

#[test]
fn some_are_always_first() {
    for (query, key) in FIRST {
        assert_eq!(everywhere(query).first(), Some(key), "{query}");
    }
}

#[test]
fn every_name_and_key_finds_its_type_first() {
    for definition in catalogue::all() {
        assert_eq!(everywhere(definition.name).first(), Some(&definition.key));
        assert_eq!(everywhere(definition.key).first(), Some(&definition.key));
    }
}

#[test]
fn every_synonym_finds_its_type_among_three() {
    for definition in catalogue::all() {
        for synonym in definition.synonyms {
            let keys = everywhere(synonym);
            assert!(keys.iter().take(3).any(|key| *key == definition.key), "{synonym}: {keys:?}");
        }
    }
}

#[test]
fn nothing_typed_gives_all_in_the_order_of_the_catalogue() {
    let all: Vec<_> = catalogue::all().map(|definition| definition.key).collect();
    assert_eq!(everywhere(""), all);
    assert_eq!(everywhere("  "), all);
}

#[test]
fn a_search_stays_within_a_category_and_a_kind() {
    let states = SearchFilter { kind: Some(KindName::State), ..SearchFilter::default() };
    assert_eq!(found("tag", states), ["tag.has"]);
    let commerce = SearchFilter { category: Some("Commerce"), kind: Some(KindName::Event) };
    let keys = found("", commerce);
    assert!(keys.contains(&"purchase.made") && !keys.contains(&"spend.threshold") && !keys.contains(&"tag.applied"));
    assert_eq!(found("", SearchFilter { category: Some("Nowhere"), kind: None }), Vec::<&str>::new());
    assert_eq!(found("", SearchFilter { category: None, kind: Some(KindName::Absence) }), ["inaction"]);
}

#[test]
fn what_is_hardly_alike_is_left_out() {
    for query in ["xyzzy", "quantum chromodynamics", "!?", "…"] {
        assert_eq!(everywhere(query), Vec::<&str>::new(), "{query}");
    }
    let all = catalogue::all().count();
    for (query, _) in FIRST {
        let count = everywhere(query).len();
        assert!(count <= all / 3, "{query} finds {count} of {all}");
    }
}

#[test]
fn letters_of_either_case_and_marks_are_the_same() {
    assert_eq!(everywhere("No-Show!"), everywhere("no show"));
    assert_eq!(everywhere("  TAG  "), everywhere("tag"));
}

#[test]
fn a_text_that_is_too_long_is_the_callers_fault() {
    assert!(check(&"é".repeat(CONDITION_SEARCH_CHARS_MAX)).is_ok());
    let refused = check(&"é".repeat(CONDITION_SEARCH_CHARS_MAX + 1));
    assert_eq!(refused.err().map(|(code, _)| code), Some(Code::TooLong));
}
