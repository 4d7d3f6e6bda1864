//! What filters offer of the workspace's own: the same page of all that events have mentioned is one statement, and each
//! of the other kinds another, however many filters ask.

use super::{LoadError, Loaders};
use crate::store::named::{self, Filter, Named};
use crate::store::page::{Page, Slice};
use crate::store::{Result, choice, mention};
use async_graphql::dataloader::Loader;
use offramp_domain::ids::WorkspaceId;
use offramp_entity::{category, order_form, product};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// A page of what a filter offers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct OptionsOf {
    pub(in crate::graphql) workspace: WorkspaceId,
    /// Only those with this in their value or label.
    pub(in crate::graphql) search: Option<String>,
    pub(in crate::graphql) offered: Offered,
}

/// What is offered, and which page of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::graphql) enum Offered {
    /// Ids that events have mentioned, of a source.
    Mentioned(&'static str, Page<String>),
    /// Products.
    Products(Page<Uuid>),
    /// Categories.
    Categories(Page<Uuid>),
    /// Order forms.
    OrderForms(Page<Uuid>),
    /// Automations.
    Automations(Page<Uuid>),
    /// Goals.
    Goals(Page<Uuid>),
}

/// One value that is offered.
#[derive(Clone, Debug)]
pub(in crate::graphql) struct Offer {
    /// By what the list is ordered, where not by the value.
    pub(in crate::graphql) id: Option<Uuid>,
    /// What a filter is to have.
    pub(in crate::graphql) value: String,
    /// What people call it.
    pub(in crate::graphql) label: String,
}

impl Loader<OptionsOf> for Loaders {
    type Value = Slice<Offer>;
    type Error = LoadError;

    async fn load(&self, keys: &[OptionsOf]) -> std::result::Result<HashMap<OptionsOf, Self::Value>, LoadError> {
        let mut found = HashMap::new();
        let mut mentioned: BTreeMap<_, Vec<&'static str>> = BTreeMap::new();
        for key in keys {
            let (workspace, search) = (key.workspace, key.search.as_deref());
            let slice = match &key.offered {
                Offered::Mentioned(source, page) => {
                    mentioned.entry((workspace, &key.search, page)).or_default().push(source);
                    continue;
                }
                Offered::Products(page) => self.named::<product::Model>(workspace, search, page).await,
                Offered::Categories(page) => self.named::<category::Model>(workspace, search, page).await,
                Offered::OrderForms(page) => self.named::<order_form::Model>(workspace, search, page).await,
                Offered::Automations(page) => {
                    choice::automations(&self.store, workspace, search, page).await.map(chosen)
                }
                Offered::Goals(page) => choice::goals(&self.store, workspace, search, page).await.map(chosen),
            };
            found.insert(key.clone(), slice.map_err(Arc::new)?);
        }
        for ((workspace, search, page), sources) in mentioned {
            let lists = mention::pages(&self.store, workspace, &sources, search.as_deref(), page).await;
            for (source, slice) in lists.map_err(Arc::new)? {
                let offered = Offered::Mentioned(source, page.clone());
                let offer = |value: String| Offer { id: None, label: value.clone(), value };
                let slice = slice.map(|row| offer(row.key));
                found.insert(OptionsOf { workspace, search: search.clone(), offered }, slice);
            }
        }
        Ok(found)
    }
}

impl Loaders {
    async fn named<M: Named>(
        &self,
        workspace: WorkspaceId,
        search: Option<&str>,
        page: &Page<Uuid>,
    ) -> Result<Slice<Offer>> {
        let filter = Filter { search: search.map(str::to_owned), with_archived: false };
        let slice = named::page::<M>(&self.store, workspace, &filter, page).await?;
        Ok(slice.map(|row| Offer {
            id: Some(row.id()),
            value: row.external_id().to_owned(),
            label: row.name().to_owned(),
        }))
    }
}

fn chosen(slice: Slice<choice::Choice>) -> Slice<Offer> {
    // As events carry it.
    slice.map(|row| Offer { id: Some(row.id), value: row.id.to_string(), label: row.name })
}
