//! An instant for which a condition waits.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "timer")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: Uuid,
    /// An enrollment, or an entry rule.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner_id: Uuid,
    /// `enrollment` or `rule`.
    pub owner_kind: String,
    /// Which condition.
    #[sea_orm(primary_key, auto_increment = false)]
    pub condition_id: Uuid,
    /// Of which automation.
    pub automation_id: Uuid,
    /// When it is to be judged again, µs UTC.
    pub due_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
