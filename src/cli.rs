//! The command line.

mod check;
mod import;
mod output;
mod workspace;

pub use output::print;

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Settings, Sources, variable};
use crate::demo;
use crate::{graphql, shutdown, store, telemetry};
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// The backend for automation goals: decides when a contact leaves an automation, and proves what it earned.
#[derive(Parser)]
#[command(name = "offramp", version, about, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    general: General,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  offramp demo                              see what it does, on a real purchase log
  offramp serve                             serve http://127.0.0.1:4000/graphql over ./offramp.db
  offramp serve --database-url postgres://offramp@localhost/offramp
  OFFRAMP_LISTEN=127.0.0.1:5000 offramp serve
  offramp config > offramp.toml             begin a settings file (passwords are masked in it)

Settings come from a flag, else the environment, else the file, else the defaults; `offramp config` prints them.";

const SERVE_EXAMPLES: &str = "\
Examples:
  offramp serve
  offramp serve --listen 127.0.0.1:5000 --database-url sqlite://shop.db
  OFFRAMP_LOG=offramp=debug offramp serve
  OFFRAMP_ENGINE_GROUP_EVENTS_MAX=200 offramp serve --config shop.toml

While it serves: /graphql is the API, /graphiql a page to try it, /ready and /live are for supervisors.
It stops at Ctrl-C or SIGTERM, after what is under way is through.";

const MIGRATE_EXAMPLES: &str = "\
Examples:
  offramp migrate
  offramp migrate --database-url postgres://offramp@localhost/offramp";

const CHECK_EXAMPLES: &str = "\
Examples:
  offramp check
  offramp check --workspace shop --json
  offramp check --database-url postgres://offramp@localhost/offramp";

const CONFIG_EXAMPLES: &str = "\
Examples:
  offramp config                            what `offramp serve` would run with, and why
  offramp config --config shop.toml --listen 127.0.0.1:5000
  offramp config > offramp.toml             begin a settings file

config.default.toml explains every setting.";

const DEMO_EXAMPLES: &str = "\
Examples:
  offramp demo                              and look around at http://127.0.0.1:4000/graphiql afterwards
  offramp demo --exit --json > figures.json
  offramp demo --orders shop.csv            columns: customer, date, quantity, amount";

/// What every command may be told.
#[derive(Args)]
struct General {
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "Settings file; ./offramp.toml, if left out and there \
        [env: OFFRAMP_CONFIG]"
    )]
    config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "FILTER", help = told("What is logged, such as info or offramp=debug", "log"))]
    log: Option<String>,
}

/// Which database is meant.
#[derive(Args)]
struct Database {
    #[arg(long, value_name = "URL", help = told("sqlite://FILE or postgres://USER@HOST/NAME", "database_url"))]
    database_url: Option<String>,
}

/// What a server is told besides.
#[derive(Args)]
struct Server {
    #[arg(long, value_name = "ADDR", help = told("Where to listen: a loopback address, until there is access control", "listen"))]
    listen: Option<String>,
    #[command(flatten)]
    database: Database,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API at /graphql; creates the database and brings it up to date.
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(Server),
    /// Bring a database up to date, and do nothing else.
    #[command(after_help = MIGRATE_EXAMPLES)]
    Migrate(Database),
    /// Print the settings as they come out, as TOML, each with where it is from.
    #[command(after_help = CONFIG_EXAMPLES)]
    Config(Server),
    /// Judge what a database holds: every invariant, with how much was examined. Changes nothing; exits with 1 if one is
    /// violated, with 2 if the database cannot be read.
    #[command(after_help = CHECK_EXAMPLES)]
    Check {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        options: check::Options,
    },
    /// Make and list workspaces.
    #[command(subcommand)]
    Workspace(workspace::WorkspaceCommand),
    /// Bring in what is kept in files.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Print the GraphQL schema.
    Schema,
    /// Send a real purchase log through the API, and show what two automations made of it.
    #[command(after_help = DEMO_EXAMPLES)]
    Demo {
        /// The log; the CDNOW sample of examples/cdnow, if left out.
        #[arg(long, value_name = "FILE")]
        orders: Option<PathBuf>,
        /// A database to keep; one that is gone afterwards, if left out, whatever the settings name.
        #[arg(long, value_name = "URL")]
        database_url: Option<String>,
        /// Where to listen; 127.0.0.1:4000, or with --exit any free port, if left out, whatever the settings name.
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// End when the log is through, instead of serving the database.
        #[arg(long)]
        exit: bool,
        /// Print the figures as JSON on standard output, and everything else on standard error.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command that the process was called with.
pub async fn run() -> ExitCode {
    match execute(Cli::parse()).await {
        Ok(status) => status,
        Err(message) => {
            eprintln!("offramp: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(Cli { general, command }: Cli) -> Result<ExitCode, String> {
    match command {
        Command::Check { database, options } => {
            let config = begin(&general.settings(database.flags())?)?;
            return Ok(check::run(&config.database_url, &options).await);
        }
        Command::Import(command) => return import::run(general, command).await,
        Command::Serve(server) => serve(&begin(&general.settings(server.flags())?)?).await,
        Command::Migrate(database) => migrate(&begin(&general.settings(database.flags())?)?).await,
        Command::Workspace(command) => workspace::run(general, command).await,
        Command::Config(server) => show(&general.settings(server.flags())?),
        Command::Schema => print(graphql::sdl().trim_end()),
        Command::Demo { orders, database_url, listen, exit, json } => {
            let settings = begin(&general.settings(Vec::new())?)?;
            demo::run(demo::Options { orders, database_url, listen, exit, json, settings }).await
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

impl General {
    /// What was said by all sources, of which these flags are the last.
    fn settings(self, mut flags: Flags) -> Result<Settings, String> {
        flags.push(("log", self.log));
        let said = flags.into_iter().filter_map(|(key, value)| Some((key, value?)));
        Settings::gather(Sources::of_process(self.config, said.collect())?)
    }
}

/// Settings by their keys, as far as they were said.
type Flags = Vec<(&'static str, Option<String>)>;

impl Database {
    fn flags(self) -> Flags {
        vec![("database_url", self.database_url)]
    }
}

impl Server {
    fn flags(self) -> Flags {
        let mut flags = self.database.flags();
        flags.push(("listen", self.listen));
        flags
    }
}

/// Checks the settings, and begins to log as they say.
fn begin(settings: &Settings) -> Result<Config, String> {
    let config = Config::read(settings)?;
    telemetry::start(&config.log);
    Ok(config)
}

async fn serve(config: &Config) -> Result<(), String> {
    let app = App::start(config, Clock::system()).await.map_err(|error| error.to_string())?;
    let address = app.address();
    print(format_args!("Offramp listens on http://{address}/graphql; try it at http://{address}/graphiql"))?;
    shutdown::requested().await;
    app.stop().await;
    Ok(())
}

async fn migrate(config: &Config) -> Result<(), String> {
    store::migrate(&config.database_url).await.map_err(|error| error.to_string())?;
    print("The database is up to date.")
}

fn show(settings: &Settings) -> Result<(), String> {
    Config::read(settings)?;
    print(settings.to_toml().trim_end())
}

/// What an option is for, with the variable and the default of its setting.
fn told(what: &str, key: &str) -> String {
    let settings = Settings::default();
    let default = settings.entry(key).and_then(|entry| entry.value.as_str()).unwrap_or_default();
    format!("{what} [env: {}] [default: {default}]", variable(key))
}
