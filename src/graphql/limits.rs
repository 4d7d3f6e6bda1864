//! Bounds of a document, each against a way of asking for too much at once.

/// How deep fields may nest; the introspection query of common tools needs 15.
pub(super) const DEPTH_MAX: usize = 20;
/// Directives on one field: each costs a pass.
pub(super) const DIRECTIVES_MAX: usize = 10;
/// Aliases of one document: each runs its field again.
pub(super) const ALIASES_MAX: usize = 50;
/// Items of one page.
pub(super) const PAGE_ITEMS_MAX: i32 = 100;
/// Ids that `nodes` finds at once: as many as a page has items.
pub(super) const NODES_MAX: usize = 100;
/// Values of one list in a filter.
pub(super) const FILTER_VALUES_MAX: usize = 100;
/// What one document may cost: a field costs one, and what is below a list or a page as often as it is likely to come.
pub(super) const COST_MAX: usize = 50_000;
/// How often what is below a list of rules, conditions or filters is taken to come.
pub(super) const LIST_COST: usize = 3;
/// How often what is below a rule's automation is taken to come: it leads back to where rules come from, so that asked
/// for again and again it would multiply without end.
pub(super) const WAY_BACK_COST: usize = 50;

/// What a page costs, for what one of its items costs. A size that will be refused costs nothing here.
pub(super) fn cost_of_page(first: Option<i32>, last: Option<i32>, item: usize) -> usize {
    let size = first.or(last).and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
    size.max(1).saturating_mul(item)
}

/// The cost of a field that is a page.
///
/// Given by the names of its arguments, GraphQL's library would refuse a document that declares a variable for `first`
/// or `last` and leaves it out; so they are read here, in the words that it has in the place of a cost.
macro_rules! page_cost {
    ($ctx:ident, $definitions:ident, $field:ident, $item:ident) => {{
        let size = |name| $ctx.param_value::<Option<i32>>($definitions, $field, name, None).ok().flatten();
        $crate::graphql::limits::cost_of_page(size("first"), size("last"), $item)
    }};
}
pub(super) use page_cost;
