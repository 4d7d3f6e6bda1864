//! `offramp check`: whether what a database holds is sound.

use super::print;
use crate::check;
use clap::Args;
use std::process::ExitCode;

/// What is checked, and how it is told.
#[derive(Args)]
pub(super) struct Options {
    /// Only this workspace; all of them, if left out.
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// The exit status when something is violated.
const VIOLATED: u8 = 1;
/// The exit status when the database cannot be read.
const UNREADABLE: u8 = 2;

/// Prints what was found. The status is 0 if all holds, 1 if something is violated, 2 if that cannot be told.
pub(super) async fn run(database_url: &str, options: &Options) -> ExitCode {
    match check::run(database_url, options.workspace.as_deref()).await {
        Ok(report) => {
            let told = if options.json { print(format_args!("{:#}", report.to_json())) } else { print(&report) };
            match told {
                Ok(()) if report.is_sound() => ExitCode::SUCCESS,
                Ok(()) => ExitCode::from(VIOLATED),
                Err(why) => untold(&why),
            }
        }
        Err(error) => untold(&error.to_string()),
    }
}

fn untold(why: &str) -> ExitCode {
    eprintln!("offramp: {why}");
    ExitCode::from(UNREADABLE)
}
