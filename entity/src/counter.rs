//! A count in a quarter of an hour.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counter")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Where.
    #[sea_orm(primary_key, auto_increment = false)]
    pub automation_id: Uuid,
    /// The rule that decided; nil if a hand did.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule_id: Uuid,
    /// What is counted.
    #[sea_orm(primary_key, auto_increment = false)]
    pub metric: String,
    /// ISO 4217 code of the amount; empty where there is none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub currency: String,
    /// The beginning of the quarter, µs UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub bucket: i64,
    /// How many.
    pub count: i64,
    /// How much, in minor units.
    pub amount_minor: i64,
}

impl ActiveModelBehavior for ActiveModel {}
