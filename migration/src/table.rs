//! What the tables have in common: keys that begin with the workspace.

use sea_orm_migration::prelude::{
    ForeignKey, ForeignKeyCreateStatement, IndexCreateStatement, Table, TableCreateStatement, TableDropStatement,
};
use sea_orm_migration::prelude::{Index, SchemaManager};
use sea_orm_migration::schema::uuid;
use sea_orm_migration::sea_orm::DbErr;

/// A table of one workspace's rows, whose key is the workspace and these columns. Every table refers to its workspace.
pub(crate) fn table(name: &'static str, key: &[&'static str]) -> TableCreateStatement {
    let mut primary = Index::create();
    primary.col("workspace_id");
    for column in key {
        primary.col(*column);
    }
    let mut workspace = ForeignKey::create();
    workspace.name(format!("{name}_workspace")).from(name, "workspace_id").to("workspace", "id");
    Table::create().table(name).col(uuid("workspace_id")).primary_key(&mut primary).foreign_key(&mut workspace).take()
}

/// A reference within the workspace.
pub(crate) fn reference(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{from}_{column}"))
        .from_tbl(from)
        .from_col("workspace_id")
        .from_col(column)
        .to_tbl(to)
        .to_col("workspace_id")
        .to_col("id")
        .take()
}

/// An index over the workspace and these columns.
pub(crate) fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table).col("workspace_id");
    for column in columns {
        index.col(*column);
    }
    index.take()
}

/// Drops tables, the referring ones first.
pub(crate) async fn drop_all(manager: &SchemaManager<'_>, names: &[&'static str]) -> Result<(), DbErr> {
    for name in names {
        let drop: TableDropStatement = Table::drop().table(*name).take();
        manager.drop_table(drop).await?;
    }
    Ok(())
}
