//! Offramp: the backend for automation goals. It decides at the moment of an event when a contact leaves an automation,
//! exactly once and durably, says so live, and counts what the automation earned.
//!
//! `http > graphql > {authoring, engine} > store > entity > domain`: a line uses what stands below it, never above.
//! `ARCHITECTURE.md` is the map.

pub mod app;
pub mod authoring;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod engine;
pub mod graphql;
pub mod http;
pub mod secret;
pub mod shutdown;
pub mod store;
pub mod telemetry;
