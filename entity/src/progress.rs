//! A condition that was met, of a rule that is not satisfied yet.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "progress")]
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
    /// When, µs UTC.
    pub met_at: i64,
    /// By which event.
    pub event_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
