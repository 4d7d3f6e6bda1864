//! What rows refer to, one statement a kind whatever the number of rows. Made anew for each request, and without a
//! cache, so that nobody is shown what was.

use crate::store::{
    Store, automation, contact, conversion, counter, customer_order, enrollment, exit, feed, named, payment, product,
    reversal, rule, workspace,
};
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextPrepareRequest};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{Request, ServerResult};
use offramp_domain::ids::WorkspaceId;
use offramp_entity as entity;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Loads what rows refer to.
pub(super) struct Loaders {
    store: Store,
}

/// A failure that every waiter gets.
pub(super) type LoadError = Arc<crate::store::Error>;

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(in crate::graphql) struct $name(pub(in crate::graphql) WorkspaceId, pub(in crate::graphql) Uuid);

        impl Scoped for $name {
            fn parts(&self) -> (WorkspaceId, Uuid) {
                (self.0, self.1)
            }
        }
    )+};
}

mod options;
mod pages;

pub(super) use options::{Offer, Offered, OptionsOf};
pub(super) use pages::{
    ConversionCountOf, ConversionsOf, OrderCountOf, OrdersOf, PageOf, PaymentCountOf, PaymentsOf, StayCountOf, StaysOf,
};

/// A key within a workspace.
trait Scoped {
    fn parts(&self) -> (WorkspaceId, Uuid);
}

keys! {
    /// An automation by its id.
    AutomationKey,
    /// A rule by its id.
    RuleKey,
    /// The rules of an automation.
    RulesOf,
    /// A contact by its id.
    ContactKey,
    /// A stay by its id.
    EnrollmentKey,
    /// An exit by its id.
    ExitKey,
    /// The exit of a stay.
    ExitOf,
    /// A conversion by its id.
    ConversionKey,
    /// A workspace by its id, which is seen from inside only.
    WorkspaceKey,
    /// The sums of an automation's counters, and the middle of its times to convert.
    FiguresOf,
    /// The sums of a rule's counters.
    SumsOfRule,
    /// A product by its id.
    ProductKey,
    /// A category by its id.
    CategoryKey,
    /// An order form by its id.
    OrderFormKey,
    /// The categories of a product.
    CategoriesOf,
    /// An order by its id.
    OrderKey,
    /// A payment by its id.
    PaymentKey,
    /// The order that a payment names.
    OrderOfPayment,
    /// The order of which an event speaks.
    OrderOfEvent,
    /// A reversal by its id.
    ReversalKey,
    /// What was taken back of a conversion.
    TakenBackOf,
}

/// Where a workspace's feed ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct HeadOf(pub(super) WorkspaceId);

/// An automation's counters, and the one or two middle times to convert, in microseconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    pub(super) sums: Vec<counter::Sum>,
    pub(super) middle_elapsed_us: Vec<i64>,
}

/// Loads the keys of each workspace (of a request there is one) with one call.
async fn load<K, V, F, R>(keys: &[K], make: fn(WorkspaceId, Uuid) -> K, read: F) -> Result<HashMap<K, V>, LoadError>
where
    K: Scoped + std::hash::Hash + Eq,
    F: Fn(WorkspaceId, Vec<Uuid>) -> R,
    R: Future<Output = crate::store::Result<Vec<(Uuid, V)>>>,
{
    let mut of: BTreeMap<WorkspaceId, Vec<Uuid>> = BTreeMap::new();
    for (workspace, id) in keys.iter().map(Scoped::parts) {
        of.entry(workspace).or_default().push(id);
    }
    let mut found = HashMap::new();
    for (workspace, ids) in of {
        let rows = read(workspace, ids).await.map_err(Arc::new)?;
        found.extend(rows.into_iter().map(|(id, value)| (make(workspace, id), value)));
    }
    Ok(found)
}

macro_rules! by_id {
    ($($key:ident: $table:ident by $column:ident with $find:path;)+) => {$(
        impl Loader<$key> for Loaders {
            type Value = entity::$table::Model;
            type Error = LoadError;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, Self::Value>, LoadError> {
                load(keys, $key, async |workspace, ids: Vec<Uuid>| {
                    let rows = $find(&self.store, workspace, &ids).await?;
                    Ok(rows.into_iter().map(|row| (row.$column, row)).collect())
                })
                .await
            }
        }
    )+};
}

by_id! {
    AutomationKey: automation by id with automation::find_many;
    RuleKey: rule by id with rule::find_many;
    ContactKey: contact by id with contact::find;
    EnrollmentKey: enrollment by id with enrollment::find_many;
    ExitKey: exit by id with exit::find_many;
    ExitOf: exit by enrollment_id with exit::of_enrollments;
    ConversionKey: conversion by id with conversion::find_many;
    OrderKey: customer_order by id with customer_order::find_many;
    PaymentKey: payment by id with payment::find_many;
    ReversalKey: reversal by id with reversal::find_many;
    ProductKey: product by id with named::find::<entity::product::Model>;
    CategoryKey: category by id with named::find::<entity::category::Model>;
    OrderFormKey: order_form by id with named::find::<entity::order_form::Model>;
}

impl Loader<WorkspaceKey> for Loaders {
    type Value = entity::workspace::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[WorkspaceKey]) -> Result<HashMap<WorkspaceKey, Self::Value>, LoadError> {
        load(keys, WorkspaceKey, async |own, ids: Vec<Uuid>| {
            let found = if ids.contains(&own.0) { workspace::find(&self.store, own).await? } else { None };
            Ok(found.into_iter().map(|row| (row.id, row)).collect())
        })
        .await
    }
}

impl Loader<HeadOf> for Loaders {
    type Value = feed::Head;
    type Error = LoadError;

    async fn load(&self, keys: &[HeadOf]) -> Result<HashMap<HeadOf, Self::Value>, LoadError> {
        let mut found = HashMap::new();
        for key in keys {
            let head = feed::head(&self.store, key.0).await.map_err(Arc::new)?;
            found.extend(head.map(|head| (*key, head)));
        }
        Ok(found)
    }
}

impl Loader<RulesOf> for Loaders {
    type Value = Vec<entity::rule::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[RulesOf]) -> Result<HashMap<RulesOf, Self::Value>, LoadError> {
        load(keys, RulesOf, async |workspace, ids: Vec<Uuid>| {
            let mut of: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
            for row in rule::of_automations(&self.store, workspace, &ids).await? {
                of.entry(row.automation_id).or_default().push(row);
            }
            Ok(of.into_iter().collect())
        })
        .await
    }
}

impl Loader<OrderOfPayment> for Loaders {
    type Value = entity::customer_order::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[OrderOfPayment]) -> Result<HashMap<OrderOfPayment, Self::Value>, LoadError> {
        let read = async |workspace, ids: Vec<Uuid>| customer_order::of_payments(&self.store, workspace, &ids).await;
        load(keys, OrderOfPayment, read).await
    }
}

impl Loader<OrderOfEvent> for Loaders {
    type Value = entity::customer_order::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[OrderOfEvent]) -> Result<HashMap<OrderOfEvent, Self::Value>, LoadError> {
        let read = async |workspace, ids: Vec<Uuid>| customer_order::of_events(&self.store, workspace, &ids).await;
        load(keys, OrderOfEvent, read).await
    }
}

impl Loader<TakenBackOf> for Loaders {
    type Value = reversal::TakenBack;
    type Error = LoadError;

    async fn load(&self, keys: &[TakenBackOf]) -> Result<HashMap<TakenBackOf, Self::Value>, LoadError> {
        let read = async |workspace, ids: Vec<Uuid>| reversal::taken_back(&self.store, workspace, &ids).await;
        load(keys, TakenBackOf, read).await
    }
}

impl Loader<CategoriesOf> for Loaders {
    type Value = Vec<entity::category::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[CategoriesOf]) -> Result<HashMap<CategoriesOf, Self::Value>, LoadError> {
        load(keys, CategoriesOf, async |workspace, ids: Vec<Uuid>| {
            let mut of: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
            for placed in product::categories(&self.store, workspace, &ids).await? {
                of.entry(placed.product_id).or_default().push(placed.category);
            }
            Ok(of.into_iter().collect())
        })
        .await
    }
}

impl Loader<SumsOfRule> for Loaders {
    type Value = Vec<counter::Sum>;
    type Error = LoadError;

    async fn load(&self, keys: &[SumsOfRule]) -> Result<HashMap<SumsOfRule, Self::Value>, LoadError> {
        load(keys, SumsOfRule, async |workspace, ids: Vec<Uuid>| {
            let mut of: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
            for sum in counter::sums_of_rules(&self.store, workspace, &ids).await? {
                of.entry(sum.owner_id).or_default().push(sum);
            }
            Ok(of.into_iter().collect())
        })
        .await
    }
}

impl Loader<FiguresOf> for Loaders {
    type Value = Figures;
    type Error = LoadError;

    async fn load(&self, keys: &[FiguresOf]) -> Result<HashMap<FiguresOf, Self::Value>, LoadError> {
        load(keys, FiguresOf, async |workspace, ids: Vec<Uuid>| {
            let mut of: BTreeMap<Uuid, Figures> = BTreeMap::new();
            for sum in counter::sums(&self.store, workspace, &ids).await? {
                of.entry(sum.owner_id).or_default().sums.push(sum);
            }
            for (id, middle) in conversion::middle_elapsed_us(&self.store, workspace, &ids).await? {
                of.entry(id).or_default().middle_elapsed_us = middle;
            }
            Ok(of.into_iter().collect())
        })
        .await
    }
}

/// Gives each request loaders of its own.
pub(super) struct LoadersPerRequest {
    pub(super) store: Store,
    pub(super) delay: Duration,
}

impl ExtensionFactory for LoadersPerRequest {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self { store: self.store.clone(), delay: self.delay })
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for LoadersPerRequest {
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        let loaders = Loaders { store: self.store.clone() };
        let loaders = DataLoader::new(loaders, TokioSpawner::current(), TokioTimer::default()).delay(self.delay);
        next.run(ctx, request.data(loaders)).await
    }
}
