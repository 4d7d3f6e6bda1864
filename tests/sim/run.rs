//! A run: a workload is done to engines over a database while fate strikes, and what came of it is audited.

use crate::harness::auditor::{self, Automation, Entry, draft};
use crate::harness::found;
use crate::ledger::Ledger;
use crate::life::Life;
use crate::saboteur::Fate;
use crate::workload::{self, BEGINNING, Draft, Step, Workload};
use offramp::authoring::automation::AutomationDraft;
use offramp::clock::Clock;
use offramp::config::EngineSettings;
use offramp::engine::{IngestError, Outcome};
use offramp::store::workspace;
use offramp_domain::automation::{RuleDraft, RuleKind};
use offramp_domain::ids::{AutomationId, WorkspaceId};
use offramp_domain::money::Currency;
use offramp_domain::time::Timestamp;
use offramp_domain::workspace::{CheckedWorkspace, Edition};
use sea_orm::{Database, DatabaseConnection};
use std::cell::RefCell;
use std::sync::Arc;
use uuid::Uuid;

/// How often a batch is sent again before it is given up.
const SENDS_MAX: u32 = 20;

/// What a run went through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub events: usize,
    pub records: usize,
    pub steps: u64,
    pub strikes: u64,
    pub deaths: u32,
    pub sent_again: u32,
}

impl Tally {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            events: self.events + other.events,
            records: self.records + other.records,
            steps: self.steps + other.steps,
            strikes: self.strikes + other.strikes,
            deaths: self.deaths + other.deaths,
            sent_again: self.sent_again + other.sent_again,
        }
    }
}

/// Something that was changed, before every event of a greater id.
struct Change {
    before: Uuid,
    entry: Entry,
}

/// A batch on its way.
struct Sent {
    /// To which engine.
    node: usize,
    /// Of the ledger, one for each draft.
    lines: Vec<usize>,
    drafts: Vec<Draft>,
}

impl Sent {
    /// What has no key is not sent again: nobody could tell that it is the same.
    fn keep_what_has_a_key(&mut self) {
        let kept = self.lines.drain(..).zip(self.drafts.drain(..)).filter(|(_, draft)| draft.key.is_some());
        (self.lines, self.drafts) = kept.collect::<Vec<_>>().into_iter().unzip();
    }
}

/// A run under way.
struct Run<'a> {
    url: &'a str,
    nodes: usize,
    settings: EngineSettings,
    clock: Clock,
    fate: Arc<Fate>,
    workspace: WorkspaceId,
    currency: Currency,
    life: Option<Life>,
    now: i64,
    /// The automations' ids, and how many versions of each were published.
    automations: Vec<(AutomationId, usize)>,
    changes: Vec<Change>,
    ledger: Ledger,
    tally: Tally,
}

/// Does the workload of a seed to as many engines; gives back what it went through, or how it failed.
pub fn run(seed: u64, url: &str, nodes: usize) -> Result<Tally, String> {
    let workload = workload::draw(seed);
    let clock = Clock::manual(Timestamp::from_micros(BEGINNING));
    let fate = Arc::new(Fate::new(seed));
    let (lanes, group_events_max) = (workload.lanes, workload.group_events_max);
    let settings = EngineSettings { lanes, group_events_max, ..EngineSettings::default() };
    let mut run = Run {
        url,
        nodes,
        workspace: WorkspaceId(clock.fresh_id()),
        currency: Currency::parse("USD").expect("a currency"),
        life: Some(Life::begin(url, nodes, &settings, &clock, &fate)),
        settings,
        clock,
        fate,
        now: BEGINNING,
        automations: Vec::new(),
        changes: Vec::new(),
        ledger: Ledger::default(),
        tally: Tally::default(),
    };
    run.found_workspace(&workload.automations, seed);
    for step in &workload.steps {
        run.take(&workload, step)?;
    }
    run.judge(&workload)
}

/// Judges what runs left behind in a database, whatever they were about.
pub fn assert_sound(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(offramp::check::run(url, None)).expect("a report");
    assert!(report.is_sound(), "what the runs left behind is not sound:\n{report}");
}

fn looking_at<T>(url: &str, doing: impl AsyncFnOnce(&DatabaseConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let tables = Database::connect(url).await.expect("the tables");
        let result = doing(&tables).await;
        tables.close().await.expect("closed tables");
        result
    })
}

impl Run<'_> {
    fn life(&self) -> &Life {
        self.life.as_ref().expect("a life")
    }

    fn found_workspace(&mut self, automations: &[Automation], seed: u64) {
        let life = self.life.as_ref().expect("a life");
        let currency = Currency::parse("USD").expect("a currency");
        let (name, time_zone) = (format!("s{seed}"), "UTC".to_owned());
        let new = CheckedWorkspace { name, time_zone, currency, edition: Edition::Max };
        let made = life.live(async {
            let tx = life.store.begin().await?;
            workspace::insert_if_new(&tx, self.workspace, &new, self.clock.now()).await?;
            tx.commit().await
        });
        made.expect("a workspace");
        for automation in automations {
            let re_entry = serde_json::from_value(draft::re_entry(automation.re_entry)).expect("a policy");
            let new = AutomationDraft { name: automation.name.clone(), re_entry: Some(re_entry) };
            let made = life.live(life.authoring.create_automation(self.workspace, &new)).expect("an automation");
            self.automations.push((made.id.into(), 0));
        }
    }

    fn take(&mut self, workload: &Workload, step: &Step) -> Result<(), String> {
        match step {
            Step::Wait(length) => {
                self.now += length;
                self.clock.set(Timestamp::from_micros(self.now));
            }
            Step::Send(batches) => return self.send(batches, workload.faults),
            Step::Publish(place) => self.publish(&workload.automations[*place], *place),
            Step::Pause(place) => {
                let life = self.life();
                life.live(life.authoring.pause_automation(self.workspace, self.automations[*place].0))
                    .expect("a pause");
                self.change(Entry::Pause(*place));
            }
            Step::Resume(place) => {
                let life = self.life();
                life.live(life.authoring.resume_automation(self.workspace, self.automations[*place].0))
                    .expect("a resumption");
                self.change(Entry::Resume(*place));
            }
            Step::Crash => self.crash(),
        }
        Ok(())
    }

    /// Notes a change: every event before it was answered, and every one after it has a greater id.
    fn change(&mut self, entry: Entry) {
        self.changes.push(Change { before: self.clock.fresh_id(), entry });
    }

    /// Adds what the next version has more than the draft, and publishes it.
    fn publish(&mut self, automation: &Automation, place: usize) {
        let life = self.life.as_ref().expect("a life");
        let (id, published) = &mut self.automations[place];
        let (next, last) = (&automation.versions[*published], automation.versions.get(published.wrapping_sub(1)));
        let kinds = [
            (RuleKind::Entry, &next.entries, last.map_or(0, |last| last.entries.len())),
            (RuleKind::Goal, &next.goals, last.map_or(0, |last| last.goals.len())),
            (RuleKind::AlternateExit, &next.alternates, last.map_or(0, |last| last.alternates.len())),
        ];
        for (kind, rules, known) in kinds {
            for rule in &rules[known..] {
                let new: RuleDraft = serde_json::from_value(draft::rule(rule)).expect("a rule");
                life.live(life.authoring.create_rule(self.workspace, *id, kind, &new)).expect("a stored rule");
            }
        }
        life.live(life.authoring.publish_automation(self.workspace, *id)).expect("a publication");
        *published += 1;
        self.change(Entry::Publish(place));
    }

    fn crash(&mut self) {
        if let Some(life) = self.life.take() {
            life.die();
        }
        self.tally.deaths += 1;
        self.life = Some(Life::begin(self.url, self.nodes, &self.settings, &self.clock, &self.fate));
    }

    /// Sends batches at once, each contact's events to one engine, and again what was not answered, as a client would.
    fn send(&mut self, batches: &[Vec<Draft>], faults: bool) -> Result<(), String> {
        let mut waiting = Vec::new();
        for batch in batches {
            for node in 0..self.nodes {
                let part = batch.iter().filter(|draft| draft.who % self.nodes == node);
                let (lines, drafts) = part.map(|draft| (self.ledger.enter(draft, self.now), draft.clone())).unzip();
                waiting.push(Sent { node, lines, drafts });
            }
        }
        waiting.retain(|sent| !sent.drafts.is_empty());
        for attempt in 0..SENDS_MAX {
            // Towards the end nothing goes wrong, or it might never end.
            if faults && attempt < SENDS_MAX / 2 {
                self.fate.arm();
            } else {
                self.fate.calm();
            }
            let answers = self.send_once(&waiting);
            let mut again = Vec::new();
            for (sent, answer) in waiting.into_iter().zip(answers) {
                match answer {
                    Some(Ok(outcomes)) if self.ledger.answer(&sent.lines, &outcomes) => {}
                    Some(Err(refused)) => return Err(format!("an engine answered: {refused}")),
                    Some(Ok(_)) => again.push(sent),
                    None => {
                        self.ledger.doubt(&sent.lines);
                        again.push(sent);
                    }
                }
            }
            again.iter_mut().for_each(Sent::keep_what_has_a_key);
            again.retain(|sent| !sent.drafts.is_empty());
            if again.is_empty() {
                self.fate.calm();
                return Ok(());
            }
            self.tally.sent_again += 1;
            waiting = again;
        }
        Err(format!("{} batches never got through", waiting.len()))
    }

    /// The answers, as far as there are any before the engine dies.
    fn send_once(&mut self, batches: &[Sent]) -> Vec<Option<Result<Vec<Outcome>, IngestError>>> {
        let answers: RefCell<Vec<_>> = RefCell::new(batches.iter().map(|_| None).collect());
        let sends = batches.iter().enumerate().map(async |(place, sent)| {
            let drafts =
                sent.drafts.iter().map(|draft| serde_json::from_value(draft.json()).expect("a draft")).collect();
            let answer = self.life().engines[sent.node].ingest(self.workspace, self.currency, drafts).await;
            answers.borrow_mut()[place] = Some(answer);
        });
        let died = self.life().live(async {
            tokio::select! {
                biased;
                () = self.fate.crash.notified() => true,
                _ = futures_util::future::join_all(sends) => false,
            }
        });
        if died {
            self.crash();
        }
        answers.into_inner()
    }

    /// Ends the run, and holds what the tables say against what the rules say.
    fn judge(mut self, workload: &Workload) -> Result<Tally, String> {
        if let Some(life) = self.life.take() {
            life.end();
        }
        (self.tally.steps, self.tally.strikes) = self.fate.counted();
        looking_at(self.url, async |tables| self.compare(tables, workload).await)
    }

    async fn compare(&mut self, tables: &DatabaseConnection, workload: &Workload) -> Result<Tally, String> {
        let received = found::received(tables, self.workspace.0).await;
        self.ledger.agree(&received, self.nodes == 1 && workload.lanes == 1)?;
        let mut diary: Vec<(Uuid, Entry)> = received.into_iter().map(|one| (one.id, Entry::Event(one.event))).collect();
        self.tally.events = diary.len();
        diary.extend(self.changes.drain(..).map(|change| (change.before, change.entry)));
        diary.sort_by_key(|(id, _)| *id);
        let diary: Vec<_> = diary.into_iter().map(|(_, entry)| entry).collect();
        let must = auditor::audit(&workload.automations, &diary);
        self.tally.records = must.records.len();
        let difference = must.difference(&found::books(tables, self.workspace.0).await);
        if difference.is_empty() {
            return Ok(self.tally);
        }
        Err(format!("{}\n\n{}", difference.join("\n"), crate::trace::tell(workload, &diary, &difference)))
    }
}
