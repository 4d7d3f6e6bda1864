//! `offramp workspace`: makes and lists the tenants of a database.

use super::output::sentence;
use super::{Database, General, begin, print};
use crate::authoring::Authoring;
use crate::clock::Clock;
use crate::store::{Error, Observer, Store, sweep};
use clap::{Subcommand, ValueEnum};
use offramp_domain::workspace::{Edition, WorkspaceDraft};
use offramp_entity::workspace::Model;

/// What to do with workspaces.
#[derive(Subcommand)]
pub(super) enum WorkspaceCommand {
    /// Make a workspace.
    Create {
        /// Its name, which callers send in the header x-offramp-workspace.
        name: String,
        /// ISO 4217 code of amounts that name no currency, such as USD.
        #[arg(long, value_name = "CODE")]
        currency: String,
        /// IANA name of the time zone that its reports are in, such as Europe/Berlin.
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        time_zone: String,
        /// What it may use.
        #[arg(long, value_enum, default_value_t = EditionName::Max)]
        edition: EditionName,
        #[command(flatten)]
        database: Database,
    },
    /// List the workspaces: name, time zone, currency and edition, with tabs between.
    List(Database),
}

/// What a workspace may use, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum EditionName {
    /// All but order forms.
    #[value(name = "MAX")]
    Max,
    /// Order forms too.
    #[value(name = "MAX_CLASSIC")]
    MaxClassic,
}

/// Does it.
pub(super) async fn run(general: General, command: WorkspaceCommand) -> Result<(), String> {
    let database_url = |database: Database| Ok::<_, String>(begin(&general.settings(database.flags())?)?.database_url);
    match command {
        WorkspaceCommand::Create { name, currency, time_zone, edition, database } => {
            let edition = match edition {
                EditionName::Max => Edition::Max,
                EditionName::MaxClassic => Edition::MaxClassic,
            };
            let draft = WorkspaceDraft { name, time_zone: Some(time_zone), currency, edition };
            create(&draft, &database_url(database)?).await
        }
        WorkspaceCommand::List(database) => list(&database_url(database)?).await,
    }
}

async fn create(draft: &WorkspaceDraft, database_url: &str) -> Result<(), String> {
    let store = Store::open(database_url).await.map_err(|error| error.to_string())?;
    let made = Authoring::new(store.clone(), Clock::system()).create_workspace(draft).await;
    store.close().await;
    let made = made.map_err(sentence)?;
    print(format_args!("Made workspace {}.", made.name))
}

async fn list(database_url: &str) -> Result<(), String> {
    let rows = read(database_url).await.map_err(|error| error.to_string())?;
    for row in rows {
        print(format_args!("{}\t{}\t{}\t{}", row.name, row.time_zone, row.currency, row.edition))?;
    }
    Ok(())
}

/// What stands in the database; one that is not there is not made.
async fn read(database_url: &str) -> Result<Vec<Model>, Error> {
    let observer = Observer::open(database_url).await?;
    let snapshot = observer.snapshot().await?;
    let rows = sweep::workspaces(&snapshot).await;
    snapshot.rollback().await?;
    observer.close().await;
    rows
}
