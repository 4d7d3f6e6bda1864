//! What callers send: mapped to drafts, which the core checks.

pub(super) mod automation;
pub(super) mod condition;
pub(super) mod enrollment;
pub(super) mod event;
pub(super) mod filter;
pub(super) mod rule;
