//! Counters in quarters of an hour, and the one feed of a workspace with its head.

use crate::table::{drop_all, index, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string, string_null, uuid};

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
                table("counter", &["automation_id", "rule_id", "metric", "currency", "bucket"])
                    .col(uuid("automation_id"))
                    .col(uuid("rule_id"))
                    .col(string("metric"))
                    .col(string("currency"))
                    .col(big_integer("bucket"))
                    .col(big_integer("count"))
                    .col(big_integer("amount_minor"))
                    .take(),
            )
            .await?;
        // Refers to what it reports by id alone: exits and conversions are kept for ever, the feed may be pruned.
        manager
            .create_table(
                table("feed", &["position"])
                    .col(big_integer("position"))
                    .col(string("kind"))
                    .col(uuid("reference_id"))
                    .col(uuid("automation_id"))
                    .col(uuid("contact_id"))
                    .col(uuid("rule_id"))
                    .col(string_null("reason"))
                    .take(),
            )
            .await?;
        manager.create_index(index("feed_kind", "feed", &["kind", "position"])).await?;
        manager
            .create_table(table("feed_head", &[]).col(big_integer("position")).col(big_integer("epoch")).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["feed_head", "feed", "counter"]).await
    }
}
