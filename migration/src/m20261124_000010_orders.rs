//! Orders and payments, what is taken back of conversions, and categories within categories.

use crate::table::{drop_all, index, reference, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, json_binary, string, string_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::prelude::Uuid;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_order(manager).await?;
        create_payment(manager).await?;
        create_reversal(manager).await?;
        add(manager, "event", boolean("counts").default(true).take()).await?;
        keep_purchases(manager).await?;
        add(manager, "conversion", uuid("earned_event_id").default(Uuid::nil()).take()).await?;
        // What converted before earned by the event that decided it.
        let earned = Query::update().table("conversion").value("earned_event_id", Expr::col("event_id")).take();
        manager.execute(earned).await?;
        manager.create_index(index("conversion_earned", "conversion", &["earned_event_id"])).await?;
        add(manager, "category", uuid_null("parent_id").take()).await?;
        let nested =
            index("category_parent", "category", &["parent_id"]).and_where(Expr::col("parent_id").is_not_null()).take();
        manager.create_index(nested).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in [("category", "category_parent"), ("conversion", "conversion_earned")] {
            let mut index = Index::drop();
            index.name(name).table(table);
            manager.drop_index(index).await?;
        }
        remove(manager, "category", "parent_id").await?;
        remove(manager, "conversion", "earned_event_id").await?;
        remove(manager, "event", "counts").await?;
        // Their places in the feed stay, or it would have gaps.
        let counted = Query::delete().from_table("counter").and_where(Expr::col("metric").like("%_reversed")).take();
        manager.execute(counted).await?;
        drop_all(manager, &["reversal", "payment", "customer_order"]).await
    }
}

async fn add(manager: &SchemaManager<'_>, table: &'static str, column: ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(column).take()).await
}

async fn remove(manager: &SchemaManager<'_>, table: &'static str, column: &'static str) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).drop_column(column).take()).await
}

/// What was bought before there were orders is an order each; of two under one id the first counts.
async fn keep_purchases(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let is_sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let (object, id) = match is_sqlite {
        true => ("json_object", "lower(hex(e.id))"),
        false => ("jsonb_build_object", "e.id::text"),
    };
    let literal = |text: &str| if is_sqlite { format!("json('{text}')") } else { format!("'{text}'::jsonb") };
    let (none, no, list, map) = (literal("null"), literal("false"), literal("[]"), literal("{}"));
    // As an order is kept: without its own id, and from somewhere.
    let source = "COALESCE(e.properties ->> 'source', e.source, 'API')";
    let (properties, total) = match is_sqlite {
        true => (
            format!("json_set(json_remove(e.properties, '$.orderId'), '$.source', {source})"),
            "json(e.properties -> 'amount')",
        ),
        false => (
            format!("(e.properties - 'orderId') || jsonb_build_object('source', {source})"),
            "e.properties -> 'amount'",
        ),
    };
    let state = format!(
        "{object}('id', {id}, 'placed', {object}('event', {id}, 'at', e.at, 'properties', {properties}), \
         'edits', {list}, 'first_payment', {none}, 'first_test_payment', {none}, \
         'purchase', {object}('event', {id}, 'at', e.at, 'total', {total}, 'payment', {none}), \
         'back', {object}('sums', {map}, 'count', 0, 'is_full', {no}, 'is_cancelled', {no}, 'last', {none}), 'flags', {list})"
    );
    let earlier = "EXISTS (SELECT 1 FROM event b WHERE b.workspace_id = e.workspace_id AND b.contact_id = e.contact_id \
                   AND b.event_type = e.event_type AND b.properties ->> 'orderId' = e.properties ->> 'orderId' \
                   AND b.id < e.id)";
    let purchases = "e.event_type = 'order.purchased'";
    let connection = manager.get_connection();
    let repeats = format!(
        "UPDATE event SET counts = FALSE WHERE (workspace_id, id) IN \
         (SELECT e.workspace_id, e.id FROM event e WHERE {purchases} AND {earlier})"
    );
    connection.execute_unprepared(&repeats).await?;
    let orders = format!(
        "INSERT INTO customer_order (workspace_id, id, contact_id, external_id, status, placed_at, purchased_at, \
         purchase_event_id, state_schema, state) SELECT e.workspace_id, e.id, e.contact_id, \
         e.properties ->> 'orderId', 'purchased', e.at, e.at, e.id, 1, {state} FROM event e \
         WHERE {purchases} AND e.counts"
    );
    connection.execute_unprepared(&orders).await?;
    Ok(())
}

async fn create_order(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // `order` is a word of SQL.
    manager
        .create_table(
            table("customer_order", &["id"])
                .col(uuid("id"))
                .col(uuid("contact_id"))
                .col(string("external_id"))
                .col(string("status"))
                .col(big_integer_null("placed_at"))
                .col(big_integer_null("purchased_at"))
                .col(uuid("purchase_event_id"))
                .col(integer("state_schema"))
                .col(json_binary("state"))
                .foreign_key(&mut reference("customer_order", "contact_id", "contact"))
                .take(),
        )
        .await?;
    let named = &["contact_id", "external_id"];
    manager.create_index(index("customer_order_external_id", "customer_order", named).unique().take()).await?;
    // What nobody has placed yet is looked for by those who wonder why.
    let awaited = index("customer_order_awaited", "customer_order", &["contact_id", "external_id"])
        .and_where(Expr::col("status").eq("awaited"))
        .take();
    manager.create_index(awaited).await
}

async fn create_payment(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table("payment", &["id"])
                .col(uuid("id"))
                .col(uuid("contact_id"))
                .col(string("external_id"))
                .col(string_null("order_external_id"))
                .col(string("status"))
                .col(big_integer_null("amount_minor"))
                .col(string_null("amount_currency"))
                .col(string_null("payment_type"))
                .col(uuid("event_id"))
                .col(big_integer("at"))
                .col(big_integer("failures"))
                .foreign_key(&mut reference("payment", "contact_id", "contact"))
                .take(),
        )
        .await?;
    let named = &["contact_id", "external_id"];
    manager.create_index(index("payment_external_id", "payment", named).unique().take()).await?;
    manager.create_index(index("payment_order", "payment", &["contact_id", "order_external_id"])).await
}

async fn create_reversal(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table("reversal", &["id"])
                .col(uuid("id"))
                .col(big_integer("position"))
                .col(uuid("conversion_id"))
                .col(uuid("enrollment_id"))
                .col(uuid("automation_id"))
                .col(uuid("contact_id"))
                .col(uuid("goal_id"))
                .col(uuid("event_id"))
                .col(big_integer("reversed_at"))
                .col(big_integer_null("amount_minor"))
                .col(string_null("amount_currency"))
                .col(boolean("in_full"))
                .foreign_key(&mut reference("reversal", "conversion_id", "conversion"))
                .take(),
        )
        .await?;
    manager.create_index(index("reversal_position", "reversal", &["position"]).unique().take()).await?;
    // A conversion is taken back as a whole once, whatever the code does.
    let whole = index("reversal_in_full", "reversal", &["conversion_id"])
        .unique()
        .and_where(Expr::col("in_full").eq(true))
        .take();
    manager.create_index(whole).await?;
    manager.create_index(index("reversal_conversion", "reversal", &["conversion_id", "position"])).await?;
    manager.create_index(index("reversal_enrollment", "reversal", &["enrollment_id"])).await
}
