//! The main job on real input: a purchase log goes through the public API, and two automations answer.
//!
//! A client like any other: it speaks GraphQL over HTTP and WebSocket to a server that it starts, and knows nothing of
//! what lies behind it. It holds no figure that should come out.

// A JSON value asked for a field that it has not answers null.
#![allow(clippy::indexing_slicing)]

mod automations;
mod client;
mod figures;
mod live;
mod orders;

use crate::app::App;
use crate::cli::print;
use crate::clock::Clock;
use crate::config::Config;
use crate::shutdown;
use client::Client;
use figures::Figures;
use indicatif::{ProgressBar, ProgressStyle};
use offramp_domain::limits::EVENTS_PER_BATCH_MAX;
use orders::{EVENTS_PER_ORDER_MAX, Order};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// Orders that are sent at once: as many as a batch has room for, whatever they come to.
const BATCH_ORDERS: usize = EVENTS_PER_BATCH_MAX / EVENTS_PER_ORDER_MAX;

/// How long the last exits may take to be shown.
const LAST_EXITS_TIMEOUT: Duration = Duration::from_secs(1);

/// What the demo is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The log; the CDNOW sample, if none.
    pub orders: Option<PathBuf>,
    /// A database to keep; one that is gone afterwards, if none.
    pub database_url: Option<String>,
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// Whether to end when the log is through.
    pub exit: bool,
    /// Whether to print the figures as JSON.
    pub json: bool,
    /// Everything else that a server is told.
    pub settings: Config,
}

/// Runs the demo.
///
/// # Errors
/// A sentence with the way out; a log with a broken row is refused before anything is sent.
pub async fn run(options: Options) -> Result<(), String> {
    let orders = orders::read(options.orders.as_deref())?;
    let (database_url, _fresh) = database(&options)?;
    let app = start(&options, database_url).await?;
    let outcome = drive(&options, &orders, &app).await;
    if outcome.is_ok() && !options.exit {
        let until =
            format!("\nThe API is at http://{}/graphql until you press Ctrl-C. Three to paste:\n", app.address());
        say(&options, &until);
        say(&options, &queries(app.address()));
        shutdown::requested().await;
    }
    app.stop().await;
    outcome
}

/// The database to fill; a fresh one lives as long as what comes with it.
fn database(options: &Options) -> Result<(String, Option<TempDir>), String> {
    if let Some(url) = &options.database_url {
        return Ok((url.clone(), None));
    }
    let fresh = tempfile::Builder::new().prefix("offramp-demo-").tempdir();
    let fresh =
        fresh.map_err(|error| format!("There is no room for a database ({error}); name one with --database-url."))?;
    Ok((format!("sqlite://{}", fresh.path().join("demo.db").display()), Some(fresh)))
}

async fn start(options: &Options, database_url: String) -> Result<App, String> {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let usual = if options.exit { any_port } else { Config::default().listen };
    let Config { listen, database_url, .. } = Config::new(options.listen.unwrap_or(usual), database_url)?;
    let config = Config { listen, database_url, ..options.settings.clone() };
    App::start(&config, Clock::system()).await.map_err(|error| error.to_string())
}

/// Says something to the person who watches: not on standard output, where that is JSON.
fn say(options: &Options, line: &str) {
    if options.json {
        eprintln!("{line}");
    } else if let Err(why) = print(line) {
        tracing::debug!(why, "nobody hears");
    }
}

async fn drive(options: &Options, orders: &[Order], app: &App) -> Result<(), String> {
    let client = Client::new(app.address());
    let automations = automations::define(&client).await?;
    say(options, &format!("{} orders, two automations; the first exits as they happen:", orders.len()));
    let bar = ProgressBar::new(u64::try_from(orders.len()).unwrap_or_default());
    bar.set_style(
        ProgressStyle::with_template("{bar:40} {pos}/{len} orders, {elapsed}").unwrap_or(ProgressStyle::default_bar()),
    );
    let (shown, teller) = (options.clone(), bar.clone());
    let watcher = live::watch(app.address(), move |line| teller.suspend(|| say(&shown, line))).await?;
    let repeats = send(&client, orders, &bar).await?;
    bar.finish_and_clear();
    // Everything was acknowledged, so everything has happened; a short log may have fewer exits than are waited for.
    let shown = watcher.abort_handle();
    if tokio::time::timeout(LAST_EXITS_TIMEOUT, watcher).await.is_err() {
        shown.abort();
    }
    if repeats > 0 {
        say(options, &format!("{repeats} of the orders had been sent to this database before and changed nothing."));
    }
    let figures = Figures::ask(&client, &automations).await?;
    if options.json { print(figures.json()) } else { print(format_args!("\n{}", figures.table())) }
}

/// Sends the orders in batches; gives back how many had been sent before.
async fn send(client: &Client, orders: &[Order], bar: &ProgressBar) -> Result<usize, String> {
    const INGEST: &str = "mutation Send($input: EventsIngestInput!) {
        eventsIngest(input: $input) { refusedCount userErrors { field message }
            results { index status userErrors { field message } } } }";
    let mut repeats = 0;
    for batch in orders.chunks(BATCH_ORDERS) {
        let events: Vec<_> = batch.iter().flat_map(Order::events).collect();
        let answer = client.call(INGEST, json!({"input": {"events": &events}})).await?;
        let answer = &answer["eventsIngest"];
        if answer["refusedCount"] != 0 || answer["userErrors"] != json!([]) {
            return Err(format!(
                "The server refused orders: {}. A database that holds another log needs that log; without \
                 --database-url a fresh one is used.",
                refused(answer)
            ));
        }
        let results = answer["results"].as_array().into_iter().flatten();
        let placed = events.iter().zip(results).filter(|(event, _)| event["type"] == "order.placed");
        repeats += placed.filter(|(_, result)| result["status"] == "DUPLICATE").count();
        bar.inc(u64::try_from(batch.len()).unwrap_or_default());
    }
    Ok(repeats)
}

fn refused(answer: &Value) -> String {
    let results = answer["results"].as_array().into_iter().flatten();
    let first = results.flat_map(|result| result["userErrors"].as_array()).flatten().next();
    first.unwrap_or(&answer["userErrors"]).to_string()
}

/// Three operations to paste, as commands.
fn queries(address: SocketAddr) -> String {
    let paste = |query: &str| {
        let body = json!({"query": query}).to_string();
        format!("curl -s http://{address}/graphql -H 'Content-Type: application/json' -d '{body}'; echo\n")
    };
    [
        "{ automations(first: 10) { nodes { name goals { name } stats { entered active converted conversionRate { value low high } medianTimeToConvert } } } }",
        "{ exits(last: 3) { totalCount nodes { contact { externalId } automation { name } reason exitedAt cursor } } }",
        "{ enrollments(first: 3, filter: {status: ACTIVE}) { totalCount nodes { contact { externalId } automation { name } enteredAt } } }",
    ]
    .map(paste)
    .join("\n")
}
