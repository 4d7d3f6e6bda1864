//! The history of the schema, up and down, for SQLite and PostgreSQL alike.
//!
//! A migration that was released is never edited; it never names the entities, which show the schema as it is today.
//! Every primary key, unique key and foreign key begins with the workspace, so that the tables can be distributed by
//! it; times are microseconds UTC and amounts are minor units, both as 64-bit integers.

mod m20261122_000001_contacts_and_events;
mod m20261122_000002_automations;
mod m20261122_000003_stays;
mod m20261122_000004_counters_and_feed;
mod m20261124_000005_editing;
mod m20261124_000006_tallies;
mod m20261124_000007_hands;
mod m20261124_000008_products;
mod m20261124_000009_facts_and_timers;
mod m20261124_000010_orders;
mod table;

pub use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

/// Every migration, oldest first.
pub struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_contacts_and_events::Migration),
            Box::new(m20261122_000002_automations::Migration),
            Box::new(m20261122_000003_stays::Migration),
            Box::new(m20261122_000004_counters_and_feed::Migration),
            Box::new(m20261124_000005_editing::Migration),
            Box::new(m20261124_000006_tallies::Migration),
            Box::new(m20261124_000007_hands::Migration),
            Box::new(m20261124_000008_products::Migration),
            Box::new(m20261124_000009_facts_and_timers::Migration),
            Box::new(m20261124_000010_orders::Migration),
        ]
    }
}
