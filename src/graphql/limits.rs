//! Bounds of a document, each against a way of asking for too much at once.

/// How deep fields may nest; the introspection query of common tools needs 15.
pub(super) const DEPTH_MAX: usize = 20;
/// Directives on one field: each costs a pass.
pub(super) const DIRECTIVES_MAX: usize = 10;
/// Aliases of one document: each runs its field again.
pub(super) const ALIASES_MAX: usize = 50;
/// Items of one page.
pub(super) const PAGE_ITEMS_MAX: i32 = 100;
/// Values of one list in a filter.
pub(super) const FILTER_VALUES_MAX: usize = 100;
