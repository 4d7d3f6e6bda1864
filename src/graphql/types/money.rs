//! Money.

use crate::graphql::scalars::Decimal;
use async_graphql::SimpleObject;

/// An exact amount of money.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct Money {
    /// Amount in major units.
    pub amount: Decimal,
    /// ISO 4217 code.
    pub currency_code: String,
}

impl From<offramp_domain::money::Money> for Money {
    fn from(money: offramp_domain::money::Money) -> Self {
        let draft = money.to_draft();
        Self { amount: Decimal(draft.amount), currency_code: draft.currency_code }
    }
}
