//! Offramp: the backend for automation goals.

pub mod store;
