//! What callers send: mapped to drafts, which the core checks.

pub(super) mod automation;
pub(super) mod condition;
pub(super) mod contact;
pub(super) mod enrollment;
pub(super) mod event;
pub(super) mod filter;
pub(super) mod order;
pub(super) mod preview;
pub(super) mod product;
pub(super) mod rule;
pub(super) mod workspace;

use super::error::bad_input;
use async_graphql::{Error, InputType, MaybeUndefined};
use offramp_domain::fault;
use offramp_domain::limits::NAME_CHARS_MAX;
use offramp_domain::patch::Patch;

/// What a caller says of a field: left out it stays, null clears it.
fn patch<T: InputType, U>(field: MaybeUndefined<T>, read: impl FnOnce(T) -> U) -> Patch<U> {
    match field {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(value) => Patch::Set(read(value)),
    }
}

/// What a caller looks for among names; nothing, if left out or empty, as a field for searching is before somebody types.
pub(super) fn searched(search: Option<String>) -> Result<Option<String>, Error> {
    let search = search.filter(|search| !search.trim().is_empty());
    let read = search.map(|search| fault::text(&search, NAME_CHARS_MAX));
    read.transpose().map_err(|(_, why)| bad_input(format!("`search`: {why}")))
}
