//! The rules of the house as tests. Cargo is the wall between crates; this is the wall between rooms.
//!
//! The rules are tables. What is read is code as rustfmt leaves it, with comments and literals blanked and groups in
//! `use` spelled out; an alias is not followed. Each rule is also tried on planted violations, so that none passes
//! because it is blind, and it fails when a place of which it speaks does not exist.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop on the spot")]

#[path = "tidy/source.rs"]
mod source;

use source::{Source, TREE, find, item_end, root, starts_function};
use std::fs;

/// A room and what it may name besides itself: only what stands below it.
const ROOMS: &[(&str, &[&str])] = &[
    (
        "http",
        &["graphql", "authoring", "engine", "store", "entity", "domain", "config", "clock", "telemetry", "shutdown"],
    ),
    ("graphql", &["authoring", "engine", "store", "entity", "domain", "config", "clock", "telemetry", "shutdown"]),
    ("authoring", &["store", "entity", "domain", "clock"]),
    ("engine", &["store", "entity", "domain", "config", "clock", "telemetry", "shutdown"]),
    ("store", &["entity", "domain", "migration", "secret"]),
    ("check", &["store", "domain"]),
    // A client of the public API.
    ("demo", &["domain", "app", "cli", "config", "clock", "telemetry", "shutdown"]),
    ("config", &["domain", "secret", "telemetry"]),
    ("clock", &["domain"]),
    ("secret", &[]),
];

/// What stands under `src` without a row above.
const WITHOUT_ROW: &[&str] = &["app", "cli", "lib", "main", "shutdown", "telemetry"];

/// The other crates of the workspace, which code names `offramp_…`.
const CRATES: &[&str] = &["domain", "entity", "migration"];

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

/// Words that `scope` may not contain, except in some places. A place is `place.rs` and the folder `place`.
struct Ban {
    scope: &'static [&'static str],
    except: &'static [&'static str],
    reads: Reads,
    words: &'static [&'static str],
    why: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Reads {
    Code,
    /// Code outside `#[cfg(test)]`.
    Shipped,
    /// String literals.
    Literals,
}

macro_rules! bans {
    ($($name:ident: $ban:expr;)*) => {
        $(#[test] fn $name() { enforce(&$ban); })*
        const BANS: &[Ban] = &[$($ban),*];
    };
}

bans! {
    only_the_store_names_the_orm: Ban {
        scope: &["src", "domain"],
        except: &["src/store"],
        reads: Reads::Code,
        words: &["sea_orm", "sea_orm_migration", "sqlx"],
        why: "above the store nothing knows how rows are kept; give `store` a method that takes `&Tx`",
    };
    only_the_edge_names_graphql: Ban {
        scope: &["src", "domain", "entity", "migration"],
        except: &["src/graphql", "src/http"],
        reads: Reads::Code,
        words: &["async_graphql", "async_graphql_axum"],
        why: "GraphQL is one way of asking; put what concerns it into `graphql` or `http`",
    };
    only_http_names_axum: Ban {
        scope: &["src", "domain", "entity", "migration"],
        except: &["src/http", "src/app"],
        reads: Reads::Code,
        words: &["axum", "async_graphql_axum"],
        why: "only `http` serves and only `app` starts it",
    };
    only_the_store_writes_sql: Ban {
        scope: &["src"],
        except: &["src/store"],
        reads: Reads::Literals,
        words: &["SELECT ", "INSERT INTO", "UPDATE … SET", "DELETE FROM"],
        why: "all SQL stands in `store`, where it can be read in one sitting",
    };
    only_the_dialect_tells_databases_apart: Ban {
        scope: &["src"],
        except: &["src/store/dialect", "src/store/connect"],
        reads: Reads::Code,
        words: &["DbBackend::", "DatabaseBackend::", "Sqlite", "Postgres"],
        why: "what differs between databases stands in `store/dialect`, and nobody else asks which one it is",
    };
    only_the_clock_reads_the_time_or_draws_ids: Ban {
        scope: &["src", "domain"],
        except: &["src/clock"],
        reads: Reads::Code,
        words: &["SystemTime::now", "Instant::now", "Timestamp::now", "Uuid::now_v7", "Uuid::new_v4"],
        why: "time and ids come from `clock`, so that a simulation can choose them",
    };
    the_domain_is_pure: Ban {
        scope: &["domain/src"],
        except: &[],
        reads: Reads::Code,
        words: &[
            "tokio", "async fn", "sea_orm", "async_graphql", "std::time", "std::fs", "std::net", "std::env", "HashMap",
            "HashSet", "rand",
        ],
        why: "the domain is a function: hand it the fact as a value, and keep its collections in order",
    };
    history_does_not_name_entities: Ban {
        scope: &["migration"],
        except: &[],
        reads: Reads::Code,
        words: &["offramp_entity"],
        why: "an entity changes, and what was migrated must not; spell the names out",
    };
    shipped_code_does_not_stop_on_the_spot: Ban {
        scope: &["src", "domain/src", "entity/src", "migration/src"],
        except: &[],
        reads: Reads::Shipped,
        words: &[".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "dbg!"],
        why: "return an error, or make the case impossible by its type",
    };
    only_the_command_line_prints: Ban {
        scope: &["src", "domain/src", "entity/src", "migration/src"],
        except: &["src/cli", "src/main", "src/demo"],
        reads: Reads::Shipped,
        words: &["println!", "print!"],
        why: "a server speaks through `tracing`",
    };
    tests_do_not_sleep: Ban {
        scope: &["tests"],
        except: &["tests/harness"],
        reads: Reads::Code,
        words: &["sleep("],
        why: "wait for what should happen, or move the clock",
    };
    no_test_is_ignored: Ban {
        scope: &["src", "domain", "entity", "migration", "tests"],
        except: &[],
        reads: Reads::Code,
        words: &["#[ignore"],
        why: "a test that does not run proves nothing; repair it or remove it",
    };
}

#[test]
fn a_room_names_only_what_stands_below_it() {
    let modules = modules();
    ROOMS.iter().for_each(|(room, _)| require(&format!("src/{room}")));
    report(ROOMS.iter().flat_map(|row| TREE.iter().flat_map(|source| strangers(row, &modules, source))).collect());
}

#[test]
fn every_room_has_a_rule() {
    let known = |name: &String| WITHOUT_ROW.contains(&name.as_str()) || ROOMS.iter().any(|(room, _)| room == name);
    let unknown: Vec<_> = modules().into_iter().filter(|name| !known(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?} under src have no row in ROOMS of tests/tidy.rs: say what each may name.");
}

#[test]
fn files_and_functions_fit_in_a_head() {
    report(TREE.iter().flat_map(|source| too_long(source).into_iter().chain(mod_file(source))).collect());
}

#[test]
fn every_migration_goes_up_and_down() {
    let migrations: Vec<_> = TREE.iter().filter(|source| is_migration(&source.path)).collect();
    assert!(
        !migrations.is_empty(),
        "There is no migration/src/m<date>_<name>.rs: the rule about migrations guards nothing."
    );
    report(migrations.into_iter().filter_map(one_way).collect());
}

#[test]
fn every_room_and_crate_says_what_it_is() {
    report(TREE.iter().filter_map(silent).collect());
}

#[test]
fn the_map_names_every_room_and_crate() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap_or_default();
    let places = modules().into_iter().chain(members());
    report(unmapped(&map, places));
}

#[test]
fn the_map_names_no_file_that_is_not_there() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap_or_default();
    report(strayed(&map, TREE.iter().map(|source| source.path.as_str())));
}

fn enforce(ban: &Ban) {
    ban.scope.iter().chain(ban.except).for_each(|place| require(place));
    report(TREE.iter().flat_map(|source| violations(ban, source)).collect());
}

fn require(place: &str) {
    let exists = TREE.iter().any(|source| source.is_in(place));
    assert!(
        exists,
        "A rule of tests/tidy.rs speaks of `{place}`, where there is no Rust file: it comes with its room."
    );
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "the house rules are broken:\n{}\n", faults.join("\n"));
}

fn violations(ban: &Ban, source: &Source) -> Vec<String> {
    let within = |places: &[&str]| places.iter().any(|place| source.is_in(place));
    if !within(ban.scope) || within(ban.except) {
        return Vec::new();
    }
    let lines = match ban.reads {
        Reads::Code => &source.code,
        Reads::Shipped => &source.shipped,
        Reads::Literals => &source.literals,
    };
    let found = ban.words.iter().flat_map(|word| find(lines, word).into_iter().map(move |line| (line, word)));
    found.map(|(line, word)| format!("{}:{line} contains `{word}`: {}.", source.path, ban.why)).collect()
}

fn strangers((room, allowed): &(&str, &[&str]), modules: &[String], source: &Source) -> Vec<String> {
    if !source.is_in(&format!("src/{room}")) {
        return Vec::new();
    }
    let root = "super::".repeat(source.path.split('/').count() - 1);
    let stranger = |name: &&str| name != room && !allowed.contains(name);
    let own = modules.iter().map(String::as_str).filter(stranger);
    let mut words: Vec<_> = own.flat_map(|name| [format!("crate::{name}"), format!("{root}{name}")]).collect();
    words.extend(CRATES.iter().copied().filter(stranger).map(|name| format!("offramp_{name}")));
    words.push("crate::*".into());
    let found = words.iter().flat_map(|word| find(&source.code, word).into_iter().map(move |line| (line, word)));
    let told = |(line, word)| format!("{}:{line} names `{word}`: `{room}` may name only {allowed:?}.", source.path);
    found.map(told).collect()
}

fn too_long(source: &Source) -> Vec<String> {
    let count = source.code.len();
    let file = (count > FILE_LINES_MAX).then(|| {
        format!("{}:{count} is past line {FILE_LINES_MAX}: give a part of the file a name of its own.", source.path)
    });
    let starts = (0..count).filter(|at| starts_function(&source.code[*at]));
    let lengths = starts.map(|at| (at + 1, item_end(&source.code, at) + 1 - at));
    let functions = lengths.filter(|(_, length)| *length > FUNCTION_LINES_MAX).map(|(line, length)| {
        format!(
            "{}:{line} begins a function of {length} lines, and {FUNCTION_LINES_MAX} is the most: split it.",
            source.path
        )
    });
    file.into_iter().chain(functions).collect()
}

fn mod_file(source: &Source) -> Option<String> {
    let is_mod = source.path.ends_with("/mod.rs");
    is_mod.then(|| format!("{}:1 is called mod.rs: name it for its folder and put it beside that.", source.path))
}

fn is_migration(path: &str) -> bool {
    path.strip_prefix("migration/src/m").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

fn one_way(source: &Source) -> Option<String> {
    let missing = ["fn up", "fn down"].into_iter().find(|word| find(&source.code, word).is_empty())?;
    Some(format!("{}:1 has no `{missing}`: history must be walked in both directions.", source.path))
}

/// Files directly under `src`, and the heads of crates, begin with their own description.
fn silent(source: &Source) -> Option<String> {
    let is_room = source.path.strip_prefix("src/").is_some_and(|rest| !rest.contains('/'));
    let speaks = is_room || source.path.ends_with("src/lib.rs");
    let text =
        format!("{}:1 does not begin with `//!`: say what the room is for, and what it does not know.", source.path);
    (speaks && !source.described).then_some(text)
}

/// The names that the code of a Markdown text, in spans or blocks, does not contain.
fn unmapped(map: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let code: Vec<_> = map.split('`').skip(1).step_by(2).map(String::from).collect();
    let missing = names.filter(|name| find(&code, name).is_empty());
    missing.map(|name| format!("ARCHITECTURE.md:1 does not name `{name}`: a reader looks there first.")).collect()
}

/// The Rust files in the code spans of a Markdown text that are the end of no path.
fn strayed<'a>(map: &str, paths: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let named = map.split('`').skip(1).step_by(2).filter(|name| name.ends_with(".rs") && !name.contains(['<', ' ']));
    let stands = |name: &str| paths.clone().any(|path| format!("/{path}").ends_with(&format!("/{name}")));
    let missing = named.filter(|name| !stands(name));
    missing.map(|name| format!("ARCHITECTURE.md:1 names `{name}`, which is not there: follow the code.")).collect()
}

/// What stands directly under `src`, files without their ending.
fn modules() -> Vec<String> {
    let heads = TREE.iter().filter_map(|source| source.path.strip_prefix("src/")?.split(['/', '.']).next());
    let mut names: Vec<_> = heads.map(String::from).collect();
    names.sort();
    names.dedup();
    names
}

/// The crates below the root.
fn members() -> Vec<String> {
    let entries = fs::read_dir(root()).into_iter().flatten().flatten();
    let crates = entries.filter(|entry| entry.path().join("Cargo.toml").exists());
    crates.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_planted_word_is_caught() {
    for (ban, word) in BANS.iter().flat_map(|ban| ban.words.iter().map(move |word| (ban, word.replace('…', "a")))) {
        let (code, quoted) = (format!("\n    {word}\n"), format!("\n    \"{word} b\"\n"));
        let (guilty, innocent) = if ban.reads == Reads::Literals { (&quoted, &code) } else { (&code, &quoted) };
        let count =
            |place: &str, text: &str| violations(ban, &Source::new(&format!("{place}/planted/a.rs"), text)).len();
        for scope in ban.scope {
            assert_eq!([count(scope, guilty), count(scope, innocent)], [1, 0], "`{word}` in {scope}");
            assert_eq!(count(scope, &format!("// {word}\n")), 0, "`{word}` in a comment");
            let in_tests = count(scope, &format!("#[cfg(test)]\nmod tests {{{guilty}}}\n"));
            assert_eq!(in_tests, usize::from(ban.reads != Reads::Shipped), "`{word}` in a test");
        }
        assert!(ban.except.iter().all(|place| count(place, guilty) == 0), "`{word}` where it belongs");
        assert_eq!(count("elsewhere", guilty), 0);
    }
}

#[test]
fn a_planted_stranger_is_caught() {
    let cases = [
        ("src/store/a.rs", "use crate::engine::lane;", 1),
        ("src/store/a.rs", "use crate::{clock, domain, graphql::{page}};", 2),
        ("src/store/a.rs", "use super::super::http;", 1),
        ("src/store/a.rs", "use super::http;\nuse offramp_entity::goal;\nuse crate::store::b; // crate::http", 0),
        ("src/store.rs", "use crate::*;\nmod tests {\n    use super::*;\n}", 1),
        ("src/store.rs", "use super::http;", 1),
        ("src/engine.rs", "fn a() -> crate::authoring::B {}", 1),
        ("src/authoring/a.rs", "use crate::engine_like;\nuse crate::{clock, store};", 0),
        ("src/authoring/a.rs", "use crate::config;", 1),
        ("src/demo/a.rs", "use crate::{app, config};\nuse offramp_entity::goal;", 1),
        ("src/app.rs", "use crate::{engine, http, store};", 0),
    ];
    let modules: Vec<_> =
        ROOMS.iter().map(|(room, _)| *room).chain(WITHOUT_ROW.iter().copied()).map(String::from).collect();
    for (path, text, expected) in cases {
        let source = Source::new(path, text);
        let found: Vec<_> = ROOMS.iter().flat_map(|row| strangers(row, &modules, &source)).collect();
        assert_eq!(found.len(), expected, "{path}: {text}: {found:?}");
    }
}

#[test]
#[should_panic(expected = "`src/nowhere`, where there is no Rust file")]
fn a_rule_about_an_empty_room_is_caught() {
    require("src/nowhere");
}

#[test]
fn planted_forms_are_caught() {
    let function =
        |lines: usize| format!("impl A {{\n    pub fn a(\n    ) {{\n{}    }}\n}}\n", "        b();\n".repeat(lines));
    let long = |text: &str| too_long(&Source::new("src/a.rs", text)).len();
    assert_eq!([long(&function(67)), long(&function(68))], [0, 1]);
    assert_eq!([long(&"a\n".repeat(400)), long(&"a\n".repeat(401))], [0, 1]);
    assert!(mod_file(&Source::new("tests/a/mod.rs", "")).is_some() && mod_file(&Source::new("src/a.rs", "")).is_none());
    let ways = ["fn up() {}", "fn down() {}", "fn up() {}\nfn down() {}"]
        .map(|text| one_way(&Source::new("a.rs", text)).is_some());
    assert_eq!(ways, [true, true, false]);
    assert!(is_migration("migration/src/m2026_01_a.rs") && !is_migration("migration/src/main.rs"));
    let mute = |path| silent(&Source::new(path, "mod a;")).is_some();
    assert_eq!(["src/a.rs", "domain/src/lib.rs", "src/a/b.rs"].map(mute), [true, true, false]);
    assert!(silent(&Source::new("src/a.rs", "//! A room.")).is_none());
    let names = ["store", "http"].map(String::from);
    let strays = strayed("`a/b.rs`, `b.rs`, `c.rs` and `m<date>_x.rs`", ["src/a/b.rs", "src/bc.rs"].into_iter());
    assert_eq!(strays.len(), 1, "{strays:?}");
    assert_eq!(unmapped("The store: `src/http.rs` and\n```\nengine/\n```\n", names.into_iter()).len(), 1);
}
