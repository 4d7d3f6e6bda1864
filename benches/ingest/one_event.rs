//! P4: one event alone, from the call to its acknowledgement, against a bare durable transaction.

use super::by_row::ByRow;
use super::ours::{Ours, sqlite};
use super::report::{Bar, Report, median};
use super::workload::Producer;
use crate::Sizes;
use std::time::Instant;

/// Events of a round, each side.
const EVENTS: usize = 200;

/// The medians, in microseconds; both take turns event by event.
pub async fn against_a_bare_transaction(sizes: Sizes, report: &mut Report) {
    let ((url, _folder), (other_url, other_folder)) = (sqlite(), sqlite());
    let ours = Ours::open(&url, []).await;
    Ours::open(&other_url, []).await.close().await;
    let mut bare = ByRow::open(&other_folder.path().join("bench.db"));
    let (mut producer, mut single) = (Producer::new("p"), Producer::new("p"));
    let mut rounds = Vec::new();
    for _ in 0..sizes.rounds {
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..EVENTS {
            let batch = producer.batch(1);
            let began = Instant::now();
            ours.ingest(batch).await;
            mine.push(began.elapsed().as_secs_f64() * 1e6);
            let event = single.batch(1).remove(0);
            let began = Instant::now();
            bare.store_alone(&event);
            theirs.push(began.elapsed().as_secs_f64() * 1e6);
        }
        rounds.push((median(mine), median(theirs)));
    }
    ours.end(&[producer]).await;
    bare.end_with_events(sizes.rounds * EVENTS);
    let figure = "P4 SQLite, one event alone against a bare durable insert";
    report.add(figure, "p50 us", &rounds, Bar::AtMost(4.0));
}
