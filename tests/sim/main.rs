//! The simulator: workloads drawn from seeds are done to real engines over real databases, while any step of their
//! transactions goes wrong and engines die; what comes of it must equal what a naive reading of the rules says.
//!
//! `OFFRAMP_SIM_SEEDS` says how many seeds are run (200, if left out; a tenth of them on PostgreSQL), `OFFRAMP_SIM_SEED`
//! which is the first (drawn from the time, if left out).

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "../harness"]
mod harness {
    pub mod auditor;
    pub mod found;
    pub mod postgres;
}

mod ledger;
mod life;
mod run;
mod saboteur;
mod trace;
mod workload;

use run::Tally;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Seeds of a run on SQLite, unless it is told otherwise.
const SEEDS: u64 = 200;
/// For how many seeds on SQLite there is one on PostgreSQL, where each takes longer.
const SEEDS_PER_POSTGRES_SEED: u64 = 10;
/// Seeds that are run at a time.
const THREADS: usize = 2;

#[test]
fn seeds_on_sqlite_come_out_as_the_rules_say() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Migrated once, and copied for each seed.
    let blank = folder.path().join("blank.db");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = offramp::store::Store::open(&format!("sqlite://{}", blank.display())).await.expect("a store");
        store.close().await;
    });
    run_seeds("SQLite", seeds(), |seed| {
        let file = folder.path().join(format!("{seed}.db"));
        std::fs::copy(&blank, &file).expect("a copy of the blank database");
        let url = format!("sqlite://{}", file.display());
        let tally = run::run(seed, &url, 1)?;
        run::assert_sound(&url);
        std::fs::remove_file(file).expect("a database that nobody holds");
        Ok(tally)
    });
}

#[test]
fn seeds_on_two_engines_over_postgres_come_out_as_the_rules_say() {
    let Some(url) = harness::postgres::server().map(harness::postgres::Server::create_database) else { return };
    let (first, count) = seeds();
    run_seeds("PostgreSQL", (first, count.div_ceil(SEEDS_PER_POSTGRES_SEED)), |seed| run::run(seed, &url, 2));
    // Once nobody writes any more.
    run::assert_sound(&url);
    harness::postgres::server().expect("a server").drop_database(&url);
}

#[test]
fn a_seed_always_draws_the_same_workload() {
    for seed in 0..100 {
        assert_eq!(format!("{:?}", workload::draw(seed)), format!("{:?}", workload::draw(seed)));
    }
}

/// The first seed, and how many.
fn seeds() -> (u64, u64) {
    let number = |name: &str| {
        let text = std::env::var(name).ok()?;
        Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number, not `{text}`")))
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_micros();
    let drawn = u64::try_from(now % 1_000_000_000).expect("nine digits");
    (number("OFFRAMP_SIM_SEED").unwrap_or(drawn), number("OFFRAMP_SIM_SEEDS").unwrap_or(SEEDS))
}

/// Runs seeds until one fails; the failure says how to see it again.
fn run_seeds(database: &str, (first, count): (u64, u64), run: impl Fn(u64) -> Result<Tally, String> + Sync) {
    println!("{count} seeds from {first} on {database}");
    let (started, next, failed) = (Instant::now(), AtomicU64::new(first), Mutex::new(None));
    let tallies = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while failed.lock().expect("a verdict").is_none() {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first.saturating_add(count) {
                        return;
                    }
                    match catch_unwind(AssertUnwindSafe(|| run(seed))) {
                        Ok(Ok(tally)) => tallies.lock().expect("tallies").push(tally),
                        Ok(Err(why)) => *failed.lock().expect("a verdict") = Some((seed, why)),
                        Err(_) => *failed.lock().expect("a verdict") = Some((seed, "see the panic above".to_owned())),
                    }
                }
            });
        }
    });
    if let Some((seed, why)) = failed.into_inner().expect("a verdict") {
        panic!(
            "seed {seed} failed on {database}: {why}\n\nreplay with OFFRAMP_SIM_SEED={seed} OFFRAMP_SIM_SEEDS=1 cargo test --test sim"
        );
    }
    let sum = tallies.into_inner().expect("tallies").into_iter().fold(Tally::default(), Tally::plus);
    println!("{count} seeds on {database} in {:.1} s: {sum:?}", started.elapsed().as_secs_f64());
    // A few seeds may draw a calm day; so many that do are no test.
    if count >= SEEDS.div_ceil(SEEDS_PER_POSTGRES_SEED) {
        let happened = [sum.records > 0, sum.strikes > 0, sum.deaths > 0, sum.sent_again > 0];
        assert_eq!(happened, [true; 4], "nothing went wrong on {database}: {sum:?}");
    }
}
