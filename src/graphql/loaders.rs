//! What rows refer to, one statement a kind whatever the number of rows. Made anew for each request, and without a
//! cache, so that nobody is shown what was.

use crate::store::{Store, automation, contact, conversion, counter, rule};
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
        pub(super) struct $name(pub(super) WorkspaceId, pub(super) Uuid);

        impl Scoped for $name {
            fn parts(&self) -> (WorkspaceId, Uuid) {
                (self.0, self.1)
            }
        }
    )+};
}

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
    /// The sums of an automation's counters, and the middle of its times to convert.
    FiguresOf,
}

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

impl Loader<AutomationKey> for Loaders {
    type Value = entity::automation::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[AutomationKey]) -> Result<HashMap<AutomationKey, Self::Value>, LoadError> {
        load(keys, AutomationKey, async |workspace, ids: Vec<Uuid>| {
            Ok(automation::find_many(&self.store, workspace, &ids)
                .await?
                .into_iter()
                .map(|row| (row.id, row))
                .collect())
        })
        .await
    }
}

impl Loader<RuleKey> for Loaders {
    type Value = entity::rule::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[RuleKey]) -> Result<HashMap<RuleKey, Self::Value>, LoadError> {
        load(keys, RuleKey, async |workspace, ids: Vec<Uuid>| {
            Ok(rule::find_many(&self.store, workspace, &ids).await?.into_iter().map(|row| (row.id, row)).collect())
        })
        .await
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

impl Loader<ContactKey> for Loaders {
    type Value = entity::contact::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[ContactKey]) -> Result<HashMap<ContactKey, Self::Value>, LoadError> {
        load(keys, ContactKey, async |workspace, ids: Vec<Uuid>| {
            Ok(contact::find(&self.store, workspace, &ids).await?.into_iter().map(|row| (row.id, row)).collect())
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
                of.entry(sum.automation_id).or_default().sums.push(sum);
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
