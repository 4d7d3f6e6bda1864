//! Contacts.

use super::enrollment::{Enrollment, EnrollmentTotal};
use super::order::{Order, OrderTotal};
use super::{caller, loaded};
use crate::graphql::id::Kind;
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::{OrdersOf, PageOf, StaysOf};
use crate::graphql::page::{Arguments, Opaque, Paged, connection, try_connection};
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, Json, Object, Result};
use offramp_entity::contact::Model;
use serde_json::Value;

/// A person, by the customer's own id.
pub struct Contact(pub(in crate::graphql) Model);

/// A person, by the customer's own id.
#[Object]
impl Contact {
    /// Globally unique, opaque, stable id.
    pub async fn id(&self) -> ID {
        Kind::Contact.id(self.0.id)
    }

    /// The customer's own id.
    async fn external_id(&self) -> &str {
        &self.0.external_id
    }

    /// Where messages may go; null where nobody said.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// A telephone number; null where nobody said.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// The given name; null where nobody said.
    async fn first_name(&self) -> Option<&str> {
        self.0.first_name.as_deref()
    }

    /// The family name; null where nobody said.
    async fn last_name(&self) -> Option<&str> {
        self.0.last_name.as_deref()
    }

    /// Whatever else was said of the contact; an object.
    async fn attributes(&self) -> Json<&Value> {
        Json(&self.0.attributes)
    }

    /// When the contact was first seen.
    async fn created_at(&self) -> DateTime {
        DateTime::of_micros(self.0.created_at)
    }

    /// The contact's stays, in the order in which they were recorded. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Option<Result<Paged<Enrollment, EnrollmentTotal>>> {
        Some(self.stays(ctx, &Arguments { after, before, first, last }).await)
    }

    /// The contact's orders, in the order in which they were heard of. `first` or `last` is required, 1 to 100.
    #[graphql(complexity = "page_cost!(__ctx, __variables_definition, __field, child_complexity)")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Option<Result<Paged<Order, OrderTotal>>> {
        Some(self.own_orders(ctx, &Arguments { after, before, first, last }).await)
    }
}

impl Contact {
    async fn own_orders(&self, ctx: &Context<'_>, arguments: &Arguments) -> Result<Paged<Order, OrderTotal>> {
        let (workspace, owner) = (caller(ctx)?.workspace, self.0.id);
        let page = arguments.page()?;
        let slice = loaded(ctx, OrdersOf(PageOf { workspace, owner, page })).await?.unwrap_or_default();
        try_connection(slice, OrderTotal::OfContact(owner), |row| Opaque::of(row.id), Order::read)
    }

    async fn stays(&self, ctx: &Context<'_>, arguments: &Arguments) -> Result<Paged<Enrollment, EnrollmentTotal>> {
        let (workspace, owner) = (caller(ctx)?.workspace, self.0.id);
        let page = arguments.page()?;
        let slice = loaded(ctx, StaysOf(PageOf { workspace, owner, page })).await?.unwrap_or_default();
        Ok(connection(slice, EnrollmentTotal::OfContact(owner), |row| Opaque::of(row.id), Enrollment))
    }
}
