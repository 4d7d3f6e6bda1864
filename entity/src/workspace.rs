//! A tenant.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspace")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name, unique; what callers send to choose it.
    pub name: String,
    /// IANA name of the zone that its reports are in.
    pub time_zone: String,
    /// ISO 4217 code of amounts that name no currency.
    pub currency: String,
    /// Which edition it has: `MAX` or `MAX_CLASSIC`.
    pub edition: String,
    /// Goes up with each change of what runs, so that engines reload.
    pub revision: i64,
    /// When it was made, µs UTC.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
