//! What the customer sells, as far as goals ask for it: products, their categories, and order forms.

use crate::table::{drop_all, index, reference, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, string, text, uuid};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_named(manager, "product", "product_external_id").await?;
        create_named(manager, "category", "category_external_id").await?;
        create_named(manager, "order_form", "order_form_external_id").await?;
        manager
            .create_table(
                table("product_category", &["product_id", "category_id"])
                    .col(uuid("product_id"))
                    .col(uuid("category_id"))
                    .foreign_key(&mut reference("product_category", "product_id", "product"))
                    .foreign_key(&mut reference("product_category", "category_id", "category"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["product_category", "order_form", "category", "product"]).await
    }
}

async fn create_named(manager: &SchemaManager<'_>, name: &'static str, unique: &'static str) -> Result<(), DbErr> {
    manager
        .create_table(
            table(name, &["id"])
                .col(uuid("id"))
                .col(string("external_id"))
                .col(string("name"))
                .col(text("searched"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .col(big_integer_null("archived_at"))
                .take(),
        )
        .await?;
    manager.create_index(index(unique, name, &["external_id"]).unique().take()).await
}
