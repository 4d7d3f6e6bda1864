//! The record that a goal was met.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversion")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its place in the feed.
    pub position: i64,
    /// For which stay.
    pub enrollment_id: Uuid,
    /// Where.
    pub automation_id: Uuid,
    /// Who.
    pub contact_id: Uuid,
    /// Which goal.
    pub goal_id: Uuid,
    /// By which event.
    pub event_id: Uuid,
    /// By which event it earned: the purchase among what met it, or else the one that decided it.
    pub earned_event_id: Uuid,
    /// When, µs UTC.
    pub converted_at: i64,
    /// How long after entry, µs.
    pub elapsed_us: i64,
    /// What it earned, in minor units.
    pub value_minor: Option<i64>,
    /// ISO 4217 code of the value.
    pub value_currency: Option<String>,
    /// Whether it is the first counted one of its stay and goal.
    pub counted: bool,
    /// Whether it is the first counted one of its stay.
    pub headline: bool,
    /// Whether its event came after the stay had ended.
    pub late: bool,
    /// Whether it happened after the stay.
    pub after_exit: bool,
    /// Whether it lies in the conversion window.
    pub within_window: bool,
    /// Ids of the other goals that matched.
    #[sea_orm(column_type = "JsonBinary")]
    pub also_matched: Json,
}

impl ActiveModelBehavior for ActiveModel {}
