//! P1 and P2: groups on SQLite against rows written one by one, and against a commit for each event.

use super::by_row::ByRow;
use super::ours::{Ours, sqlite};
use super::report::{Bar, Report};
use super::workload::Producer;
use crate::Sizes;
use offramp::config::EngineSettings;

/// Who sends whole batches, so that one is decoded while another is committed.
const BATCH_PRODUCERS: usize = 2;
/// Who sends a little at a time, and waits for each answer.
const SMALL_PRODUCERS: usize = 100;

/// Who sends a little at a time as well, so many that a group waits while another is committed.
const MANY_PRODUCERS: usize = 400;

/// P1: events per second against the same work done row by row in transactions of the same size.
pub async fn against_rows(sizes: Sizes, report: &mut Report) {
    for (group, least) in [(100, 0.5), (1_000, 0.7)] {
        rows(sizes, group, BATCH_PRODUCERS, group, least, report).await;
        rows(sizes, group, SMALL_PRODUCERS, group / SMALL_PRODUCERS, least, report).await;
        rows(sizes, group, MANY_PRODUCERS, group / SMALL_PRODUCERS, least, report).await;
    }
}

/// Ours with so many producers of batches of so many events, against transactions of `group` events row by row.
async fn rows(sizes: Sizes, group: usize, count: usize, events: usize, least: f64, report: &mut Report) {
    let ((url, _folder), (other_url, other_folder)) = (sqlite(), sqlite());
    let settings = EngineSettings { group_events_max: group, ..EngineSettings::default() };
    let ours = Ours::open_with(&url, [], &settings).await;
    Ours::open(&other_url, []).await.close().await;
    let mut by_row = ByRow::open(&other_folder.path().join("bench.db"));
    let (mut producers, mut single) = (Producer::several("p", count), Producer::new("p"));
    let batches = (sizes.events / count / events).max(2);
    let sent = batches * count * events;
    ours.round(&mut producers, 2, events).await;
    by_row.round(&mut single, 2, group);
    let (mut rates, mut cpu) = (Vec::new(), Vec::new());
    for _ in 0..sizes.rounds {
        let mine = ours.round(&mut producers, batches, events).await;
        let theirs = by_row.round(&mut single, (sent / group).max(2), group);
        let their_sent = (sent / group).max(2) * group;
        rates.push((mine.rate(sent), theirs.rate(their_sent)));
        cpu.push((mine.cpu_us(sent), theirs.cpu_us(their_sent)));
    }
    ours.end(&producers).await;
    by_row.end(&single);
    let figure = format!("P1 SQLite, groups of {group}, {count} producers of {events} against row by row");
    report.add(&figure, "events/s", &rates, Bar::AtLeast(least));
    report.add(&figure, "CPU us/event", &cpu, Bar::None);
}

/// P2: events per second in groups against one commit for each event, through the same engine.
pub async fn against_single_commits(sizes: Sizes, report: &mut Report) {
    for (group, least) in [(100, 4.0), (1_000, 5.0)] {
        let ((url, _folder), (single_url, _single_folder)) = (sqlite(), sqlite());
        let (grouped, single) = (Ours::open(&url, []).await, Ours::open(&single_url, []).await);
        let (mut many, mut one) = (Producer::several("p", BATCH_PRODUCERS), Producer::several("s", 1));
        let batches = (sizes.events / BATCH_PRODUCERS / group).max(2);
        let (sent, alone) = (batches * BATCH_PRODUCERS * group, sizes.events / 8);
        grouped.round(&mut many, 2, group).await;
        single.round(&mut one, 20, 1).await;
        let mut rates = Vec::new();
        for _ in 0..sizes.rounds {
            let together = grouped.round(&mut many, batches, group).await;
            let by_one = single.round(&mut one, alone, 1).await;
            rates.push((together.rate(sent), by_one.rate(alone)));
        }
        grouped.end(&many).await;
        single.end(&one).await;
        let figure = format!("P2 SQLite, groups of {group} against one commit an event");
        report.add(&figure, "events/s", &rates, Bar::AtLeast(least));
    }
}
