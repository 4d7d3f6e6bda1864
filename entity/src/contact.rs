//! A person, by the customer's own id.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The customer's own id, unique in the workspace.
    pub external_id: String,
    /// When it was first seen, µs UTC.
    pub created_at: i64,
    /// Where messages may go.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// A given name.
    pub first_name: Option<String>,
    /// A family name.
    pub last_name: Option<String>,
    /// Whatever else, an object.
    #[sea_orm(column_type = "JsonBinary")]
    pub attributes: Json,
}

impl ActiveModelBehavior for ActiveModel {}
