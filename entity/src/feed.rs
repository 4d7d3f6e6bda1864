//! A row of the workspace's one feed: dense, in commit order.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// 1, 2, 3 … without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// `exit`, `conversion` or `reversal`.
    pub kind: String,
    /// Which one.
    pub reference_id: Uuid,
    /// Where, for filters.
    pub automation_id: Uuid,
    /// Who, for filters.
    pub contact_id: Uuid,
    /// By which rule, for filters; nil if a hand did.
    pub rule_id: Uuid,
    /// Why, for filters on exits.
    pub reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
