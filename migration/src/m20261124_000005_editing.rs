//! What editing needs: versions of drafts, what is archived, who a contact is, and what the engine is to carry out.

use crate::table::{drop_all, index, reference, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, json_binary, string, string_null, uuid,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The columns that are added, table by table.
fn columns() -> Vec<(&'static str, ColumnDef)> {
    vec![
        ("automation", integer("version").default(1).take()),
        ("automation", boolean("draft_changed").default(true).take()),
        ("rule", integer("version").default(1).take()),
        ("rule", big_integer_null("archived_at").take()),
        ("contact", string_null("email").take()),
        ("contact", string_null("phone").take()),
        ("contact", string_null("first_name").take()),
        ("contact", string_null("last_name").take()),
        ("contact", json_binary("attributes").default("{}").take()),
    ]
}

/// Nothing but rules were added to a draft before; so what was published is the draft unless one was made later.
const UNCHANGED_DRAFTS: &str = "UPDATE automation SET draft_changed = FALSE WHERE published_number IS NOT NULL \
    AND NOT EXISTS (SELECT 1 FROM rule r JOIN automation_version v ON v.workspace_id = r.workspace_id \
    AND v.automation_id = r.automation_id WHERE r.workspace_id = automation.workspace_id \
    AND r.automation_id = automation.id AND v.number = automation.published_number AND r.created_at > v.published_at)";

/// An older Offramp knows nothing that is archived: such automations rest again, and such rules follow the others.
const NOTHING_ARCHIVED: &[&str] = &[
    "UPDATE automation SET status = CASE WHEN published_number IS NULL THEN 'draft' ELSE 'paused' END \
     WHERE status = 'archived'",
    "UPDATE rule SET rank = 1000000 + (SELECT COUNT(*) FROM rule o WHERE o.workspace_id = rule.workspace_id \
     AND o.automation_id = rule.automation_id AND o.kind = rule.kind AND o.archived_at IS NOT NULL \
     AND o.id < rule.id) WHERE archived_at IS NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, mut column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await?;
        }
        manager.get_connection().execute_unprepared(UNCHANGED_DRAFTS).await?;
        drop_index(manager, "rule_rank", "rule").await?;
        // Among those that are not archived; the others keep the place that they had.
        let rank = rule_rank().and_where(Expr::col("archived_at").is_null()).take();
        manager.create_index(rank).await?;
        create_command(manager).await?;
        // What a list of conversions walks along, by automation or by goal.
        manager.create_index(index("conversion_automation", "conversion", &["automation_id", "position"])).await?;
        manager.create_index(index("conversion_goal", "conversion", &["goal_id", "position"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "conversion_goal", "conversion").await?;
        drop_index(manager, "conversion_automation", "conversion").await?;
        drop_all(manager, &["command"]).await?;
        drop_index(manager, "rule_rank", "rule").await?;
        for statement in NOTHING_ARCHIVED {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        manager.create_index(rule_rank()).await?;
        for (table, column) in columns().into_iter().rev() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table(table).drop_column(name).take()).await?;
        }
        Ok(())
    }
}

fn rule_rank() -> IndexCreateStatement {
    index("rule_rank", "rule", &["automation_id", "kind", "rank"]).unique().take()
}

async fn drop_index(manager: &SchemaManager<'_>, name: &'static str, table: &'static str) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name).table(table).to_owned()).await
}

async fn create_command(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table("command", &["id"])
                .col(uuid("id"))
                .col(string("kind"))
                .col(uuid("automation_id"))
                .col(big_integer("created_at"))
                .col(big_integer_null("done_at"))
                .foreign_key(&mut reference("command", "automation_id", "automation"))
                .take(),
        )
        .await?;
    // Those that wait, of which there are few at any time.
    let waiting = index("command_waiting", "command", &["id"]).and_where(Expr::col("done_at").is_null()).take();
    manager.create_index(waiting).await
}
