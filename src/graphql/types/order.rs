//! Orders.

use super::contact::Contact;
use super::money::Money;
use super::payment::{Payment, PaymentTotal};
use super::{caller, contact, loaded};
use crate::graphql::error::internal;
use crate::graphql::id::Kind;
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::{OrderCountOf, OrderOfEvent, PageOf, PaymentsOf};
use crate::graphql::page::{Arguments, Opaque, Paged, try_connection};
use crate::graphql::scalars::DateTime;
use crate::store::customer_order::{self, Filter};
use async_graphql::resolver_utils::{enum_value, parse_enum};
use async_graphql::{Context, Enum, ID, InputType, Json, Object, Result, SimpleObject, Value};
use offramp_domain::order as domain;
use offramp_entity::customer_order::Model;
use uuid::Uuid;

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::OrderStatus")]
pub enum OrderStatus {
    /// Something names it, such as a payment, and nobody has placed it yet.
    Awaited,
    /// Placed, and not paid.
    Placed,
    /// Purchased: it was paid for the first time, or is free.
    Purchased,
    /// All of it was given back.
    Refunded,
    /// Cancelled.
    Cancelled,
}

/// Where an order comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderSource {
    /// Entered by hand.
    Manual,
    /// By an order form.
    OrderForm,
    /// By a shopping cart.
    Cart,
    /// By a program.
    Api,
    /// At a point of sale.
    Pos,
    /// From a file.
    Import,
}

/// By which door an order comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SalesChannel {
    /// A web site.
    Web,
    /// An app.
    App,
    /// In person.
    InPerson,
    /// By telephone.
    Phone,
    /// A social network.
    Social,
    /// A marketplace.
    Marketplace,
    /// Another one.
    Other,
}

/// What is odd about an order or a payment. Nothing of it is refused: money that moved has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Flag")]
pub enum OrderFlag {
    /// It came when the purchase was decided already, and would have mattered for it; it changes nothing.
    OutOfSequence,
    /// It was placed once more, with something else in it, which changes nothing; tell of edits by `orderUpdate`.
    PlacedAgain,
    /// Its amount is in another currency than the order's, with which it is never compared.
    OtherCurrency,
    /// It is larger than the order.
    ExceedsOrder,
}

/// A line of an order.
#[derive(Clone, Debug, SimpleObject)]
pub struct OrderItem {
    /// The product, by your own id.
    product_id: String,
    /// The categories to which it belongs, by your own ids.
    category_ids: Vec<String>,
    /// How many; null where nobody said, which counts as one.
    quantity: Option<i64>,
    /// Whatever else was said of it; null where nothing was.
    attributes: Option<Json<serde_json::Value>>,
}

/// The name of an enum's value, as the core has it.
pub(in crate::graphql) fn name_of<T: async_graphql::resolver_utils::EnumType>(value: T) -> String {
    match enum_value(value) {
        Value::Enum(name) => name.to_string(),
        other => other.to_string(),
    }
}

/// The enum's value of a stored name.
pub(super) fn read_name<T: async_graphql::resolver_utils::EnumType + InputType>(name: &str) -> Option<T> {
    parse_enum(Value::String(name.to_owned())).ok()
}

/// An order, kept from the events that name it.
pub struct Order {
    row: Model,
    known: Box<domain::Order>,
}

impl Order {
    /// The order that a row holds.
    pub(in crate::graphql) fn read(row: Model) -> Result<Self> {
        let known = customer_order::order(&row).map_err(|error| internal(&error))?;
        Ok(Self { row, known: Box::new(known) })
    }
}

/// An order, kept from the events that name it, in whichever order they come.
#[Object]
impl Order {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::Order.id(self.row.id)
    }

    /// Your own id, unique for the contact.
    async fn external_id(&self) -> &str {
        &self.row.external_id
    }

    /// Whose order it is.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        contact(ctx, self.row.contact_id).await.transpose()
    }

    /// How it stands.
    async fn status(&self) -> OrderStatus {
        self.known.status().into()
    }

    /// Its total now; null while nobody has placed it.
    async fn amount(&self) -> Option<Money> {
        self.known.total().map(Into::into)
    }

    /// The total when it was purchased: what it earned. Null before.
    async fn purchased_amount(&self) -> Option<Money> {
        self.known.purchase.as_ref()?.total.map(Into::into)
    }

    /// What was given back, a sum for each currency; where all of it was, the total.
    async fn refunded(&self) -> Vec<Money> {
        self.known.given_back().into_iter().map(Into::into).collect()
    }

    /// What is on it now.
    async fn items(&self) -> Vec<OrderItem> {
        let contents = self.known.contents();
        let lines = contents.get("items").and_then(serde_json::Value::as_array).into_iter().flatten();
        lines.filter_map(item).collect()
    }

    /// Where it comes from; null while nobody has placed it.
    async fn source(&self) -> Option<OrderSource> {
        read_name(self.known.contents().get("source")?.as_str()?)
    }

    /// The order form by which it was placed, by your own id; null where nobody said.
    async fn order_form_id(&self) -> Option<String> {
        self.known.contents().get("orderFormId")?.as_str().map(str::to_owned)
    }

    /// The coupons on it, by your own ids.
    async fn coupon_ids(&self) -> Vec<String> {
        let contents = self.known.contents();
        let ids = contents.get("couponIds");
        let many = ids.and_then(serde_json::Value::as_array).into_iter().flatten();
        ids.into_iter().chain(many).filter_map(|id| id.as_str().map(str::to_owned)).collect()
    }

    /// By which door it came; null where nobody said.
    async fn sales_channel(&self) -> Option<SalesChannel> {
        read_name(self.known.contents().get("salesChannel")?.as_str()?)
    }

    /// Whether it is a test, of which conditions know nothing unless they ask for it.
    async fn is_test(&self) -> bool {
        self.known.is_test()
    }

    /// Its payments, in the order in which they were heard of. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    async fn payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Option<Result<Paged<Payment, PaymentTotal>>> {
        Some(self.own_payments(ctx, &Arguments { after, before, first, last }).await)
    }

    /// When it was placed; null while nobody has placed it.
    async fn placed_at(&self) -> Option<DateTime> {
        self.known.placed.as_ref().map(|placed| placed.at.into())
    }

    /// When it was purchased: paid for the first time, or placed, if it is free. Null before.
    async fn purchased_at(&self) -> Option<DateTime> {
        self.known.purchase.as_ref().map(|purchase| purchase.at.into())
    }

    /// What was odd about it.
    async fn flags(&self) -> Vec<OrderFlag> {
        self.known.flags.iter().map(|flag| (*flag).into()).collect()
    }
}

/// The order of which an event speaks.
pub(super) async fn order_of(ctx: &Context<'_>, event: Uuid) -> Result<Option<Order>> {
    loaded(ctx, OrderOfEvent(caller(ctx)?.workspace, event)).await?.map(Order::read).transpose()
}

impl Order {
    async fn own_payments(&self, ctx: &Context<'_>, arguments: &Arguments) -> Result<Paged<Payment, PaymentTotal>> {
        let (workspace, owner, page) = (caller(ctx)?.workspace, self.row.id, arguments.page()?);
        let slice = loaded(ctx, PaymentsOf(PageOf { workspace, owner, page })).await?.unwrap_or_default();
        try_connection(slice, PaymentTotal::OfOrder(owner), |row| Opaque::of(row.id), Payment::read)
    }
}

fn item(line: &serde_json::Value) -> Option<OrderItem> {
    let ids = line.get("categoryIds").and_then(serde_json::Value::as_array).into_iter().flatten();
    Some(OrderItem {
        product_id: line.get("productId")?.as_str()?.to_owned(),
        category_ids: ids.filter_map(|id| id.as_str().map(str::to_owned)).collect(),
        quantity: line.get("quantity").and_then(serde_json::Value::as_i64),
        attributes: line.get("attributes").cloned().map(Json),
    })
}

/// How many there are, of which list.
pub enum OrderTotal {
    /// Of a whole workspace's.
    Listed(Filter),
    /// Of a contact's.
    OfContact(Uuid),
}

/// How many there are.
#[Object]
impl OrderTotal {
    /// How many there are in all, counted up to 10,001.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        let workspace = caller(ctx)?.workspace;
        match self {
            Self::Listed(filter) => {
                let count = customer_order::count_all(&super::services(ctx)?.store, workspace, filter).await;
                count.map_err(|error| internal(&error))
            }
            Self::OfContact(id) => Ok(loaded(ctx, OrderCountOf(workspace, *id)).await?.unwrap_or_default()),
        }
    }
}
