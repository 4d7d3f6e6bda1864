//! What is known of contacts now, the instants that conditions wait for, and the ids that events have mentioned.

use crate::table::{drop_all, index, reference, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, json_binary, string, uuid};

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
                table("fact", &["contact_id", "kind", "key"])
                    .col(uuid("contact_id"))
                    .col(string("kind"))
                    .col(string("key"))
                    .col(json_binary("value"))
                    .col(big_integer("at"))
                    .col(uuid("event_id"))
                    .foreign_key(&mut reference("fact", "contact_id", "contact"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("timer", &["contact_id", "owner_id", "condition_id"])
                    .col(uuid("contact_id"))
                    .col(uuid("owner_id"))
                    .col(string("owner_kind"))
                    .col(uuid("condition_id"))
                    .col(uuid("automation_id"))
                    .col(big_integer("due_at"))
                    .foreign_key(&mut reference("timer", "contact_id", "contact"))
                    .take(),
            )
            .await?;
        manager.create_index(index("timer_due", "timer", &["due_at"])).await?;
        manager
            .create_table(
                table("mention", &["source", "key"])
                    .col(string("source"))
                    .col(string("key"))
                    .col(big_integer("first_at"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["mention", "timer", "fact"]).await
    }
}
