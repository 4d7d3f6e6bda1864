//! What all producers share: the events that were sent, the ledger, and how many requests are under way.

use super::ledger::Ledger;
use super::producer::{self, Answer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use tokio::sync::watch;

/// Events of one request when everything is sent once more.
const RESENT_AT_ONCE: usize = 500;

/// The load.
pub struct Load {
    book: Mutex<Book>,
    /// Requests answered since the server was started.
    answered: watch::Sender<u64>,
}

struct Book {
    ledger: Ledger,
    acknowledged: BTreeSet<String>,
    /// Every event that was ever sent, repeats too.
    sent: Vec<Value>,
    in_flight: usize,
    struck: bool,
    cycle: u64,
    committed_unanswered: u64,
}

impl Load {
    /// Nothing sent yet; acknowledgements will be noted at the path.
    pub fn new(ledger: &Path) -> Self {
        let book = Book {
            ledger: Ledger::create(ledger),
            acknowledged: BTreeSet::new(),
            sent: Vec::new(),
            in_flight: 0,
            struck: false,
            cycle: 0,
            committed_unanswered: 0,
        };
        Self { book: Mutex::new(book), answered: watch::Sender::new(0) }
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().expect("a book that nobody dropped")
    }

    /// A server was started.
    pub fn begin(&self, cycle: u64) {
        let mut book = self.book();
        (book.struck, book.cycle) = (false, cycle);
        self.answered.send_replace(0);
    }

    /// The server is about to be killed; gives back how many requests wait for its answer.
    pub fn strike(&self) -> usize {
        let mut book = self.book();
        book.struck = true;
        book.in_flight
    }

    /// Waits until so many requests were answered since the start.
    pub async fn answered(&self, count: u64) {
        self.answered.subscribe().wait_for(|answered| *answered >= count).await.expect("a load");
    }

    /// The present cycle.
    pub fn cycle(&self) -> u64 {
        self.book().cycle
    }

    /// An event that was sent before, whatever became of it; none before the first.
    pub fn earlier(&self, choice: u64) -> Option<Value> {
        let book = self.book();
        let count = u64::try_from(book.sent.len()).expect("in range");
        book.sent.get(usize::try_from(choice.checked_rem(count)?).expect("in range")).cloned()
    }

    /// A request goes out; gives back which of its events had been acknowledged before.
    pub fn depart(&self, batch: &[Value]) -> BTreeSet<String> {
        let mut book = self.book();
        book.in_flight += 1;
        book.sent.extend_from_slice(batch);
        batch.iter().map(key).filter(|key| book.acknowledged.contains(*key)).map(str::to_owned).collect()
    }

    /// Its answer came: it is noted, durably, and held against what was known when it went out. A batch that is sent
    /// `again` after a kill tells whether it had been committed.
    pub fn arrive(&self, batch: &[Value], known: &BTreeSet<String>, answers: &[Answer], again: bool) {
        assert_eq!(batch.len(), answers.len(), "an answer for each event");
        let mut book = self.book();
        book.in_flight -= 1;
        for (event, answer) in batch.iter().zip(answers) {
            assert_ne!(*answer, Answer::Refused, "nothing is refused: {event}");
            let forgotten = *answer == Answer::Accepted && known.contains(key(event));
            assert!(!forgotten, "what was acknowledged before is a duplicate (R61): {event}");
        }
        let new_before = batch.iter().zip(answers).find(|(event, _)| !known.contains(key(event)));
        book.committed_unanswered += u64::from(again && new_before.is_some_and(|(_, one)| *one == Answer::Duplicate));
        book.ledger.note(batch.iter().map(key));
        book.acknowledged.extend(batch.iter().map(|event| key(event).to_owned()));
        drop(book);
        self.answered.send_modify(|answered| *answered += 1);
    }

    /// Its answer will never come, and that must be the work of the blow.
    pub fn cut(&self, why: &str) {
        let mut book = self.book();
        book.in_flight -= 1;
        assert!(book.struck, "the server gave up before it was killed: {why}");
    }

    /// Batches that were committed, and whose answer was cut off.
    pub fn committed_unanswered(&self) -> u64 {
        self.book().committed_unanswered
    }

    /// What the ledger says.
    pub fn acknowledged(&self) -> BTreeSet<String> {
        self.book().ledger.read().into_iter().collect()
    }

    /// What was sent, by message id.
    pub fn sent(&self) -> BTreeMap<String, Value> {
        self.book().sent.iter().map(|event| (key(event).to_owned(), event.clone())).collect()
    }

    /// Sends everything acknowledged once more; a duplicate is what was stored with the very same content (R61).
    pub async fn resend_all(&self, address: SocketAddr) {
        let (acknowledged, sent, http) = (self.acknowledged(), self.sent(), reqwest::Client::new());
        let events: Vec<_> = acknowledged.iter().map(|key| sent[key].clone()).collect();
        for batch in events.chunks(RESENT_AT_ONCE) {
            let answers = producer::ingest(&http, address, batch).await.expect("an answer");
            let lost = batch.iter().zip(&answers).find(|(_, answer)| **answer != Answer::Duplicate);
            assert_eq!(lost, None, "what was acknowledged is a duplicate (R61)");
        }
    }
}

fn key(event: &Value) -> &str {
    event["messageId"].as_str().expect("a message id")
}
