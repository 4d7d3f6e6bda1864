//! A group of products.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "category")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id, in order of creation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The customer's own id, unique in the workspace.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Within which other category it lies.
    pub parent_id: Option<Uuid>,
    /// What a search looks into: name and external id, folded.
    #[sea_orm(column_type = "Text")]
    pub searched: String,
    /// When it was made, µs UTC.
    pub created_at: i64,
    /// When it last changed, µs UTC.
    pub updated_at: i64,
    /// When it left the lists, µs UTC; none while it is in them.
    pub archived_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
