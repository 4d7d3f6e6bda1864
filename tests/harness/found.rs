//! What the tables hold of a workspace, in the auditor's words: the diary of what was received, and the books.

use super::auditor::books::{Books, Fact, Record};
use super::auditor::draft::TRIED;
use super::auditor::{Amount, Event, Happening, News, bought_mark};
use offramp_entity::{automation, contact, conversion, counter, enrollment, event, exit, feed, reversal, rule, skip};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// An event as it is stored.
pub struct Received {
    /// In order of receipt on one server.
    pub id: Uuid,
    pub key: Option<String>,
    pub received_at: i64,
    pub event: Event,
}

/// The rows of one table that belong to a workspace.
macro_rules! rows {
    ($tables:expr, $workspace:expr, $table:ident) => {
        $table::Entity::find()
            .filter($table::Column::WorkspaceId.eq($workspace))
            .all($tables)
            .await
            .expect(stringify!($table))
    };
}

/// What was received, in order of ids.
pub async fn received(tables: &DatabaseConnection, workspace: Uuid) -> Vec<Received> {
    let names = contacts(tables, workspace).await;
    let rows = event::Entity::find().filter(event::Column::WorkspaceId.eq(workspace)).order_by_asc(event::Column::Id);
    let rows = rows.all(tables).await.expect("events").into_iter().filter(|row| !is_made(row));
    let read = |(place, row): (usize, event::Model)| {
        let what = happening(&row);
        let event =
            Event { mark: mark(&row), who: names[&row.contact_id].clone(), what, at: row.at, number: 2 * place };
        Received { id: row.id, key: row.message_id, received_at: row.received_at, event }
    };
    rows.enumerate().map(read).collect()
}

fn happening(row: &event::Model) -> Happening {
    let worth = row.value_minor.zip(row.value_currency.clone());
    match row.event_type.as_str() {
        "tag.added" => Happening::Tagged(row.properties["tag"].as_str().expect("a tag").to_owned()),
        "order.purchased" => Happening::Bought(amount(&row.properties["amount"])),
        "order.placed" => told(row, News::Placed(amount(&row.properties["amount"]))),
        "payment.failed" => told(row, News::Tried),
        "payment.succeeded" => came_in(row).unwrap_or_else(|| told(row, News::Paid)),
        "order.refunded" => told(row, News::Returned(Some(amount(&row.properties["amount"])))),
        "order.cancelled" => told(row, News::Returned(None)),
        name => Happening::Did { name: name.to_owned(), n: row.properties["n"].as_i64(), worth },
    }
}

fn told(row: &event::Model, news: News) -> Happening {
    Happening::Told(row.properties["orderId"].as_str().expect("an order").to_owned(), news)
}

/// If a payment came in that was tried: it may not say itself of which order it is.
fn came_in(row: &event::Model) -> Option<Happening> {
    let order = row.properties["paymentId"].as_str()?.strip_prefix(TRIED)?;
    Some(Happening::Told(order.to_owned(), News::CameIn))
}

/// Whether nobody sent it: it is the purchase that another made.
fn is_made(row: &event::Model) -> bool {
    row.event_type == "order.purchased" && row.fingerprint.is_empty()
}

/// An amount as it is stored within properties, in a currency of two decimals.
fn amount(value: &Value) -> Amount {
    let text = value["amount"].as_str().expect("an amount");
    let (units, cents) = text.split_once('.').unwrap_or((text, "0"));
    let minor = units.parse::<i64>().expect("units") * 100 + format!("{cents:0<2}").parse::<i64>().expect("cents");
    (minor, value["currencyCode"].as_str().expect("a code").to_owned())
}

fn mark(row: &event::Model) -> String {
    let mark = row.properties["mark"].as_str().unwrap_or("?");
    if is_made(row) { bought_mark(mark) } else { mark.to_owned() }
}

async fn contacts(tables: &DatabaseConnection, workspace: Uuid) -> BTreeMap<Uuid, String> {
    rows!(tables, workspace, contact).into_iter().map(|row| (row.id, row.external_id)).collect()
}

/// What the ids of a workspace stand for.
struct Names {
    names: BTreeMap<Uuid, String>,
    /// Whose stay it is, where, and the how manieth.
    stays: BTreeMap<Uuid, (Uuid, Uuid, usize)>,
}

impl Names {
    async fn read(tables: &DatabaseConnection, workspace: Uuid) -> Self {
        let mut names = contacts(tables, workspace).await;
        names.extend(rows!(tables, workspace, automation).into_iter().map(|row| (row.id, row.name)));
        let rules = rows!(tables, workspace, rule).into_iter();
        names.extend(rules.map(|row| (row.id, row.definition["name"].as_str().expect("a name").to_owned())));
        let events = rows!(tables, workspace, event).into_iter();
        names.extend(events.map(|row| (row.id, mark(&row))));
        let stays = rows!(tables, workspace, enrollment).into_iter();
        let stays = stays.map(|row| (row.id, (row.contact_id, row.automation_id, ordinal(row.rotation))));
        Self { names, stays: stays.collect() }
    }

    fn of(&self, id: Uuid) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| format!("? {id}"))
    }

    fn all(&self, ids: &Value) -> Vec<String> {
        let ids: Vec<Uuid> = serde_json::from_value(ids.clone()).expect("ids");
        ids.into_iter().map(|id| self.of(id)).collect()
    }

    /// A record about a stay; a row that names another contact or automation than its stay is told by a question mark.
    fn record(&self, stay: Uuid, of: (Uuid, Uuid), at: i64, (event, rule): (Uuid, Uuid), fact: Fact) -> Record {
        let known = self.stays.get(&stay).filter(|(contact, automation, _)| (*contact, *automation) == of);
        let who = if known.is_some() { self.of(of.0) } else { format!("? {stay}") };
        let stay = known.map(|(_, _, ordinal)| *ordinal);
        Record { who, place: self.of(of.1), stay, at, event: self.of(event), rule: self.of(rule), fact }
    }
}

fn ordinal(number: i32) -> usize {
    usize::try_from(number).expect("a number from one")
}

/// What the tables hold.
pub async fn books(tables: &DatabaseConnection, workspace: Uuid) -> Books {
    let names = Names::read(tables, workspace).await;
    let mut books = Books::default();
    for row in rows!(tables, workspace, enrollment) {
        let (of, cause) = ((row.contact_id, row.automation_id), (row.entry_event_id, row.entry_rule_id));
        let fact = Fact::Entered { version: ordinal(row.version) };
        books.records.push(names.record(row.id, of, row.entered_at, cause, fact));
    }
    for row in rows!(tables, workspace, exit) {
        let fact = Fact::Left {
            reason: row.reason,
            within_window: row.within_window,
            also: names.all(&row.also_matched),
            why: why(&names, &row.why),
        };
        let of = (row.contact_id, row.automation_id);
        books.records.push(names.record(row.enrollment_id, of, row.exited_at, (row.event_id, row.rule_id), fact));
    }
    for row in rows!(tables, workspace, conversion) {
        let fact = Fact::Converted {
            elapsed: row.elapsed_us,
            worth: row.value_minor.zip(row.value_currency),
            counted: row.counted,
            headline: row.headline,
            late: row.late,
            after_exit: row.after_exit,
            within_window: row.within_window,
            also: names.all(&row.also_matched),
        };
        let of = (row.contact_id, row.automation_id);
        books.records.push(names.record(row.enrollment_id, of, row.converted_at, (row.event_id, row.goal_id), fact));
    }
    for row in rows!(tables, workspace, reversal) {
        let fact = Fact::Reversed { amount: row.amount_minor.zip(row.amount_currency), in_full: row.in_full };
        let of = (row.contact_id, row.automation_id);
        books.records.push(names.record(row.enrollment_id, of, row.reversed_at, (row.event_id, row.goal_id), fact));
    }
    for row in rows!(tables, workspace, skip) {
        let (who, place) = (names.of(row.contact_id), names.of(row.automation_id));
        let (event, rule) = (names.of(row.event_id), names.of(row.rule_id));
        let fact = Fact::Skipped { reason: row.reason };
        books.records.push(Record { who, place, stay: None, at: row.skipped_at, event, rule, fact });
    }
    for row in rows!(tables, workspace, counter) {
        let key = (names.of(row.automation_id), names.of(row.rule_id), row.metric, row.currency, row.bucket);
        books.counters.insert(key, (row.count, row.amount_minor));
    }
    tell(tables, workspace, &names, &mut books).await;
    books
}

/// By which events the conditions were met.
fn why(names: &Names, why: &Value) -> Vec<String> {
    let met = why["met"].as_array().into_iter().flatten();
    met.map(|met| names.of(serde_json::from_value(met["event"].clone()).expect("an id"))).collect()
}

/// What the feed tells, in order of position.
async fn tell(tables: &DatabaseConnection, workspace: Uuid, names: &Names, books: &mut Books) {
    let exits = rows!(tables, workspace, exit).into_iter().map(|row| (row.id, row.event_id));
    let conversions = rows!(tables, workspace, conversion).into_iter().map(|row| (row.id, row.event_id));
    let reversals = rows!(tables, workspace, reversal).into_iter().map(|row| (row.id, row.event_id));
    let causes: BTreeMap<_, _> = exits.chain(conversions).chain(reversals).collect();
    let mut rows = rows!(tables, workspace, feed);
    rows.sort_by_key(|row| row.position);
    for row in rows {
        let line = books.feed.entry((names.of(row.contact_id), names.of(row.automation_id))).or_default();
        let kinds = ["exit", "conversion", "reversal"];
        let kind = kinds.into_iter().find(|kind| *kind == row.kind).unwrap_or("?");
        line.push((kind, causes.get(&row.reference_id).map_or_else(|| "?".to_owned(), |event| names.of(*event))));
    }
}
