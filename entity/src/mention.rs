//! An id that some event has mentioned, such as a tag: what filters may be asked for.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mention")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// What of the workspace has such ids, such as `tags`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// When it was first heard of, µs UTC.
    pub first_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
