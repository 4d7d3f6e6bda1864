//! Something that the control plane asks the data plane to carry out.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "command")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id, in order of creation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// With which automation.
    pub automation_id: Uuid,
    /// When it was asked for, µs UTC.
    pub created_at: i64,
    /// When it was carried out, µs UTC; none while it waits.
    pub done_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
