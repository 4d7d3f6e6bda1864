//! What is known of a contact now: of each kind and key the newest.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fact")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Of whom.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: Uuid,
    /// What it is about, such as `tag`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// Which of them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// What is known of it; null, if it is no more.
    #[sea_orm(column_type = "JsonBinary")]
    pub value: Json,
    /// Since when, µs UTC.
    pub at: i64,
    /// From which event.
    pub event_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
