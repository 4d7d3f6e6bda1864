//! What goes wrong, drawn from a seed: any step of any transaction, several times, and now and then the whole engine.

use fastrand::Rng;
use offramp::store::sabotage::{Saboteur, Step, Strike};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// How often steps are struck between two calms: fewer than an engine tries again, each later than the last.
const STRIKES_MAX: u32 = 4;
/// How often the database refuses the same event before it takes it.
const REFUSALS_MAX: u32 = 2;

/// Strikes the transactions of an engine.
pub struct Fate {
    state: Mutex<State>,
    /// Told when the engine is to die.
    pub crash: Notify,
}

struct State {
    rng: Rng,
    /// How many strikes are left until the next calm.
    strikes: u32,
    /// After how many more steps the engine dies.
    crash_in: Option<u32>,
    /// How often an event was refused, by its mark.
    refusals: BTreeMap<String, u32>,
    /// All steps so far, and those that were struck.
    counted: (u64, u64),
}

impl Fate {
    /// That of a seed; calm, until it is told otherwise.
    pub fn new(seed: u64) -> Self {
        let rng = Rng::with_seed(!seed);
        let state = State { rng, strikes: 0, crash_in: None, refusals: BTreeMap::new(), counted: (0, 0) };
        Self { state: Mutex::new(state), crash: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on things go wrong again; perhaps with the death of the engine in the midst of it.
    pub fn arm(&self) {
        let mut state = self.state();
        state.strikes = state.rng.u32(0..=STRIKES_MAX);
        let dies = state.rng.u8(..8) == 0;
        state.crash_in = dies.then(|| state.rng.u32(1..=40));
    }

    /// Nothing goes wrong until it is armed again.
    pub fn calm(&self) {
        let mut state = self.state();
        (state.strikes, state.crash_in) = (0, None);
    }

    /// How many steps were made, and how many of them were struck.
    pub fn counted(&self) -> (u64, u64) {
        self.state().counted
    }
}

impl Saboteur for Fate {
    fn strike(&self, step: Step<'_>) -> Option<Strike> {
        let mut state = self.state();
        state.counted.0 += 1;
        if let Some(left) = state.crash_in.take() {
            if left == 0 {
                self.crash.notify_one();
            } else {
                state.crash_in = Some(left - 1);
            }
        }
        let strike = state.refuse(step).or_else(|| state.lose(step));
        state.counted.1 += u64::from(strike.is_some());
        strike
    }
}

impl State {
    /// One event in a hundred is one that the database will not store at first. By its content, so that it is refused again
    /// in whichever company it comes.
    fn refuse(&mut self, step: Step<'_>) -> Option<Strike> {
        if self.strikes == 0 {
            return None;
        }
        let Step::Statement { text, rows } = step else { return None };
        if !text.starts_with("INSERT INTO event ") {
            return None;
        }
        let rows: Vec<serde_json::Value> = serde_json::from_str(rows).ok()?;
        let mark = rows.iter().find_map(poison)?;
        let refusals = self.refusals.entry(mark).or_default();
        *refusals += 1;
        (*refusals <= REFUSALS_MAX).then_some(Strike::Refused)
    }

    fn lose(&mut self, step: Step<'_>) -> Option<Strike> {
        let odds = if matches!(step, Step::Commit) { 3 } else { 20 };
        if self.strikes == 0 || self.rng.u8(..odds) > 0 {
            return None;
        }
        self.strikes -= 1;
        Some(if self.rng.bool() { Strike::Lost } else { Strike::AnswerLost })
    }
}

/// The mark of a row's event, if it is one of those that are refused.
fn poison(row: &serde_json::Value) -> Option<String> {
    let mark = row.as_array()?.iter().find_map(|column| column.get("mark")?.as_str())?;
    mark.ends_with("13").then(|| mark.to_owned())
}
