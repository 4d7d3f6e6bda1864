//! Automations: the draft (an automation and its rules) and the immutable versions that were published.

use crate::table::{drop_all, index, reference, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, integer_null, json_binary, string, string_null, uuid};

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
                table("automation", &["id"])
                    .col(uuid("id"))
                    .col(string("name"))
                    .col(string("status"))
                    .col(json_binary("re_entry"))
                    .col(integer_null("published_number"))
                    .col(big_integer("created_at"))
                    .col(big_integer("updated_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("automation_version", &["automation_id", "number"])
                    .col(uuid("automation_id"))
                    .col(integer("number"))
                    .col(json_binary("definition"))
                    .col(big_integer("published_at"))
                    .foreign_key(&mut reference("automation_version", "automation_id", "automation"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("rule", &["id"])
                    .col(uuid("id"))
                    .col(uuid("automation_id"))
                    .col(string("kind"))
                    .col(integer("rank"))
                    .col(string_null("own_name"))
                    .col(integer("definition_schema"))
                    .col(json_binary("definition"))
                    .col(big_integer("created_at"))
                    .col(big_integer("updated_at"))
                    .foreign_key(&mut reference("rule", "automation_id", "automation"))
                    .take(),
            )
            .await?;
        manager.create_index(index("rule_rank", "rule", &["automation_id", "kind", "rank"]).unique().take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["rule", "automation_version", "automation"]).await
    }
}
