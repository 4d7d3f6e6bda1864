//! A rule of the draft: an entry rule, a goal or an alternate exit rule.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id, the same in every version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Of which automation.
    pub automation_id: Uuid,
    /// `entry`, `goal` or `alternate_exit`.
    pub kind: String,
    /// Its place among those of its kind, from 0.
    pub rank: i32,
    /// The name that somebody gave it; without one it bears its conditions in English.
    pub own_name: Option<String>,
    /// The shape of the definition.
    pub definition_schema: i32,
    /// The rule.
    #[sea_orm(column_type = "JsonBinary")]
    pub definition: Json,
    /// When it was made, µs UTC.
    pub created_at: i64,
    /// When it last changed, µs UTC.
    pub updated_at: i64,
    /// Goes up with each change.
    pub version: i32,
    /// When it left the draft, µs UTC; none while it is in it.
    pub archived_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
