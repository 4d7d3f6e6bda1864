//! Scalars that travel as strings. They take any string: what one means is checked by the core, which can say where and
//! why it is wrong, and for one event of a batch alone.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use offramp_domain::time::{Elapsed, Timestamp};

macro_rules! string_scalar {
    ($(#[$doc:meta])* $name:ident, $graphql:literal, $url:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub String);

        $(#[$doc])*
        #[Scalar(name = $graphql, specified_by_url = $url)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    };
}

string_scalar!(
    /// An instant in time, RFC 3339 with an offset, such as `2026-11-22T02:00:00Z`; exact to the microsecond.
    DateTime,
    "DateTime",
    "https://scalars.graphql.org/andimarek/date-time"
);
string_scalar!(
    /// An exact decimal number as a string, such as `"12.50"`.
    Decimal,
    "Decimal",
    "https://scalars.graphql.org/chillicream/decimal.html"
);
string_scalar!(
    /// A length of time in ISO 8601, such as `P1D` or `PT90M`. A day is 24 hours; months and years are refused.
    Duration,
    "Duration",
    "https://www.iso.org/iso-8601-date-and-time-format.html"
);

impl From<Timestamp> for DateTime {
    fn from(instant: Timestamp) -> Self {
        Self(instant.to_string())
    }
}

impl DateTime {
    /// A stored instant.
    pub(super) fn of_micros(micros: i64) -> Self {
        Timestamp::from_micros(micros).into()
    }
}

impl From<Elapsed> for Duration {
    fn from(length: Elapsed) -> Self {
        Self(length.to_string())
    }
}
