//! Something that happened to a contact; immutable.

use sea_orm::entity::prelude::*;

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// Its id, in order of receipt within a node.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// To whom.
    pub contact_id: Uuid,
    /// The sender's key, unique in the workspace.
    pub message_id: Option<String>,
    /// Hash of what was sent, to tell a repeat from another event under the same key.
    pub fingerprint: String,
    /// What happened.
    pub event_type: String,
    /// The time that counts: the earlier of the next two, µs UTC.
    pub at: i64,
    /// When the sender says it happened, µs UTC.
    pub occurred_at: i64,
    /// When it was received, µs UTC.
    pub received_at: i64,
    /// What it is worth, in minor units.
    pub value_minor: Option<i64>,
    /// ISO 4217 code of the value.
    pub value_currency: Option<String>,
    /// Where it came from.
    pub source: Option<String>,
    /// The shape of the properties.
    pub properties_schema: i32,
    /// The rest.
    #[sea_orm(column_type = "JsonBinary")]
    pub properties: Json,
    /// Whether it counts for anything; not what says again what counted already.
    pub counts: bool,
}

impl ActiveModelBehavior for ActiveModel {}
