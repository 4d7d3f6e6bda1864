//! A short trace of a workload that failed: the automations, and what the contacts concerned went through.

use crate::harness::auditor::Entry;
use crate::workload::{BEGINNING, MINUTE, Workload};

/// How many lines of a diary are worth reading.
const LINES_MAX: usize = 80;

/// Tells what led to a difference.
pub fn tell(workload: &Workload, diary: &[Entry], difference: &[String]) -> String {
    let named = |who: &str| difference.iter().any(|line| line.contains(&format!("\"{who}\"")));
    let is_anybody = diary.iter().any(|entry| matches!(entry, Entry::Event(event) if named(&event.who)));
    let concerned = |entry: &&Entry| match entry {
        Entry::Event(event) => !is_anybody || named(&event.who),
        _ => true,
    };
    let automations = workload.automations.iter().map(|automation| format!("{automation:?}"));
    let diary = diary.iter().filter(concerned).take(LINES_MAX).map(|entry| match entry {
        Entry::Event(event) => {
            format!("{} {} {:?} at minute {}", event.mark, event.who, event.what, (event.at - BEGINNING) / MINUTE)
        }
        other => format!("{other:?}"),
    });
    automations.chain(diary).collect::<Vec<_>>().join("\n")
}
