//! The server's tests, in one binary: each with a fresh world, on SQLite and on PostgreSQL.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "../harness"]
mod harness {
    #[allow(dead_code, reason = "the races need a part of it, the simulator all")]
    pub mod auditor;
    pub mod events;
    #[allow(dead_code, reason = "the races need a part of it, the simulator all")]
    pub mod found;
    pub mod postgres;
    pub mod scenario;
    pub mod snapshot;
    pub mod socket;
    pub mod world;
}

mod bad_input;
mod catalogue;
mod categories;
mod check;
mod command_line;
mod contacts;
mod contract;
mod counting;
mod drafts;
mod faults;
mod feed;
mod hands;
mod health;
mod http;
mod isolation;
mod lists;
mod migrations;
mod nodes;
mod orders;
mod previews;
mod products;
mod races;
mod reversals;
mod rollback;
mod rules;
mod scenarios;
mod schema;
mod settings;
mod sse;
mod states;
mod workspaces;

/// Makes of each async function over a [`harness::world::World`] one test on SQLite and one on PostgreSQL.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($world: &crate::harness::world::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let world = crate::harness::world::World::sqlite().await;
                story(&world).await;
                world.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                if let Some(world) = crate::harness::world::World::postgres().await {
                    story(&world).await;
                    world.end().await;
                }
            }
        }
    )+};
}
pub(crate) use on_both;
