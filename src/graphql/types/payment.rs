//! Payments.

use super::contact::Contact;
use super::money::Money;
use super::order::{Order, OrderFlag, read_name};
use super::{caller, contact, loaded, services};
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::loaders::{OrderOfPayment, PaymentCountOf};
use crate::graphql::scalars::DateTime;
use crate::store::{customer_order, payment};
use async_graphql::{Context, Enum, ID, Object, Result};
use offramp_domain::order as domain;
use offramp_entity::payment::Model;
use uuid::Uuid;

/// Whether a payment came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::PaymentStatus")]
pub enum PaymentStatus {
    /// It came in.
    Succeeded,
    /// It was tried, and did not come in yet.
    Failed,
}

/// How something is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PaymentType {
    /// By card.
    Card,
    /// In cash.
    Cash,
    /// By cheque.
    Cheque,
    /// By bank transfer.
    BankTransfer,
    /// By a wallet on a device.
    Wallet,
    /// By a gift card.
    GiftCard,
    /// From a credit balance.
    CreditBalance,
    /// Otherwise.
    Other,
}

/// Why a payment failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PaymentFailure {
    /// The card was declined.
    CardDeclined,
    /// There was not enough money.
    InsufficientFunds,
    /// The card had expired.
    CardExpired,
    /// The payer has to confirm it.
    AuthenticationRequired,
    /// A limit was exceeded.
    LimitExceeded,
    /// Something failed on the way.
    ProcessingError,
    /// It looked like fraud.
    FraudSuspected,
    /// Something else.
    Other,
}

/// A payment, kept from the events that name it.
pub struct Payment {
    row: Model,
    known: domain::Payment,
}

/// How many there are, of which list.
pub enum PaymentTotal {
    /// Of a whole workspace's.
    Listed(payment::Filter),
    /// Of an order's.
    OfOrder(Uuid),
}

/// How many there are.
#[Object]
impl PaymentTotal {
    /// How many there are in all, counted up to 10,001.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        let workspace = caller(ctx)?.workspace;
        match self {
            Self::Listed(filter) => {
                let count = payment::count_all(&services(ctx)?.store, workspace, filter).await;
                count.map_err(|error| internal(&error))
            }
            Self::OfOrder(id) => Ok(loaded(ctx, PaymentCountOf(workspace, *id)).await?.unwrap_or_default()),
        }
    }
}

impl Payment {
    /// The payment that a row holds.
    pub(in crate::graphql) fn read(row: Model) -> Result<Self> {
        let known = payment::payment(&row).map_err(|error| internal(&error))?;
        Ok(Self { row, known })
    }

    async fn of_order(&self, ctx: &Context<'_>) -> Result<Option<domain::Order>> {
        let row = loaded(ctx, OrderOfPayment(caller(ctx)?.workspace, self.row.id)).await?;
        let order = row.as_ref().map(customer_order::order).transpose();
        order.map_err(|error| internal(&error))
    }
}

/// A payment, kept from the events that name it, in whichever order they come.
#[Object]
impl Payment {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::Payment.id(self.row.id)
    }

    /// Your own id, unique for the contact.
    async fn external_id(&self) -> &str {
        &self.row.external_id
    }

    /// Who paid.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        contact(ctx, self.row.contact_id).await.transpose()
    }

    /// The order that it pays; null if it names none.
    async fn order(&self, ctx: &Context<'_>) -> Option<Result<Order>> {
        let workspace = match caller(ctx) {
            Ok(caller) => caller.workspace,
            Err(error) => return Some(Err(error)),
        };
        loaded(ctx, OrderOfPayment(workspace, self.row.id)).await.transpose().map(|row| row.and_then(Order::read))
    }

    /// Whether it waits for its order, which nobody has placed yet.
    async fn awaits_order(&self, ctx: &Context<'_>) -> Result<bool> {
        let order = self.of_order(ctx).await?;
        Ok(order.is_some_and(|order| order.status() == domain::OrderStatus::Awaited))
    }

    /// Whether it came in.
    async fn status(&self) -> PaymentStatus {
        self.known.status.into()
    }

    /// How much; null where nobody said.
    async fn amount(&self) -> Option<Money> {
        self.known.amount.map(Into::into)
    }

    /// How; null where nobody said.
    async fn payment_type(&self) -> Option<PaymentType> {
        read_name(self.known.payment_type.as_deref()?)
    }

    /// When it came in, or failed last.
    async fn occurred_at(&self) -> DateTime {
        self.known.at.into()
    }

    /// How often it failed.
    async fn failure_count(&self) -> i64 {
        self.known.failures
    }

    /// What is odd about it beside its order.
    async fn flags(&self, ctx: &Context<'_>) -> Result<Vec<OrderFlag>> {
        let order = self.of_order(ctx).await?;
        let flags = order.map(|order| self.known.flags(&order)).unwrap_or_default();
        Ok(flags.into_iter().map(Into::into).collect())
    }
}
