//! What callers send: mapped to drafts, which the core checks.

pub(super) mod automation;
pub(super) mod condition;
pub(super) mod contact;
pub(super) mod enrollment;
pub(super) mod event;
pub(super) mod filter;
pub(super) mod product;
pub(super) mod rule;
pub(super) mod workspace;

use async_graphql::{InputType, MaybeUndefined};
use offramp_domain::patch::Patch;

/// What a caller says of a field: left out it stays, null clears it.
fn patch<T: InputType, U>(field: MaybeUndefined<T>, read: impl FnOnce(T) -> U) -> Patch<U> {
    match field {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(value) => Patch::Set(read(value)),
    }
}
