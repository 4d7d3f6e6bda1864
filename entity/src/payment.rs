//! A payment, kept from the events that name it.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Of which contact.
    pub contact_id: Uuid,
    /// The customer's own id, unique for the contact.
    pub external_id: String,
    /// Of which order of the contact, by the customer's own id; the order may not be known yet.
    pub order_external_id: Option<String>,
    /// Whether it came in.
    pub status: String,
    /// How much, in minor units.
    pub amount_minor: Option<i64>,
    /// ISO 4217 code of the amount.
    pub amount_currency: Option<String>,
    /// How it was paid.
    pub payment_type: Option<String>,
    /// The event by which it stands as it does.
    pub event_id: Uuid,
    /// When that happened, µs UTC.
    pub at: i64,
    /// How often it failed.
    pub failures: i64,
}

impl ActiveModelBehavior for ActiveModel {}
