//! The command line.

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, DEFAULT_DATABASE_URL, DEFAULT_LISTEN};
use crate::demo;
use crate::{graphql, shutdown, store, telemetry};
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// The backend for automation goals: decides when a contact leaves an automation, and proves what it earned.
#[derive(Parser)]
#[command(name = "offramp", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API at /graphql; creates the database and brings it up to date.
    Serve {
        /// Where to listen: a loopback address, until there is access control.
        #[arg(long, value_name = "ADDR", default_value = DEFAULT_LISTEN)]
        listen: SocketAddr,
        /// sqlite://FILE or postgres://USER@HOST/NAME.
        #[arg(long, value_name = "URL", env = "OFFRAMP_DATABASE_URL", default_value = DEFAULT_DATABASE_URL, hide_env_values = true)]
        database_url: String,
    },
    /// Bring a database up to date, and do nothing else.
    Migrate {
        /// sqlite://FILE or postgres://USER@HOST/NAME.
        #[arg(long, value_name = "URL", env = "OFFRAMP_DATABASE_URL", default_value = DEFAULT_DATABASE_URL, hide_env_values = true)]
        database_url: String,
    },
    /// Print the GraphQL schema.
    Schema,
    /// Send a real purchase log through the API, and show what two automations made of it.
    Demo {
        /// The log; the CDNOW sample of examples/cdnow, if left out.
        #[arg(long, value_name = "FILE")]
        orders: Option<PathBuf>,
        /// A database to keep; one that is gone afterwards, if left out.
        #[arg(long, value_name = "URL")]
        database_url: Option<String>,
        /// Where to listen; 127.0.0.1:4000, or with --exit any free port, if left out.
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
    let cli = Cli::parse();
    telemetry::start();
    let done = match cli.command {
        Command::Serve { listen, database_url } => serve(listen, database_url).await,
        Command::Migrate { database_url } => migrate(&database_url).await,
        Command::Schema => {
            print!("{}", graphql::sdl());
            Ok(())
        }
        Command::Demo { orders, database_url, listen, exit, json } => {
            demo::run(demo::Options { orders, database_url, listen, exit, json }).await
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("offramp: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(listen: SocketAddr, database_url: String) -> Result<(), String> {
    let config = Config::new(listen, database_url)?;
    let app = App::start(&config, Clock::system()).await.map_err(|error| error.to_string())?;
    println!("Offramp listens on http://{}/graphql", app.address());
    shutdown::requested().await;
    app.stop().await;
    Ok(())
}

async fn migrate(database_url: &str) -> Result<(), String> {
    store::migrate(database_url).await.map_err(|error| error.to_string())?;
    println!("The database is up to date.");
    Ok(())
}
