//! The tables as they are today, one file each, as SeaORM entities.
//!
//! Nothing but shape: what rows mean is decided in `domain`, how they are read and written in the `store` room of the
//! server. Times are microseconds UTC, amounts are minor units.

// The derives write undocumented items beside each model.
#![allow(missing_docs)]

pub mod automation;
pub mod automation_version;
pub mod category;
pub mod command;
pub mod contact;
pub mod conversion;
pub mod counter;
pub mod customer_order;
pub mod enrollment;
pub mod event;
pub mod exit;
pub mod fact;
pub mod feed;
pub mod feed_head;
pub mod mention;
pub mod order_form;
pub mod payment;
pub mod product;
pub mod product_category;
pub mod progress;
pub mod reversal;
pub mod rule;
pub mod skip;
pub mod timer;
pub mod workspace;
