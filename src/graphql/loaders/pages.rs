//! Lists within rows: the same page of many lists is one statement, and their totals another.

use super::{LoadError, Loaders, Scoped, load};
use crate::store::page::{Page, Slice};
use crate::store::{conversion, customer_order, enrollment, payment};
use async_graphql::dataloader::Loader;
use offramp_domain::ids::WorkspaceId;
use offramp_entity as entity;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use uuid::Uuid;

/// A page of an owner's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct PageOf<K> {
    pub(in crate::graphql) workspace: WorkspaceId,
    pub(in crate::graphql) owner: Uuid,
    pub(in crate::graphql) page: Page<K>,
}

/// A page of a contact's stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct StaysOf(pub(in crate::graphql) PageOf<Uuid>);

/// A page of a stay's conversions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct ConversionsOf(pub(in crate::graphql) PageOf<i64>);

/// A page of a contact's orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct OrdersOf(pub(in crate::graphql) PageOf<Uuid>);

/// A page of an order's payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct PaymentsOf(pub(in crate::graphql) PageOf<Uuid>);

keys! {
    /// How many stays a contact has.
    StayCountOf,
    /// How many conversions a stay has.
    ConversionCountOf,
    /// How many orders a contact has.
    OrderCountOf,
    /// How many payments an order has.
    PaymentCountOf,
}

/// Loads the lists of which the same page of the same workspace is asked for (in most requests, all) with one call.
async fn load_pages<K, P, V, F, R>(
    keys: &[K],
    parts: fn(&K) -> PageOf<P>,
    make: fn(PageOf<P>) -> K,
    read: F,
) -> Result<HashMap<K, V>, LoadError>
where
    K: Hash + Eq,
    P: Copy + Ord,
    F: Fn(WorkspaceId, Page<P>, Vec<Uuid>) -> R,
    R: Future<Output = crate::store::Result<Vec<(Uuid, V)>>>,
{
    let mut alike: BTreeMap<_, Vec<Uuid>> = BTreeMap::new();
    for key in keys.iter().map(parts) {
        alike.entry((key.workspace, key.page)).or_default().push(key.owner);
    }
    let mut found = HashMap::new();
    for ((workspace, page), owners) in alike {
        let lists = read(workspace, page, owners).await.map_err(Arc::new)?;
        found.extend(lists.into_iter().map(|(owner, list)| (make(PageOf { workspace, owner, page }), list)));
    }
    Ok(found)
}

impl Loader<StaysOf> for Loaders {
    type Value = Slice<entity::enrollment::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[StaysOf]) -> Result<HashMap<StaysOf, Self::Value>, LoadError> {
        let read = async |workspace, page: Page<Uuid>, owners: Vec<Uuid>| {
            enrollment::pages_of_contacts(&self.store, workspace, &owners, &page).await
        };
        load_pages(keys, |key| key.0, StaysOf, read).await
    }
}

impl Loader<ConversionsOf> for Loaders {
    type Value = Slice<entity::conversion::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[ConversionsOf]) -> Result<HashMap<ConversionsOf, Self::Value>, LoadError> {
        let read = async |workspace, page: Page<i64>, owners: Vec<Uuid>| {
            conversion::pages_of_enrollments(&self.store, workspace, &owners, &page).await
        };
        load_pages(keys, |key| key.0, ConversionsOf, read).await
    }
}

impl Loader<OrdersOf> for Loaders {
    type Value = Slice<entity::customer_order::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[OrdersOf]) -> Result<HashMap<OrdersOf, Self::Value>, LoadError> {
        let read = async |workspace, page: Page<Uuid>, owners: Vec<Uuid>| {
            customer_order::pages_of_contacts(&self.store, workspace, &owners, &page).await
        };
        load_pages(keys, |key| key.0, OrdersOf, read).await
    }
}

impl Loader<OrderCountOf> for Loaders {
    type Value = u64;
    type Error = LoadError;

    async fn load(&self, keys: &[OrderCountOf]) -> Result<HashMap<OrderCountOf, u64>, LoadError> {
        let read = async |workspace, owners: Vec<Uuid>| {
            customer_order::counts_of_contacts(&self.store, workspace, &owners).await
        };
        load(keys, OrderCountOf, read).await
    }
}

impl Loader<PaymentsOf> for Loaders {
    type Value = Slice<entity::payment::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[PaymentsOf]) -> Result<HashMap<PaymentsOf, Self::Value>, LoadError> {
        let read = async |workspace, page: Page<Uuid>, owners: Vec<Uuid>| {
            payment::pages_of_orders(&self.store, workspace, &owners, &page).await
        };
        load_pages(keys, |key| key.0, PaymentsOf, read).await
    }
}

impl Loader<PaymentCountOf> for Loaders {
    type Value = u64;
    type Error = LoadError;

    async fn load(&self, keys: &[PaymentCountOf]) -> Result<HashMap<PaymentCountOf, u64>, LoadError> {
        let read =
            async |workspace, owners: Vec<Uuid>| payment::counts_of_orders(&self.store, workspace, &owners).await;
        load(keys, PaymentCountOf, read).await
    }
}

impl Loader<StayCountOf> for Loaders {
    type Value = u64;
    type Error = LoadError;

    async fn load(&self, keys: &[StayCountOf]) -> Result<HashMap<StayCountOf, u64>, LoadError> {
        let read =
            async |workspace, owners: Vec<Uuid>| enrollment::counts_of_contacts(&self.store, workspace, &owners).await;
        load(keys, StayCountOf, read).await
    }
}

impl Loader<ConversionCountOf> for Loaders {
    type Value = u64;
    type Error = LoadError;

    async fn load(&self, keys: &[ConversionCountOf]) -> Result<HashMap<ConversionCountOf, u64>, LoadError> {
        let read = async |workspace, owners: Vec<Uuid>| {
            conversion::counts_of_enrollments(&self.store, workspace, &owners).await
        };
        load(keys, ConversionCountOf, read).await
    }
}
