//! How far somebody got with a condition of a rule that is not satisfied yet, or that counts on.

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
    /// When it was met, or last counted, µs UTC.
    pub met_at: i64,
    /// By which event.
    pub event_id: Uuid,
    /// Whether it is met.
    pub is_met: bool,
    /// How many events counted.
    pub tally: i64,
    /// What they add up to, in minor units.
    pub sum_minor: Option<i64>,
    /// Of what, ISO 4217.
    pub sum_currency: Option<String>,
    /// What they add up to where it is a number, as a decimal.
    pub sum_number: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
