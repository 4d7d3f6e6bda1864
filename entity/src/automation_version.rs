//! An automation as it was published; immutable.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automation_version")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Of which automation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub automation_id: Uuid,
    /// 1, 2, 3 …
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// All of it, with the version of its own shape.
    #[sea_orm(column_type = "JsonBinary")]
    pub definition: Json,
    /// When, µs UTC.
    pub published_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
