//! P3: batches on PostgreSQL against a transaction for each event, eight at a time.

use super::ours::Ours;
use super::report::{Bar, Report};
use super::transactions::{Transactions, pool};
use super::workload::Producer;
use crate::Sizes;
use crate::harness::postgres::{self, Server};
use sea_orm::sqlx::{query, query_scalar};

/// Who sends batches.
const PRODUCERS: usize = 4;
/// Transactions under way at once on the other side.
const CONCURRENCY: u32 = 8;

/// Events per second, both sides on one server whose commits reach the disk.
pub async fn against_transactions(sizes: Sizes, report: &mut Report) {
    let Some(server) = tokio::task::spawn_blocking(postgres::server).await.expect("a server or none") else {
        report.skip("P3 PostgreSQL", "there is no PostgreSQL here");
        return;
    };
    for (batch, least) in [(200, 4.0), (1_000, 6.0)] {
        compare(sizes, server, batch, least, report).await;
    }
}

async fn compare(sizes: Sizes, server: &'static Server, batch: usize, least: f64, report: &mut Report) {
    let databases = || (server.create_database(), server.create_database());
    let (url, other_url) = tokio::task::spawn_blocking(databases).await.expect("databases");
    let fsync = make_durable(&url).await;
    let ours = Ours::open(&url, []).await;
    Ours::open(&other_url, []).await.close().await;
    let theirs = Transactions::open(&other_url, CONCURRENCY).await;
    let concurrency = usize::try_from(CONCURRENCY).expect("in range");
    let (mut producers, mut others) = (Producer::several("p", PRODUCERS), Producer::several("p", concurrency));
    let batches = (sizes.events / PRODUCERS / batch).max(2);
    let (sent, alone) = (batches * PRODUCERS * batch, sizes.events / 8 / concurrency);
    ours.round(&mut producers, 2, batch).await;
    theirs.round(&mut others, 20).await;
    let mut rates = Vec::new();
    for _ in 0..sizes.rounds {
        let mine = ours.round(&mut producers, batches, batch).await;
        let single = theirs.round(&mut others, alone).await;
        rates.push((mine.rate(sent), single.rate(alone * concurrency)));
    }
    ours.end(&producers).await;
    theirs.end(&others).await;
    let figure = format!("P3 PostgreSQL (fsync {fsync}), batches of {batch} against a transaction an event");
    report.add(&figure, "events/s", &rates, Bar::AtLeast(least));
    let drop = move || [url, other_url].iter().for_each(|url| server.drop_database(url));
    tokio::task::spawn_blocking(drop).await.expect("dropped databases");
}

/// The tests' own server does not wait for the disk, which would flatter whoever commits often; for a bench it must. A
/// server that somebody named is left as it is. Gives back what `fsync` is.
async fn make_durable(url: &str) -> String {
    let pool = pool(url, 1).await;
    if std::env::var_os("OFFRAMP_TEST_POSTGRES_URL").is_none() {
        query("ALTER SYSTEM SET fsync = on").execute(&pool).await.expect("a setting");
        query("SELECT pg_reload_conf()").execute(&pool).await.expect("a setting");
    }
    // It is read by each connection when it begins.
    pool.close().await;
    let pool = self::pool(url, 1).await;
    let fsync = query_scalar("SHOW fsync").fetch_one(&pool).await.expect("a setting");
    pool.close().await;
    fsync
}
