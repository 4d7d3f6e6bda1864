//! `offramp import`: brings in what others keep in files.

use super::output::sentence;
use super::{Database, General, begin, print};
use crate::authoring::Authoring;
use crate::authoring::product::Imported;
use crate::clock::Clock;
use crate::config::DEFAULT_WORKSPACE;
use crate::store::{Error, Observer, Store, workspace};
use clap::{Args, Subcommand};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::limits::IMPORT_BYTES_MAX;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to bring in.
#[derive(Subcommand)]
pub(super) enum ImportCommand {
    /// Make and change products as a CSV file says, whose first line is external_id,name,categories. Between the
    /// categories of a product stands |; those that do not exist are made. A bad row is refused alone and told with its
    /// line; then it exits with 1, else with 0.
    #[command(after_help = EXAMPLES)]
    Products(ImportProducts),
}

const EXAMPLES: &str = "\
Examples:
  offramp import products products.csv
  offramp import products products.csv --workspace shop --database-url sqlite://shop.db";

/// From where, and where to.
#[derive(Args)]
pub(super) struct ImportProducts {
    /// The file.
    file: PathBuf,
    /// The workspace.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_WORKSPACE)]
    workspace: String,
    #[command(flatten)]
    database: Database,
}

/// The exit status when rows were refused.
const REFUSED: u8 = 1;

/// Does it.
pub(super) async fn run(general: General, command: ImportCommand) -> Result<ExitCode, String> {
    let ImportCommand::Products(ImportProducts { file, workspace, database }) = command;
    let config = begin(&general.settings(database.flags())?)?;
    let csv = read(&file)?;
    let workspace = find(&config.database_url, &workspace).await?;
    let store = Store::open(&config.database_url).await.map_err(|error| error.to_string())?;
    let imported = Authoring::new(store.clone(), Clock::system()).import_products(workspace, &csv).await;
    store.close().await;
    tell(&imported.map_err(sentence)?)
}

/// The text of a file; of one that is too long, no more than shows it.
fn read(file: &Path) -> Result<String, String> {
    let most = u64::try_from(IMPORT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|open| open.take(most).read_to_end(&mut bytes));
    read.map_err(|error| format!("{} cannot be read ({error}).", file.display()))?;
    if bytes.len() > IMPORT_BYTES_MAX {
        return Err(format!("{} has more than {IMPORT_BYTES_MAX} bytes. Split it.", file.display()));
    }
    String::from_utf8(bytes).map_err(|_| format!("{} is not in UTF-8; save it so.", file.display()))
}

/// The workspace of that name. A database that is not there is not made.
async fn find(database_url: &str, name: &str) -> Result<WorkspaceId, String> {
    let look = async {
        let observer = Observer::open(database_url).await?;
        let snapshot = observer.snapshot().await?;
        let found = workspace::find_by_name(&snapshot, name).await;
        snapshot.rollback().await?;
        observer.close().await;
        found
    };
    let found = look.await.map_err(|error: Error| error.to_string())?;
    let missing = || format!("There is no workspace `{name}`; `offramp workspace list` shows those that there are.");
    found.map(|row| row.id.into()).ok_or_else(missing)
}

fn tell(imported: &Imported) -> Result<ExitCode, String> {
    let Imported { made, changed, unchanged, categories_made, refused } = imported;
    print(format_args!(
        "Products: {made} made, {changed} changed, {unchanged} as they were. Categories: {categories_made} made. \
         Rows refused: {}.",
        refused.len()
    ))?;
    for row in refused {
        let column = row.fault.column.map(|column| format!(", column {column}")).unwrap_or_default();
        print(format_args!("line {}{column}: {}", row.line, row.fault.message))?;
    }
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}
