//! Which operators a filter knows. A stand-in: it does not say what they compare with.

use super::catalogue::FilterKind;
use super::operator::Operator;

/// What is given to an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {}

impl FilterKind {
    /// Every operator that it knows, for one value or another.
    pub fn operators(self) -> Vec<(Operator, Vec<Shape>)> {
        use Operator::{
            After, AllOf, AnyOf, Before, Between, Changed, ChangedFrom, ChangedFromTo, ChangedTo, Contains,
            DecreasedPast, EndsWith, Eq, Gt, Gte, In, IncreasedPast, Is, IsNotSet, IsSet, Lt, Lte, Matches, Neq,
            NoneOf, NotContains, NotIn, OlderThan, On, StartsWith, WithinLast, WithinNext,
        };
        let known: &[&[Operator]] = match self {
            Self::Ids(_) | Self::Items => &[&[AnyOf, NoneOf, AllOf]],
            Self::Enum(_) => &[&[AnyOf, NoneOf]],
            Self::EventName => &[&[Eq, In]],
            Self::Text => {
                &[&[Eq, Neq, Contains, NotContains, StartsWith, EndsWith, In, NotIn, Matches, IsSet, IsNotSet]]
            }
            Self::Number | Self::Money => &[&[Eq, Neq, Gt, Gte, Lt, Lte, Between, IsSet, IsNotSet]],
            Self::Flag => &[&[Is]],
            Self::Instant => &[&[Before, After, Between, On, WithinLast, OlderThan, WithinNext, IsSet, IsNotSet]],
            Self::Duration => &[&[Eq]],
            Self::Property => &[
                &[Eq, Neq, Contains, NotContains, StartsWith, EndsWith, In, NotIn, Matches, Gt, Gte, Lt, Lte],
                &[Between, Is, Before, After, On, WithinLast, OlderThan, WithinNext, IsSet, IsNotSet],
            ],
            Self::Change => &[&[Changed, ChangedTo, ChangedFrom, ChangedFromTo, IncreasedPast, DecreasedPast]],
        };
        known.iter().flat_map(|operators| operators.iter().map(|operator| (*operator, Vec::new()))).collect()
    }
}
