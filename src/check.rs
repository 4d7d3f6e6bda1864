//! The judge over a database: reads each workspace in one snapshot, page by page, and tells what was found.
//!
//! It changes nothing and needs no server, and servers may write meanwhile. **Knows nothing about** how anything was
//! decided or written: what has to hold is said by `domain::check`.

mod reading;
mod report;

pub use report::Report;

use crate::store::{Error, Observer, sweep, workspace as workspaces};
use offramp_domain::check::durability;
use offramp_domain::ids::WorkspaceId;

/// Rows that are read at once.
const PAGE_ROWS: u32 = 1_000;

/// Judges the database at the URL: every workspace, or only the one of that name.
///
/// # Errors
/// [`Error::Setup`] with the way out, if the database cannot be opened, has another schema than this version's, or has
/// no such workspace; what the database or its values failed at, if it cannot be read through.
pub async fn run(database_url: &str, workspace: Option<&str>) -> Result<Report, Error> {
    let observer = Observer::open(database_url).await?;
    let judged = judge(&observer, workspace).await;
    observer.close().await;
    judged
}

async fn judge(observer: &Observer, workspace: Option<&str>) -> Result<Report, Error> {
    let mut report = Report::default();
    report.add("the database", durability(&observer.durability().await?));
    if let Some(name) = workspace {
        let id = named(observer, name).await?;
        judge_one(observer, &mut report, id, name).await?;
        return Ok(report);
    }
    let snapshot = observer.snapshot().await?;
    let all = sweep::workspaces(&snapshot).await?;
    snapshot.rollback().await?;
    for row in &all {
        judge_one(observer, &mut report, row.id.into(), &row.name).await?;
    }
    Ok(report)
}

async fn named(observer: &Observer, name: &str) -> Result<WorkspaceId, Error> {
    let snapshot = observer.snapshot().await?;
    let found = workspaces::find_by_name(&snapshot, name).await?;
    snapshot.rollback().await?;
    let unknown = || Error::Setup(format!("There is no workspace `{name}`. Leave out --workspace to check all."));
    found.map(|row| row.id.into()).ok_or_else(unknown)
}

async fn judge_one(observer: &Observer, report: &mut Report, id: WorkspaceId, name: &str) -> Result<(), Error> {
    let snapshot = observer.snapshot().await?;
    let verdict = reading::read(&snapshot, id).await;
    snapshot.rollback().await?;
    report.workspaces = report.workspaces.saturating_add(1);
    report.add(&format!("workspace {name}"), verdict?);
    Ok(())
}
