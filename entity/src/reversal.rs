//! The record that a conversion was taken back, whole or in part.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reversal")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its place in the feed.
    pub position: i64,
    /// Of which conversion.
    pub conversion_id: Uuid,
    /// Of which stay.
    pub enrollment_id: Uuid,
    /// Where.
    pub automation_id: Uuid,
    /// Who.
    pub contact_id: Uuid,
    /// Of which goal.
    pub goal_id: Uuid,
    /// By which event.
    pub event_id: Uuid,
    /// When, µs UTC.
    pub reversed_at: i64,
    /// How much of its value, in minor units.
    pub amount_minor: Option<i64>,
    /// ISO 4217 code of the amount.
    pub amount_currency: Option<String>,
    /// Whether the conversion stands no more.
    pub in_full: bool,
}

impl ActiveModelBehavior for ActiveModel {}
