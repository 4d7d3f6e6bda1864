//! The record that somebody matched an entry rule and did not enter.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "skip")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub automation_id: Uuid,
    /// Who.
    pub contact_id: Uuid,
    /// Which entry rule.
    pub rule_id: Uuid,
    /// By which event.
    pub event_id: Uuid,
    /// When, µs UTC.
    pub skipped_at: i64,
    /// Why not.
    pub reason: String,
}

impl ActiveModelBehavior for ActiveModel {}
