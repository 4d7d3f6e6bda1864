//! The table of figures, and how they are taken.

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use std::fmt;
use std::time::{Duration, Instant};

/// What a ratio must be.
#[derive(Clone, Copy)]
pub enum Bar {
    AtLeast(f64),
    AtMost(f64),
    /// Shown for comparison.
    None,
}

impl Bar {
    fn is_met(self, ratio: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(ratio >= least),
            Self::AtMost(most) => Some(ratio <= most),
            Self::None => None,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, ">= {least}"),
            Self::AtMost(most) => write!(f, "<= {most}"),
            Self::None => f.write_str("-"),
        }
    }
}

/// Figures, one a line.
#[derive(Default)]
pub struct Report {
    lines: Vec<[String; 7]>,
}

impl Report {
    /// Adds a figure from its rounds: the median of each side and of the ratios, ours to the baseline.
    pub fn add(&mut self, figure: &str, unit: &str, rounds: &[(f64, f64)], bar: Bar) {
        let ours = median(rounds.iter().map(|round| round.0));
        let baseline = median(rounds.iter().map(|round| round.1));
        let ratio = median(rounds.iter().map(|round| round.0 / round.1));
        self.line(figure, unit, ours, Some(baseline), ratio, bar);
    }

    /// Adds a figure that is held against a number.
    pub fn add_alone(&mut self, figure: &str, unit: &str, ours: f64, bar: Bar) {
        self.line(figure, unit, ours, None, ours, bar);
    }

    /// Adds a sentence in place of a figure.
    pub fn skip(&mut self, figure: &str, why: &str) {
        let nothing = String::new;
        self.lines.push([figure.into(), why.into(), nothing(), nothing(), nothing(), nothing(), nothing()]);
    }

    fn line(&mut self, figure: &str, unit: &str, ours: f64, baseline: Option<f64>, ratio: f64, bar: Bar) {
        let met = bar.is_met(ratio).map_or("", |met| if met { "met" } else { "NOT MET" });
        let ratio = baseline.map_or_else(String::new, |_| format!("{ratio:.2}"));
        let baseline = baseline.map_or_else(String::new, |baseline| format!("{baseline:.0}"));
        let line = [figure.into(), unit.into(), format!("{ours:.0}"), baseline, ratio, bar.to_string(), met.into()];
        println!("{}", line.join(" | "));
        self.lines.push(line);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_preset(ASCII_MARKDOWN);
        table.set_header(["figure", "unit", "ours", "baseline", "ratio", "bar", ""]);
        table.add_rows(self.lines.iter().cloned());
        write!(f, "\n{table}")
    }
}

/// The middle of some measurements.
pub fn median(measured: impl IntoIterator<Item = f64>) -> f64 {
    let mut measured: Vec<_> = measured.into_iter().collect();
    measured.sort_by(f64::total_cmp);
    measured[measured.len() / 2]
}

/// What a round took.
#[derive(Clone, Copy)]
pub struct Took {
    /// By the clock.
    pub wall: Duration,
    /// By the processor, of this process.
    pub cpu: Duration,
}

impl Took {
    /// Events per second.
    pub fn rate(self, events: usize) -> f64 {
        events as f64 / self.wall.as_secs_f64()
    }

    /// Microseconds of the processor per event.
    pub fn cpu_us(self, events: usize) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / events as f64
    }
}

/// Starts to measure this process.
pub struct Stopwatch {
    began: Instant,
    cpu: Duration,
}

impl Stopwatch {
    pub fn start() -> Self {
        Self { began: Instant::now(), cpu: cpu_of(std::process::id()) }
    }

    pub fn stop(&self) -> Took {
        Took { wall: self.began.elapsed(), cpu: cpu_of(std::process::id()).saturating_sub(self.cpu) }
    }
}

/// What a process has used of the processor so far, to the hundredth of a second (Linux).
pub fn cpu_of(process: u32) -> Duration {
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux and a process");
    // After the name in parentheses, which may hold spaces; fields 14 and 15 of proc(5).
    let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace();
    let ticks = fields.skip(11).take(2).map(|field| field.parse::<u32>().expect("ticks"));
    TICK * ticks.sum::<u32>()
}
