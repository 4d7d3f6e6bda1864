//! What every payload has: the thing that was written or null, the caller's faults, and a way to read on.

use crate::authoring::AuthoringError;

/// What was written, or why not.
pub(super) type Written<T> = Result<T, AuthoringError>;

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
