//! How fast events become durable exits, each figure beside what it is held against in the same run.
//!
//! `cargo bench --bench ingest` measures everything, `cargo bench --bench ingest -- p1 p4` some of it. Rounds of both
//! sides alternate, since a machine's speed changes by the minute; what is shown is the median of their ratios, and of
//! each side. `--rounds N` and `--events N` (events of a round of the faster side) set the size. Nothing is asserted of
//! time; a side that did not do its work fails.

// What goes wrong here ends the bench.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::cast_precision_loss)]

#[path = "../tests/harness"]
mod harness {
    #[allow(unused_imports, reason = "its own tests, which a bench does not run")]
    pub mod postgres;
    pub mod server;
}

#[path = "ingest"]
mod parts {
    pub mod by_row;
    pub mod many_automations;
    pub mod on_postgres;
    pub mod on_sqlite;
    pub mod one_event;
    pub mod ours;
    pub mod over_http;
    pub mod report;
    pub mod transactions;
    pub mod workload;
}

use parts::report::Report;
use parts::{many_automations, on_postgres, on_sqlite, one_event, over_http};

/// How much is measured.
#[derive(Clone, Copy)]
struct Sizes {
    /// Rounds of each side.
    rounds: usize,
    /// Events of a round of the faster side; the slower gets a part of them.
    events: usize,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let (mut sizes, mut chosen) = (Sizes { rounds: 7, events: 8_000 }, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("a number after the option");
        match argument.as_str() {
            "--bench" => {}
            "--rounds" => sizes.rounds = number(),
            "--events" => sizes.events = number(),
            figure => chosen.push(figure.to_lowercase()),
        }
    }
    if cfg!(debug_assertions) {
        println!("This is not a release build: the figures say nothing.");
    }
    let is_chosen = |figure: &str| chosen.is_empty() || chosen.iter().any(|one| one == figure);
    let mut report = Report::default();
    if is_chosen("p1") {
        on_sqlite::against_rows(sizes, &mut report).await;
    }
    if is_chosen("p2") {
        on_sqlite::against_single_commits(sizes, &mut report).await;
    }
    if is_chosen("p3") {
        on_postgres::against_transactions(sizes, &mut report).await;
    }
    if is_chosen("p4") {
        one_event::against_a_bare_transaction(sizes, &mut report).await;
    }
    if is_chosen("p5") {
        over_http::server_time(sizes, &mut report).await;
    }
    if is_chosen("p8") {
        many_automations::against_one(sizes, &mut report).await;
    }
    println!("{report}");
}
