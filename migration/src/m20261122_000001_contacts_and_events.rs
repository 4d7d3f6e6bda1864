//! Workspaces, their contacts, and what happened to them.

use crate::table::{drop_all, index, reference, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, json_binary, pk_uuid, string, string_null, string_uniq, uuid,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("workspace")
                    .col(pk_uuid("id"))
                    .col(string_uniq("name"))
                    .col(string("time_zone"))
                    .col(string("currency"))
                    .col(string("edition"))
                    .col(big_integer("revision"))
                    .col(big_integer("created_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("contact", &["id"])
                    .col(uuid("id"))
                    .col(string("external_id"))
                    .col(big_integer("created_at"))
                    .take(),
            )
            .await?;
        manager.create_index(index("contact_external_id", "contact", &["external_id"]).unique().take()).await?;
        manager
            .create_table(
                table("event", &["id"])
                    .col(uuid("id"))
                    .col(uuid("contact_id"))
                    .col(string_null("message_id"))
                    .col(string("fingerprint"))
                    .col(string("event_type"))
                    .col(big_integer("at"))
                    .col(big_integer("occurred_at"))
                    .col(big_integer("received_at"))
                    .col(big_integer_null("value_minor"))
                    .col(string_null("value_currency"))
                    .col(string_null("source"))
                    .col(integer("properties_schema"))
                    .col(json_binary("properties"))
                    .foreign_key(&mut reference("event", "contact_id", "contact"))
                    .take(),
            )
            .await?;
        manager.create_index(index("event_message_id", "event", &["message_id"]).unique().take()).await?;
        manager.create_index(index("event_contact_at", "event", &["contact_id", "at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["event", "contact", "workspace"]).await
    }
}
