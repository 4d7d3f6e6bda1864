//! Workspaces, and the revision of what runs in them.

use super::statement::{execute, one};
use super::{Error, Result, Session, Tx};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::time::{Timestamp, Zone};
use offramp_domain::workspace::{CheckedWorkspace, Edition};
use offramp_entity::workspace::{COLUMN, Entity, Model};
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter};
use uuid::Uuid;

/// The workspace of that name.
pub async fn find_by_name(session: &impl Session, name: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(COLUMN.name.eq(name)).one(session.connection()).await?)
}

/// The workspace of that id.
pub async fn find(session: &impl Session, id: WorkspaceId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id.0).one(session.connection()).await?)
}

/// Makes a workspace and the head of its feed, unless the name is taken; whether it was made.
pub async fn insert_if_new(tx: &Tx, id: WorkspaceId, new: &CheckedWorkspace, now: Timestamp) -> Result<bool> {
    let values = vec![
        id.0.into(),
        new.name.as_str().into(),
        new.time_zone.as_str().into(),
        new.currency.code().into(),
        new.edition.as_str().into(),
        now.as_micros().into(),
    ];
    let inserted = execute(
        tx,
        "INSERT INTO workspace (id, name, time_zone, currency, edition, revision, created_at) \
         VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT (name) DO NOTHING",
        values,
        &[],
    );
    let is_new = inserted.await? == 1;
    if is_new {
        let head = "INSERT INTO feed_head (workspace_id, position, epoch) VALUES ($1, 0, 1)";
        execute(tx, head, vec![id.0.into()], &[]).await?;
    }
    Ok(is_new)
}

/// What a workspace may use.
///
/// # Errors
/// [`super::Error::Unreadable`], if it is none that this version knows.
pub fn edition(row: &Model) -> Result<Edition> {
    Edition::read(&row.edition).ok_or_else(|| Error::Unreadable { what: "edition", why: row.edition.clone() })
}

/// Where its days begin.
///
/// # Errors
/// [`super::Error::Unreadable`], if it is none that this version knows.
pub fn zone(row: &Model) -> Result<Zone> {
    Zone::named(&row.time_zone).ok_or_else(|| Error::Unreadable { what: "time zone", why: row.time_zone.clone() })
}

/// What a decision has to know of a workspace first of all.
#[derive(FromQueryResult)]
pub struct Held {
    /// The revision of what runs.
    pub revision: i64,
    /// Whether products of it belong to categories.
    pub places_products: bool,
    /// Whether it has categories within others.
    pub nests_categories: bool,
}

/// What runs, which stays as it is until the commit (R5), and which lookups it takes.
pub async fn hold(tx: &Tx, workspace: WorkspaceId) -> Result<Option<Held>> {
    let text = "SELECT revision, EXISTS (SELECT 1 FROM product_category p WHERE p.workspace_id = $1) AS places_products, \
                EXISTS (SELECT 1 FROM category c WHERE c.workspace_id = $1 AND c.parent_id IS NOT NULL) \
                AS nests_categories \
                FROM workspace WHERE id = $1{lock_shared}";
    one(tx, text, vec![workspace.0.into()], &[]).await
}

/// Says that what runs has changed: every decision made from now on sees it.
///
/// It takes the workspace's row first of all, so that changes of one workspace follow each other.
pub async fn bump_revision(tx: &Tx, workspace: WorkspaceId) -> Result<()> {
    let id: Uuid = workspace.into();
    execute(tx, "UPDATE workspace SET revision = revision + 1 WHERE id = $1", vec![id.into()], &[]).await?;
    Ok(())
}

/// Takes the lock under which changes of one workspace follow each other, and changes nothing.
pub async fn hold_for_change(tx: &Tx, workspace: WorkspaceId) -> Result<()> {
    let text = "SELECT id FROM workspace WHERE id = $1{lock_rows}";
    execute(tx, text, vec![workspace.0.into()], &[]).await?;
    Ok(())
}
