//! The last position of a workspace's feed.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_head")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// The last position taken; 0 before the first.
    pub position: i64,
    /// Goes up when the database is restored, so that old cursors are known for what they are.
    pub epoch: i64,
}

impl ActiveModelBehavior for ActiveModel {}
