//! What was sent and what was answered, and whether the stored events agree with it.

use crate::harness::found::Received;
use crate::workload::{AHEAD_MAX, Draft};
use offramp::engine::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// An event that was sent, perhaps several times, until it was answered.
struct Line {
    draft: Draft,
    sent_at: i64,
    /// Whether something was sent that was not answered.
    doubt: bool,
    answer: Option<Outcome>,
}

/// Everything that was sent, in order.
#[derive(Default)]
pub struct Ledger {
    lines: Vec<Line>,
}

impl Ledger {
    /// Notes what is to be sent; gives back its line.
    pub fn enter(&mut self, draft: &Draft, sent_at: i64) -> usize {
        self.lines.push(Line { draft: draft.clone(), sent_at, doubt: false, answer: None });
        self.lines.len() - 1
    }

    /// Notes what was answered; whether that leaves nothing to be sent again.
    pub fn answer(&mut self, lines: &[usize], outcomes: &[Outcome]) -> bool {
        let mut is_through = true;
        for (line, outcome) in lines.iter().zip(outcomes) {
            let line = &mut self.lines[*line];
            match (&line.answer, outcome) {
                (_, Outcome::Failed { .. } | Outcome::Unknown { .. }) => (line.doubt, is_through) = (true, false),
                // Sent again for the sake of another event of its batch.
                (Some(Outcome::Accepted { .. }), Outcome::Duplicate) => {}
                (_, outcome) => line.answer = Some(outcome.clone()),
            }
        }
        is_through
    }

    /// Notes that what became of it is not known yet.
    pub fn doubt(&mut self, lines: &[usize]) {
        lines.iter().for_each(|line| self.lines[*line].doubt = true);
    }

    /// Holds the stored events against all this (R61, R62).
    pub fn agree(&self, stored: &[Received], in_order: bool) -> Result<(), String> {
        let by_key: BTreeMap<_, _> =
            stored.iter().filter_map(|one| Some((one.key.as_deref()?, one.event.mark.as_str()))).collect();
        if by_key.len() != stored.iter().filter(|one| one.key.is_some()).count() {
            return Err("a key is stored twice".to_owned());
        }
        let mut marks = BTreeSet::new();
        for one in stored {
            self.was_sent(one)?;
            if !marks.insert(one.event.mark.as_str()) {
                return Err(format!("{:?} is stored twice", one.event));
            }
        }
        let keys: BTreeSet<_> = self.lines.iter().filter_map(|line| line.draft.key.as_deref()).collect();
        for line in &self.lines {
            self.is_answered_rightly(line, &by_key, marks.contains(line.draft.mark.as_str()))?;
        }
        for key in keys {
            self.is_accepted_once(key, by_key.contains_key(key))?;
        }
        if in_order && self.lines.iter().all(|line| !line.doubt) {
            let accepted = self.lines.iter().filter(|line| matches!(line.answer, Some(Outcome::Accepted { .. })));
            let accepted: Vec<_> = accepted.map(|line| line.draft.mark.as_str()).collect();
            let order: Vec<_> = stored.iter().map(|one| one.event.mark.as_str()).collect();
            if accepted != order {
                return Err(format!("events were accepted in this order: {accepted:?}\nand stored in that: {order:?}"));
            }
        }
        Ok(())
    }

    /// That a stored event is one that was sent, with the time that counts (R0).
    fn was_sent(&self, one: &Received) -> Result<(), String> {
        let sent = self.lines.iter().any(|line| {
            let (draft, event) = (&line.draft, &one.event);
            let at = draft.occurred_at.map_or(line.sent_at, |occurred_at| occurred_at.min(line.sent_at));
            (&draft.mark, &draft.key, draft.contact().as_str()) == (&event.mark, &one.key, event.who.as_str())
                && format!("{:?}", draft.what) == format!("{:?}", event.what)
                && (line.sent_at, at) == (one.received_at, event.at)
                && !line.is_ahead()
        });
        if sent { Ok(()) } else { Err(format!("nobody sent {:?}, received at {}", one.event, one.received_at)) }
    }

    fn is_answered_rightly(&self, line: &Line, by_key: &BTreeMap<&str, &str>, is_stored: bool) -> Result<(), String> {
        let right = match (&line.answer, line.draft.key.as_deref()) {
            (Some(Outcome::Refused(faults)), _) if line.is_ahead() => {
                faults.iter().any(|fault| fault.code.as_str() == "OUT_OF_RANGE")
            }
            (answer, key) if line.is_ahead() => answer.is_none() && key.is_none() && line.doubt,
            (Some(Outcome::Accepted { deduplicated, .. }), None) => !deduplicated && is_stored,
            // What has no key is not sent again: whether it was stored stays unknown.
            (None, None) => line.doubt,
            (Some(Outcome::Accepted { deduplicated, .. }), Some(key)) => {
                *deduplicated && by_key.get(key) == Some(&line.draft.mark.as_str())
            }
            (Some(Outcome::Duplicate), Some(key)) => by_key.get(key) == Some(&line.draft.mark.as_str()),
            (Some(Outcome::Refused(faults)), Some(key)) => {
                let reused = faults.iter().any(|fault| fault.code.as_str() == "IDEMPOTENCY_KEY_REUSED");
                reused && by_key.get(key).is_some_and(|mark| *mark != line.draft.mark)
            }
            _ => false,
        };
        if right { Ok(()) } else { Err(format!("{:?} was answered {:?}", line.draft, line.answer)) }
    }

    /// That an event was accepted once, if it is stored; of one that was sent again it may not be known which.
    fn is_accepted_once(&self, key: &str, is_stored: bool) -> Result<(), String> {
        let lines: Vec<_> = self.lines.iter().filter(|line| line.draft.key.as_deref() == Some(key)).collect();
        let accepted = lines.iter().filter(|line| matches!(line.answer, Some(Outcome::Accepted { .. }))).count();
        let least = usize::from(is_stored && lines.iter().all(|line| !line.doubt));
        if (least..=usize::from(is_stored)).contains(&accepted) {
            return Ok(());
        }
        Err(format!(
            "key {key} was accepted {accepted} times, and is {}",
            if is_stored { "stored" } else { "not stored" }
        ))
    }
}

impl Line {
    /// R63: refused, and its key is still free.
    fn is_ahead(&self) -> bool {
        self.draft.occurred_at.is_some_and(|occurred_at| occurred_at > self.sent_at + AHEAD_MAX)
    }
}
