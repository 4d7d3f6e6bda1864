//! Kill and continue: a server is killed (`kill -9`) again and again under load, and started over the same database.
//! What it acknowledged is there, nothing happened twice, and a subscriber who resumes has missed nothing (R31, R60,
//! R61, R70, R71).
//!
//! Producers send batches in this process and note each acknowledgement in a file, which is on the disk before they
//! send more. `OFFRAMP_TEST_KILLS` says how often (20, where nothing is said), `OFFRAMP_TEST_SEED` repeats the choices
//! of a run; the moments at which events arrive are the machine's.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "../harness"]
mod harness {
    pub mod postgres;
    pub mod server;
    pub mod socket;
}

mod dice;
mod follower;
mod judge;
mod ledger;
mod load;
mod producer;

use dice::Dice;
use follower::Follower;
use harness::postgres;
use harness::server::{Server, copy_of};
use load::Load;
use offramp::config::DEFAULT_WORKSPACE;
use offramp_entity::workspace;
use producer::Producer;
use sea_orm::{Database, EntityTrait};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often the server is killed, where nothing is said.
const KILLS: u64 = 20;
/// Who sends at once.
const PRODUCERS: u64 = 8;
/// Requests that are answered between a start and the next blow.
const REQUESTS: std::ops::Range<u64> = 4..40;
/// How far after the last of them the blow may fall, in microseconds: somewhere in the requests that follow.
const JITTER_US: std::ops::Range<u64> = 0..15_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_servers_lose_nothing_and_repeat_nothing_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}/test.db", folder.path().display());
    kill_and_continue("SQLite", &url, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_servers_lose_nothing_and_repeat_nothing_on_postgres() {
    let database = || postgres::server().map(postgres::Server::create_database);
    let Some(url) = tokio::task::spawn_blocking(database).await.expect("a database") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    kill_and_continue("PostgreSQL", &url, folder.path()).await;
    let drop = move || postgres::server().map(|server| server.drop_database(&url));
    tokio::task::spawn_blocking(drop).await.expect("a dropped database");
}

/// What was done to the server.
#[derive(Default)]
struct Blows {
    kills: u64,
    /// Kills while requests waited for their answers.
    under_load: u64,
    /// Batches whose answer never came.
    cut: u64,
}

async fn kill_and_continue(database: &str, url: &str, folder: &Path) {
    let kills = number("OFFRAMP_TEST_KILLS").unwrap_or(KILLS);
    let seed = number("OFFRAMP_TEST_SEED").unwrap_or_else(now_in_nanos);
    println!("{database}: {kills} kills with OFFRAMP_TEST_SEED={seed}");
    let began = Instant::now();
    let program = copy_of(env!("CARGO_BIN_EXE_offramp"), folder);
    let load = Arc::new(Load::new(&folder.join("acknowledged")));
    let mut producers: Vec<_> = (0..PRODUCERS).map(|number| Producer::new(number, seed, &load)).collect();
    let mut dice = Dice::new(seed);
    let mut blows = Blows::default();
    let mut server = Server::start(&program, url).await;
    producer::automation(server.address()).await;
    let mut follower = Follower::new(workspace_id(url).await);
    for kill in 0..kills {
        let cycle = Cycle { load: &load, dice: &mut dice, blows: &mut blows };
        (producers, follower) = cycle.run(kill, server, producers, follower).await;
        server = Server::start(&program, url).await;
    }
    // Nobody kills any more: what was cut is sent again, and everything acknowledged once more.
    for producer in &mut producers {
        producer.finish(server.address()).await;
    }
    load.resend_all(server.address()).await;
    let followed = follower.finish(server.address()).await;
    drop(server);
    let tables = Database::connect(url).await.expect("a look into the tables");
    let found = judge::judge(url, &tables, &load, &followed).await;
    tables.close().await.expect("closed tables");
    println!(
        "{database}: {} kills in {:.1} s, {} of them under load, {} batches cut, {} of these had been committed\n\
         {database}: {} acknowledged, {} lost; {} exits, {} of them second exits; {} exits followed",
        blows.kills,
        began.elapsed().as_secs_f64(),
        blows.under_load,
        blows.cut,
        load.committed_unanswered(),
        found.acknowledged,
        found.lost,
        found.exits,
        found.second_exits,
        followed.len(),
    );
    assert!(blows.under_load * 4 >= blows.kills * 3, "most kills must hit a server that works");
    assert_eq!((found.lost, found.second_exits), (0, 0), "nothing is lost, and nothing happens twice");
}

/// From a start to a kill.
struct Cycle<'a> {
    load: &'a Arc<Load>,
    dice: &'a mut Dice,
    blows: &'a mut Blows,
}

impl Cycle<'_> {
    async fn run(
        self,
        number: u64,
        server: Server,
        producers: Vec<Producer>,
        follower: Follower,
    ) -> (Vec<Producer>, Follower) {
        let address = server.address();
        // Before the blow can fall, so that it is cut and not refused.
        let following = tokio::spawn(follower.connect(address).await.until_cut());
        self.load.begin(number);
        let sending: Vec<_> = producers.into_iter().map(|one| tokio::spawn(one.until_cut(address))).collect();
        self.load.answered(self.dice.within(REQUESTS)).await;
        let jitter = Duration::from_micros(self.dice.within(JITTER_US));
        let mut waiting = 0;
        server.kill_after(jitter, || waiting = self.load.strike()).await;
        let mut sent = Vec::new();
        for producer in sending {
            sent.push(producer.await.expect("a producer"));
        }
        self.blows.kills += 1;
        self.blows.under_load += u64::from(waiting > 0);
        self.blows.cut += sent.iter().map(|producer| u64::from(producer.is_cut())).sum::<u64>();
        (sent, following.await.expect("a follower"))
    }
}

async fn workspace_id(url: &str) -> uuid::Uuid {
    let tables = Database::connect(url).await.expect("a look into the tables");
    let rows = workspace::Entity::find().all(&tables).await.expect("workspaces");
    tables.close().await.expect("closed tables");
    rows.iter().find(|row| row.name == DEFAULT_WORKSPACE).expect("the default workspace").id
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

fn now_in_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    u64::try_from(since.as_nanos() % u128::from(u64::MAX)).expect("in range")
}
