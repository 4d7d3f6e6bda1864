//! A workload, drawn from a seed: automations of small families, and what happens around them.
//!
//! Everything is drawn close together, a few tags, amounts and minutes, so that things meet: the same instant, the edge
//! of a window, the same key.

use crate::harness::auditor::{Automation, Condition, Happening, Micros, News, ReEntry, Rule, Version, What, draft};
use fastrand::Rng;
use serde_json::Value;

/// The unit of all times.
pub const MINUTE: Micros = 60_000_000;
/// When every workload begins: 2026-01-01T00:00Z.
pub const BEGINNING: Micros = 1_767_225_600_000_000;
/// How far ahead of the clock an event may say that it occurred (R63).
pub const AHEAD_MAX: Micros = 24 * 60 * MINUTE;

/// What is done, in order.
#[derive(Clone, Debug)]
pub struct Workload {
    pub automations: Vec<Automation>,
    pub steps: Vec<Step>,
    /// Whether things go wrong meanwhile.
    pub faults: bool,
    /// How many groups an engine brings through side by side.
    pub lanes: usize,
    /// How many events are brought through together.
    pub group_events_max: usize,
}

/// One thing that is done.
#[derive(Clone, Debug)]
pub enum Step {
    /// The clock moves on.
    Wait(Micros),
    /// These batches are sent at once, in this order.
    Send(Vec<Vec<Draft>>),
    /// The next version of this automation is published.
    Publish(usize),
    Pause(usize),
    Resume(usize),
    /// The engine dies, and another begins.
    Crash,
}

/// An event as it is sent.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Who repeats an event repeats its mark.
    pub mark: String,
    pub key: Option<String>,
    pub who: usize,
    pub what: Happening,
    pub occurred_at: Option<Micros>,
}

impl Draft {
    /// The contact's external id.
    pub fn contact(&self) -> String {
        format!("c{}", self.who)
    }

    /// As a client writes it.
    pub fn json(&self) -> Value {
        draft::event(self.key.as_deref(), &self.contact(), &self.mark, &self.what, self.occurred_at)
    }
}

/// Draws the workload of a seed.
pub fn draw(seed: u64) -> Workload {
    let mut rng = Rng::with_seed(seed);
    let automations: Vec<_> = (0..rng.usize(1..=3)).map(|place| automation(&mut rng, place)).collect();
    let faults = rng.u8(..3) > 0;
    let contacts = rng.usize(1..=4);
    let lanes = if rng.u8(..4) == 0 { rng.usize(2..=3) } else { 1 };
    let group_events_max = [1, 10, 1_000][rng.usize(..3)];
    let late = if rng.u8(..3) == 0 { 13 } else { 3 };
    let mut draw = Draw { rng, now: BEGINNING, contacts, faults, late, sent: Vec::new(), marks: 0 };
    let steps = draw.steps(&automations);
    Workload { automations, steps, faults, lanes, group_events_max }
}

struct Draw {
    rng: Rng,
    now: Micros,
    contacts: usize,
    faults: bool,
    /// How many events of twenty come late by a little.
    late: u8,
    sent: Vec<Draft>,
    marks: u32,
}

/// What is known of an automation while steps are drawn.
#[derive(Clone, Copy, Default)]
struct Course {
    published: usize,
    paused: bool,
}

impl Draw {
    fn steps(&mut self, automations: &[Automation]) -> Vec<Step> {
        let mut course = vec![Course::default(); automations.len()];
        let mut steps = Vec::new();
        for (place, course) in course.iter_mut().enumerate() {
            // Now and then some events are received before anything is published.
            if self.rng.u8(..4) == 0 {
                steps.push(self.send());
            }
            course.published = 1;
            steps.push(Step::Publish(place));
        }
        for _ in 0..self.rng.usize(8..=16) {
            let place = self.rng.usize(..automations.len());
            let now = course[place];
            match self.rng.u8(..20) {
                0 if now.published < automations[place].versions.len() => {
                    course[place].published += 1;
                    steps.push(Step::Publish(place));
                }
                0..=2 if now.paused => {
                    course[place].paused = false;
                    steps.push(Step::Resume(place));
                }
                1 => {
                    course[place].paused = true;
                    steps.push(Step::Pause(place));
                }
                3 if self.faults => steps.push(Step::Crash),
                4..=9 => steps.push(self.wait()),
                _ => steps.push(self.send()),
            }
        }
        steps
    }

    fn wait(&mut self) -> Step {
        let minutes = match self.rng.u8(..12) {
            // Beyond the thirty days that a goal without a window speaks for.
            0 => 31 * 24 * 60,
            1 => 24 * 60,
            2 => 60,
            _ => self.rng.i64(1..=6),
        };
        self.now += minutes * MINUTE;
        Step::Wait(minutes * MINUTE)
    }

    fn send(&mut self) -> Step {
        let batches = (0..self.rng.usize(1..=4)).map(|_| {
            let most = if self.rng.u8(..6) == 0 { 30 } else { 6 };
            (0..self.rng.usize(1..=most)).map(|_| self.draft()).collect()
        });
        Step::Send(batches.collect())
    }

    /// One in five repeats what was sent before.
    fn draft(&mut self) -> Draft {
        if !self.sent.is_empty() && self.rng.u8(..5) == 0 {
            let place = self.rng.usize(..self.sent.len());
            return self.sent[place].clone();
        }
        self.marks += 1;
        let mark = format!("m{}", self.marks);
        let key = match self.rng.u8(..30) {
            0 => None,
            1 if !self.sent.is_empty() => self.sent[self.rng.usize(..self.sent.len())].key.clone(),
            _ => Some(format!("k{}", self.marks)),
        };
        let occurred_at = self.occurred_at();
        let draft =
            Draft { mark, key, who: self.rng.usize(..self.contacts), what: happening(&mut self.rng), occurred_at };
        if draft.key.is_some() {
            self.sent.push(draft.clone());
        }
        draft
    }
}

impl Draw {
    fn occurred_at(&mut self) -> Option<Micros> {
        if self.rng.u8(..20) < self.late {
            return Some(self.now - self.rng.i64(1..=12) * MINUTE);
        }
        match self.rng.u8(..15) {
            0 => Some(self.now - 24 * 60 * MINUTE),
            // Ahead: it counts as of its receipt, or is refused.
            1 => Some(self.now + self.rng.i64(1..=5) * MINUTE),
            2 if self.rng.bool() => Some(self.now + AHEAD_MAX + self.rng.i64(0..=1) * MINUTE),
            3..=6 => Some(self.now),
            _ => None,
        }
    }
}

fn happening(rng: &mut Rng) -> Happening {
    match rng.u8(..14) {
        0..=3 => Happening::Tagged(tag(rng)),
        4..=6 => Happening::Bought((500 * rng.i64(1..=6), code(rng))),
        7..=10 => {
            let order = pick(rng, &["o1", "o2", "o3"]);
            let news = match rng.u8(..10) {
                0..=2 => News::Placed((500 * rng.i64(0..=6), code(rng))),
                3..=4 => News::Paid,
                5 => News::Tried,
                6..=7 => News::CameIn,
                8 => News::Returned(Some((500 * rng.i64(1..=4), code(rng)))),
                _ => News::Returned(None),
            };
            Happening::Told(order, news)
        }
        _ => {
            let n = (rng.u8(..4) > 0).then(|| rng.i64(0..=4));
            let worth = rng.bool().then(|| (rng.i64(0..=300), "USD".to_owned()));
            Happening::Did { name: custom(rng), n, worth }
        }
    }
}

fn code(rng: &mut Rng) -> String {
    if rng.u8(..6) == 0 { "EUR" } else { "USD" }.to_owned()
}

fn tag(rng: &mut Rng) -> String {
    pick(rng, &["lead", "hot", "lost"])
}

fn custom(rng: &mut Rng) -> String {
    pick(rng, &["app.opened", "page.read"])
}

fn pick(rng: &mut Rng, names: &[&str]) -> String {
    names[rng.usize(..names.len())].to_owned()
}

/// An automation that is published once or twice, the second time with a rule more.
fn automation(rng: &mut Rng, place: usize) -> Automation {
    let re_entry = match rng.u8(..4) {
        0 => ReEntry::Once,
        1 => ReEntry::After(rng.i64(1..=10) * MINUTE),
        _ => ReEntry::AfterExit,
    };
    let first = Version {
        entries: (0..rng.usize(1..=2)).map(|rule| entry(rng, place, rule)).collect(),
        goals: (0..rng.usize(0..=3)).map(|rule| goal(rng, place, rule)).collect(),
        alternates: (0..rng.usize(0..=2)).map(|rule| alternate(rng, place, rule)).collect(),
    };
    let mut versions = vec![first.clone()];
    if rng.bool() {
        let mut second = first;
        match rng.u8(..3) {
            0 => second.entries.push(entry(rng, place, second.entries.len())),
            1 => second.goals.push(goal(rng, place, second.goals.len())),
            _ => second.alternates.push(alternate(rng, place, second.alternates.len())),
        }
        versions.push(second);
    }
    Automation { name: format!("a{place}"), re_entry, versions }
}

fn entry(rng: &mut Rng, place: usize, rule: usize) -> Rule {
    rules(rng, format!("a{place}.entry{rule}"), false)
}

fn alternate(rng: &mut Rng, place: usize, rule: usize) -> Rule {
    rules(rng, format!("a{place}.alternate{rule}"), true)
}

fn goal(rng: &mut Rng, place: usize, rule: usize) -> Rule {
    let window = rng.bool().then(|| rng.i64(1..=12) * MINUTE);
    Rule { window, ..rules(rng, format!("a{place}.goal{rule}"), true) }
}

/// A rule of one condition, or of two or three; `inside` says whether they may be bound to the time after entry.
fn rules(rng: &mut Rng, name: String, inside: bool) -> Rule {
    let count = if rng.bool() { 1 } else { rng.usize(2..=3) };
    let conditions = (0..count).map(|_| condition(rng, inside)).collect();
    Rule { name, all: rng.u8(..3) > 0, conditions, window: None }
}

fn condition(rng: &mut Rng, inside: bool) -> Condition {
    let what = match rng.u8(..10) {
        0..=3 => {
            let mut tags = vec![tag(rng)];
            let other = tag(rng);
            if rng.bool() && !tags.contains(&other) {
                tags.push(other);
            }
            What::Tag(tags)
        }
        4..=6 => What::Purchase { at_least: rng.bool().then(|| (500 * rng.i64(1..=5), "USD".to_owned())) },
        _ => What::Custom { name: custom(rng), at_least: rng.bool().then(|| rng.i64(1..=4)) },
    };
    let mut after_entry = |odds: u8| (inside && rng.u8(..odds) == 0).then(|| rng.i64(1..=6) * MINUTE);
    let (not_before, within) = (after_entry(6), after_entry(5));
    // A window that ends before it begins is refused.
    let within = within.map(|within| within + not_before.unwrap_or(0));
    let mut bound = |odds: u8| (rng.u8(..odds) == 0).then(|| BEGINNING + rng.i64(0..=12) * MINUTE);
    let (from, until) = (bound(12), bound(16));
    let until = until.filter(|until| from.is_none_or(|from| from < *until));
    Condition { what, not_before, within, from, until }
}
