//! An automation as it is edited; what runs is in its versions.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automation")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id, in order of creation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// `draft`, `running`, `paused` or `archived`.
    pub status: String,
    /// Whether contacts may come back.
    #[sea_orm(column_type = "JsonBinary")]
    pub re_entry: Json,
    /// The version that contacts enter; none before the first publication.
    pub published_number: Option<i32>,
    /// When it was made, µs UTC.
    pub created_at: i64,
    /// When it last changed, µs UTC.
    pub updated_at: i64,
    /// Goes up with each change of the draft, its name or status.
    pub version: i32,
    /// Whether the draft was changed since the last publication.
    pub draft_changed: bool,
}

impl ActiveModelBehavior for ActiveModel {}
