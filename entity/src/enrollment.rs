//! One stay of one contact in one version of an automation.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrollment")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub automation_id: Uuid,
    /// The version that judges it.
    pub version: i32,
    /// Who.
    pub contact_id: Uuid,
    /// 1 for the contact's first stay there, then 2, 3 …
    pub rotation: i32,
    /// `active` or `ended`.
    pub status: String,
    /// When it began, µs UTC.
    pub entered_at: i64,
    /// By which rule; nil if a hand did.
    pub entry_rule_id: Uuid,
    /// By which event.
    pub entry_event_id: Uuid,
    /// When it ended, µs UTC.
    pub exited_at: Option<i64>,
    /// Why it ended.
    pub exit_reason: Option<String>,
    /// Whether the contact may come back, as far as the policy lets; true while it is active.
    pub may_reenter: bool,
}

impl ActiveModelBehavior for ActiveModel {}
