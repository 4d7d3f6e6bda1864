//! An order, kept from the events that name it.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_order")]
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
    /// How it stands.
    pub status: String,
    /// When it was placed, µs UTC; none while it is only named.
    pub placed_at: Option<i64>,
    /// When it was purchased, µs UTC.
    pub purchased_at: Option<i64>,
    /// Its one purchase; nil before.
    pub purchase_event_id: Uuid,
    /// The shape of the next.
    pub state_schema: i32,
    /// What is known of it.
    #[sea_orm(column_type = "JsonBinary")]
    pub state: Json,
}

impl ActiveModelBehavior for ActiveModel {}
