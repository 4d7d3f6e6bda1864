//! Stays that a hand began or ended: whoever did may say that the contact never comes back. And commands, which the
//! control plane leaves to the data plane.

use crate::table::{drop_all, index, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, string, uuid};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = boolean("may_reenter");
        manager.alter_table(Table::alter().table("enrollment").add_column(column.default(true)).take()).await?;
        manager
            .create_table(
                table("command", &["id"])
                    .col(uuid("id"))
                    .col(string("kind"))
                    .col(uuid("automation_id"))
                    .col(big_integer("created_at"))
                    .col(big_integer_null("done_at"))
                    .take(),
            )
            .await?;
        manager.create_index(index("command_done", "command", &["done_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["command"]).await?;
        manager.alter_table(Table::alter().table("enrollment").drop_column("may_reenter").take()).await
    }
}
