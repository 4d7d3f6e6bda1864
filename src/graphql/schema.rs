//! The schema, with what its resolvers work with.

use super::Services;
use super::limits::{ALIASES_MAX, COST_MAX, DEPTH_MAX, DIRECTIVES_MAX};
use super::loaders::LoadersPerRequest;
use super::mutation::Mutation;
use super::query::Query;
use super::subscription::Subscription;
use async_graphql::{SDLExportOptions, Schema, SchemaBuilder};

/// The schema of Offramp.
pub type OfframpSchema = Schema<Query, Mutation, Subscription>;

/// The schema over these services.
pub fn build(services: Services) -> OfframpSchema {
    let loaders = LoadersPerRequest { store: services.store.clone(), delay: services.loader_delay };
    builder().extension(loaders).data(services).finish()
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        .limit_complexity(COST_MAX)
        .limit_depth(DEPTH_MAX)
        .limit_directives(DIRECTIVES_MAX)
        .limit_aliases(ALIASES_MAX)
}

/// The schema's text, as committed in `schema.graphql`.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(
        SDLExportOptions::new()
            .sorted_fields()
            .sorted_arguments()
            .sorted_enum_items()
            .include_specified_by()
            .prefer_single_line_descriptions(),
    )
}
