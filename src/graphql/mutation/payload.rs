//! What every payload has: the thing that was written or null, the caller's faults, and a way to read on.

use crate::authoring::AuthoringError;
use crate::engine::HandError;
use crate::graphql::error::{internal, not_ingested};
use async_graphql::Context;

/// What was written, or why not.
pub(super) type Written<T> = Result<T, AuthoringError>;

/// What came of something that went the way of events.
pub(super) fn moved<T>(ctx: &Context<'_>, moved: Result<T, HandError>) -> async_graphql::Result<Written<T>> {
    match moved {
        Ok(thing) => Ok(Ok(thing)),
        Err(HandError::Refused(faults)) => Ok(Err(AuthoringError::Refused(faults))),
        Err(HandError::NotTaken(error)) => Err(not_ingested(ctx, &error)),
        Err(error @ (HandError::Failed(_) | HandError::Store(_))) => Err(internal(&error)),
    }
}

macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            $field: Option<$type>,
            /// Empty when it worked.
            user_errors: Vec<$crate::graphql::error::UserError>,
            /// For reading anything else afterwards.
            query: Option<$crate::graphql::query::Query>,
        }

        impl $name {
            fn of(result: $crate::graphql::mutation::payload::Written<$type>) -> async_graphql::Result<Self> {
                let query = Some($crate::graphql::query::Query::default());
                Ok(match result {
                    Ok($field) => Self { $field: Some($field), user_errors: Vec::new(), query },
                    Err(error) => {
                        let user_errors = $crate::graphql::error::user_errors(error)?;
                        Self { $field: None, user_errors, query }
                    }
                })
            }
        }
    };
}
pub(super) use payload;
