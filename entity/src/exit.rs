//! The one record that a stay ended.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exit")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its place in the feed.
    pub position: i64,
    /// Which stay; unique.
    pub enrollment_id: Uuid,
    /// Where.
    pub automation_id: Uuid,
    /// Who.
    pub contact_id: Uuid,
    /// Why.
    pub reason: String,
    /// By which rule; nil if a hand did.
    pub rule_id: Uuid,
    /// By which event.
    pub event_id: Uuid,
    /// When, µs UTC.
    pub exited_at: i64,
    /// Whether a goal was met inside its conversion window.
    pub within_window: bool,
    /// Ids of the other rules that matched.
    #[sea_orm(column_type = "JsonBinary")]
    pub also_matched: Json,
    /// The shape of the next.
    pub why_schema: i32,
    /// Which conditions were met by what.
    #[sea_orm(column_type = "JsonBinary")]
    pub why: Json,
}

impl ActiveModelBehavior for ActiveModel {}
