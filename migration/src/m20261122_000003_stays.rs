//! Stays of contacts in automations, and the records that are kept of them for ever.

use crate::table::{drop_all, index, reference, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, json_binary, string, string_null, uuid,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_enrollment(manager).await?;
        create_exit(manager).await?;
        create_conversion(manager).await?;
        create_skip(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["skip", "conversion", "exit", "progress", "enrollment"]).await
    }
}

async fn create_enrollment(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table("enrollment", &["id"])
                .col(uuid("id"))
                .col(uuid("automation_id"))
                .col(integer("version"))
                .col(uuid("contact_id"))
                .col(integer("rotation"))
                .col(string("status"))
                .col(big_integer("entered_at"))
                .col(uuid("entry_rule_id"))
                .col(uuid("entry_event_id"))
                .col(big_integer_null("exited_at"))
                .col(string_null("exit_reason"))
                .foreign_key(&mut reference("enrollment", "contact_id", "contact"))
                .foreign_key(&mut reference("enrollment", "automation_id", "automation"))
                .take(),
        )
        .await?;
    let stays = &["contact_id", "automation_id", "rotation"];
    manager.create_index(index("enrollment_rotation", "enrollment", stays).unique().take()).await?;
    // At most one active stay per contact and automation (R2), whatever the code does.
    let active = index("enrollment_active", "enrollment", &["contact_id", "automation_id"])
        .unique()
        .and_where(Expr::col("status").eq("active"))
        .take();
    manager.create_index(active).await?;
    manager.create_index(index("enrollment_automation", "enrollment", &["automation_id", "id"])).await?;
    manager
        .create_table(
            table("progress", &["contact_id", "owner_id", "condition_id"])
                .col(uuid("contact_id"))
                .col(uuid("owner_id"))
                .col(string("owner_kind"))
                .col(uuid("condition_id"))
                .col(big_integer("met_at"))
                .col(uuid("event_id"))
                .foreign_key(&mut reference("progress", "contact_id", "contact"))
                .take(),
        )
        .await
}

async fn create_exit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table("exit", &["id"])
                .col(uuid("id"))
                .col(big_integer("position"))
                .col(uuid("enrollment_id"))
                .col(uuid("automation_id"))
                .col(uuid("contact_id"))
                .col(string("reason"))
                .col(uuid("rule_id"))
                .col(uuid("event_id"))
                .col(big_integer("exited_at"))
                .col(boolean("within_window"))
                .col(json_binary("also_matched"))
                .col(integer("why_schema"))
                .col(json_binary("why"))
                .foreign_key(&mut reference("exit", "enrollment_id", "enrollment"))
                .take(),
        )
        .await?;
    // Exactly one per ended stay (R31), whatever the code does.
    manager.create_index(index("exit_enrollment", "exit", &["enrollment_id"]).unique().take()).await?;
    manager.create_index(index("exit_position", "exit", &["position"]).unique().take()).await?;
    manager.create_index(index("exit_automation", "exit", &["automation_id", "position"])).await
}

async fn create_conversion(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table("conversion", &["id"])
                .col(uuid("id"))
                .col(big_integer("position"))
                .col(uuid("enrollment_id"))
                .col(uuid("automation_id"))
                .col(uuid("contact_id"))
                .col(uuid("goal_id"))
                .col(uuid("event_id"))
                .col(big_integer("converted_at"))
                .col(big_integer("elapsed_us"))
                .col(big_integer_null("value_minor"))
                .col(string_null("value_currency"))
                .col(boolean("counted"))
                .col(boolean("headline"))
                .col(boolean("late"))
                .col(boolean("after_exit"))
                .col(boolean("within_window"))
                .col(json_binary("also_matched"))
                .foreign_key(&mut reference("conversion", "enrollment_id", "enrollment"))
                .take(),
        )
        .await?;
    manager.create_index(index("conversion_position", "conversion", &["position"]).unique().take()).await?;
    manager.create_index(index("conversion_enrollment", "conversion", &["enrollment_id"])).await?;
    // What the median of an automation walks along.
    let headline = index("conversion_elapsed", "conversion", &["automation_id", "elapsed_us"])
        .and_where(Expr::col("headline").eq(true))
        .take();
    manager.create_index(headline).await
}

async fn create_skip(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table("skip", &["id"])
                .col(uuid("id"))
                .col(uuid("automation_id"))
                .col(uuid("contact_id"))
                .col(uuid("rule_id"))
                .col(uuid("event_id"))
                .col(big_integer("skipped_at"))
                .col(string("reason"))
                .foreign_key(&mut reference("skip", "contact_id", "contact"))
                .take(),
        )
        .await?;
    manager.create_index(index("skip_automation", "skip", &["automation_id", "id"])).await
}
