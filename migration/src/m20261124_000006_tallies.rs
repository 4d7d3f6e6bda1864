//! Conditions that ask for a count or a sum: how far somebody got with them. What was met before this is met, by one
//! event.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, string_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite takes no more.
        for column in [
            boolean("is_met").default(true).take(),
            big_integer("tally").default(1).take(),
            big_integer_null("sum_minor").take(),
            string_null("sum_currency").take(),
            string_null("sum_number").take(),
        ] {
            manager.alter_table(Table::alter().table("progress").add_column(column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Without the columns a row would say that its condition is met.
        let begun = Query::delete().from_table("progress").and_where(Expr::col("is_met").eq(false)).take();
        manager.execute(begun).await?;
        for column in ["sum_number", "sum_currency", "sum_minor", "tally", "is_met"] {
            manager.alter_table(Table::alter().table("progress").drop_column(column).take()).await?;
        }
        Ok(())
    }
}
