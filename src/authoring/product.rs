//! Products, categories and order forms, as the customer's software tells of them.

mod import;

pub use import::{Imported, RefusedRow};

use super::{Authoring, AuthoringError, Made};
use crate::store::named::{self, Entry, Named};
use crate::store::{Error, Tx, category, product, workspace};
use offramp_domain::fault::{Code, Path};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::patch::Patch;
use offramp_domain::product::{
    CategoryDraft, CheckedCategory, CheckedNamed, CheckedProduct, NamedDraft, ProductDraft, may_lie_within,
};
use offramp_entity::{category::Model as Category, order_form::Model as OrderForm, product::Model as Product};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many products were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Written {
    made: usize,
    changed: usize,
}

impl Authoring {
    /// Notes what is known of a product, which is made if none has the external id; what the draft leaves out stays. One
    /// that was archived comes back.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::NotFound`] for categories that nobody made.
    pub async fn upsert_product(
        &self,
        workspace: WorkspaceId,
        draft: &ProductDraft,
    ) -> Result<Product, AuthoringError> {
        let checked = draft.check(&Path::root("input")).map_err(AuthoringError::Refused)?;
        self.in_transaction(|tx| self.put_product(tx, workspace, &checked)).await
    }

    async fn put_product(&self, tx: Tx, workspace: WorkspaceId, checked: &CheckedProduct) -> Made<Product> {
        workspace::hold_for_change(&tx, workspace).await?;
        let names = checked.categories.iter().flatten().map(String::as_str);
        let known = named::find_by_external_ids::<Category>(&tx, workspace, names).await?;
        let unknown = checked.unknown_categories(&known.keys().map(String::as_str).collect(), &Path::root("input"));
        if !unknown.is_empty() {
            return Err(AuthoringError::Refused(unknown));
        }
        let known = known.into_iter().map(|(name, row)| (name, row.id)).collect();
        self.write_products(&tx, workspace, std::slice::from_ref(checked), &known).await?;
        let row = written(&tx, workspace, &checked.named.external_id).await?;
        Ok((tx, row))
    }

    /// The same of a category.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::NotFound`] for a parent that nobody made, [`Code::Invalid`] if the category would
    /// contain itself.
    pub async fn upsert_category(
        &self,
        workspace: WorkspaceId,
        draft: &CategoryDraft,
    ) -> Result<Category, AuthoringError> {
        let checked = draft.check(&Path::root("input")).map_err(AuthoringError::Refused)?;
        self.in_transaction(|tx| self.put_category(tx, workspace, &checked)).await
    }

    async fn put_category(&self, tx: Tx, workspace: WorkspaceId, checked: &CheckedCategory) -> Made<Category> {
        workspace::hold_for_change(&tx, workspace).await?;
        let row: Category = self.put_named(&tx, workspace, &checked.named).await?;
        let parent = match &checked.parent {
            Patch::Keep => row.parent_id,
            Patch::Clear => None,
            Patch::Set(name) => Some(self.parent(&tx, workspace, row.id, name).await?),
        };
        if parent == row.parent_id {
            return Ok((tx, row));
        }
        category::set_parent(&tx, workspace, row.id, parent, self.clock.now()).await?;
        let row = written(&tx, workspace, &row.external_id).await?;
        Ok((tx, row))
    }

    /// The category of that name, if another may lie within it.
    async fn parent(&self, tx: &Tx, workspace: WorkspaceId, of: Uuid, name: &str) -> Result<Uuid, AuthoringError> {
        let input = Path::root("input");
        let path = input.field("parentExternalId");
        let Some(parent) = named::find_by_external_ids::<Category>(tx, workspace, [name]).await?.remove(name) else {
            let message = format!("There is no category `{name}` in this workspace; make it with `categoryUpsert`.");
            return Err(AuthoringError::one(&path, Code::NotFound, message));
        };
        let chain = category::chain(tx, workspace, parent.id).await?;
        let height = category::height(tx, workspace, of).await?;
        may_lie_within(&of, &chain, height, &path).map_err(|fault| AuthoringError::Refused(vec![fault]))?;
        Ok(parent.id)
    }

    /// The same of an order form, where there are any (R22).
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::EditionRequired`].
    pub async fn upsert_order_form(
        &self,
        workspace: WorkspaceId,
        draft: &NamedDraft,
    ) -> Result<OrderForm, AuthoringError> {
        let checked = draft.check(&Path::root("input")).map_err(AuthoringError::Refused)?;
        self.in_transaction(|tx| self.put_order_form(tx, workspace, &checked)).await
    }

    async fn put_order_form(&self, tx: Tx, workspace: WorkspaceId, checked: &CheckedNamed) -> Made<OrderForm> {
        workspace::hold_for_change(&tx, workspace).await?;
        let own = workspace::find(&tx, workspace).await?.ok_or(Error::Lost("a workspace"))?;
        let allowed = workspace::edition(&own)?.has_order_forms(&Path::root("input"));
        allowed.map_err(|fault| AuthoringError::Refused(vec![fault]))?;
        let row = self.put_named(&tx, workspace, checked).await?;
        Ok((tx, row))
    }

    /// Takes a product, a category or an order form out of the lists. It is still found by its ids.
    ///
    /// # Errors
    /// See [`AuthoringError`]; [`Code::NotFound`].
    pub async fn archive_named<M: Named>(&self, workspace: WorkspaceId, id: Uuid) -> Result<M, AuthoringError> {
        self.in_transaction(|tx| self.put_away(tx, workspace, id)).await
    }

    async fn put_away<M: Named>(&self, tx: Tx, workspace: WorkspaceId, id: Uuid) -> Made<M> {
        workspace::hold_for_change(&tx, workspace).await?;
        let row = find::<M>(&tx, workspace, id).await?;
        let row = row.ok_or_else(|| AuthoringError::none_named::<M>())?;
        if row.archived_at().is_some() {
            return Ok((tx, row));
        }
        named::archive::<M>(&tx, workspace, id, self.clock.now()).await?;
        let row = find::<M>(&tx, workspace, id).await?.ok_or(Error::Lost(M::SINGULAR))?;
        Ok((tx, row))
    }

    /// Writes a category or an order form, under the workspace's lock.
    async fn put_named<M: Named>(
        &self,
        tx: &Tx,
        workspace: WorkspaceId,
        checked: &CheckedNamed,
    ) -> Result<M, AuthoringError> {
        let external_id = checked.external_id.as_str();
        let mut present = named::find_by_external_ids::<M>(tx, workspace, [external_id]).await?;
        let was = present.remove(external_id);
        let entry = self.entry(checked, was.as_ref());
        match was {
            Some(row) if is_as(&row, &entry) => Ok(row),
            _ => {
                self.upsert_all::<M>(tx, workspace, &[entry]).await?;
                written(tx, workspace, external_id).await
            }
        }
    }

    /// Writes products, each external id once, under the workspace's lock; `categories` has the id of each that is named.
    async fn write_products(
        &self,
        tx: &Tx,
        workspace: WorkspaceId,
        drafts: &[CheckedProduct],
        categories: &BTreeMap<String, Uuid>,
    ) -> Result<Written, AuthoringError> {
        let names = drafts.iter().map(|draft| draft.named.external_id.as_str());
        let present = named::find_by_external_ids::<Product>(tx, workspace, names).await?;
        let placed = product::category_ids(tx, workspace, present.values().map(|row| row.id)).await?;
        let (mut entries, mut moved, mut counted) = (Vec::new(), BTreeMap::new(), Written::default());
        for draft in drafts {
            let was = present.get(&draft.named.external_id);
            let entry = self.entry(&draft.named, was);
            let id = was.map_or(entry.id, |row| row.id);
            let wanted = draft
                .categories
                .as_ref()
                .map(|names| names.iter().filter_map(|name| categories.get(name).copied()).collect::<BTreeSet<_>>());
            let before = placed.get(&id).cloned().unwrap_or_default();
            let wanted = wanted.filter(|wanted| *wanted != before);
            match was {
                Some(row) if wanted.is_none() && is_as(row, &entry) => continue,
                Some(_) => counted.changed += 1,
                None => counted.made += 1,
            }
            entries.push(entry);
            moved.extend(wanted.map(|wanted| (id, wanted)));
        }
        self.upsert_all::<Product>(tx, workspace, &entries).await?;
        product::replace_categories(tx, workspace, &moved).await?;
        Ok(counted)
    }

    /// Writes those, and refuses all of them where they are too many.
    async fn upsert_all<M: Named>(
        &self,
        tx: &Tx,
        workspace: WorkspaceId,
        entries: &[Entry],
    ) -> Result<(), AuthoringError> {
        if entries.is_empty() {
            return Ok(());
        }
        named::upsert::<M>(tx, workspace, entries, self.clock.now()).await?;
        // Counted afterwards, under the lock: what was archived and comes back counts too.
        if named::are_too_many::<M>(tx, workspace).await? {
            let message = format!("A workspace has at most {} {}; archive what nobody needs.", M::MAX, M::PLURAL);
            return Err(AuthoringError::one(&Path::root("input"), Code::TooMany, message));
        }
        Ok(())
    }

    fn entry<M: Named>(&self, draft: &CheckedNamed, was: Option<&M>) -> Entry {
        let (id, external_id) = (self.clock.fresh_id(), draft.external_id.clone());
        Entry { id, external_id, name: draft.name_after(was.map(M::name)) }
    }
}

impl AuthoringError {
    /// There is none of the id in the input.
    pub fn none_named<M: Named>() -> Self {
        let message = format!("There is no such {} in this workspace.", M::SINGULAR);
        Self::one(&Path::root("input").field("id"), Code::NotFound, message)
    }
}

/// Whether nothing is to be written.
fn is_as<M: Named>(row: &M, entry: &Entry) -> bool {
    row.name() == entry.name && row.archived_at().is_none()
}

async fn find<M: Named>(tx: &Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<M>, Error> {
    Ok(named::find(tx, workspace, &[id]).await?.into_iter().next())
}

/// What stands there now.
async fn written<M: Named>(tx: &Tx, workspace: WorkspaceId, external_id: &str) -> Result<M, AuthoringError> {
    let mut rows = named::find_by_external_ids(tx, workspace, [external_id]).await?;
    Ok(rows.remove(external_id).ok_or(Error::Lost(M::SINGULAR))?)
}
