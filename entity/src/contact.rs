//! A person, by the customer's own id.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The customer's own id, unique in the workspace.
    pub external_id: String,
    /// When it was first seen, µs UTC.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
