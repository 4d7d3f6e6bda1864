//! What products, categories and order forms have in common: a table of things that the customer names by ids of his
//! own, with a name to be shown and searched.

use super::dialect::Kind;
use super::page::{Page, Slice};
use super::statement::{self, Rows, all, execute, id, one, row};
use super::{Result, Session, Tx};
use offramp_domain::condition::ItemRef;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::limits::{
    CATEGORIES_PER_WORKSPACE_MAX, LISTED_COUNT_MAX, ORDER_FORMS_PER_WORKSPACE_MAX, PRODUCTS_PER_WORKSPACE_MAX,
};
use offramp_domain::product::folded;
use offramp_domain::time::Timestamp;
use offramp_entity as entity;
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A row of such a table.
pub trait Named: FromQueryResult + Send + Sync + 'static {
    /// The table.
    const TABLE: &'static str;
    /// What one is called in a sentence.
    const SINGULAR: &'static str;
    /// What many are called in a sentence.
    const PLURAL: &'static str;
    /// How many a workspace has at most, archived ones aside.
    const MAX: u64;

    /// Its id, in order of creation.
    fn id(&self) -> Uuid;
    /// The customer's own id.
    fn external_id(&self) -> &str;
    /// Its name.
    fn name(&self) -> &str;
    /// When it was made, µs UTC.
    fn created_at(&self) -> i64;
    /// When it last changed, µs UTC.
    fn updated_at(&self) -> i64;
    /// When it left the lists, µs UTC; none while it is in them.
    fn archived_at(&self) -> Option<i64>;
}

macro_rules! named {
    ($($table:ident: $singular:literal, $plural:literal, $max:ident;)+) => {$(
        impl Named for entity::$table::Model {
            const TABLE: &'static str = stringify!($table);
            const SINGULAR: &'static str = $singular;
            const PLURAL: &'static str = $plural;
            const MAX: u64 = $max;

            fn id(&self) -> Uuid {
                self.id
            }

            fn external_id(&self) -> &str {
                &self.external_id
            }

            fn name(&self) -> &str {
                &self.name
            }

            fn created_at(&self) -> i64 {
                self.created_at
            }

            fn updated_at(&self) -> i64 {
                self.updated_at
            }

            fn archived_at(&self) -> Option<i64> {
                self.archived_at
            }
        }
    )+};
}

named! {
    product: "product", "products", PRODUCTS_PER_WORKSPACE_MAX;
    category: "category", "categories", CATEGORIES_PER_WORKSPACE_MAX;
    order_form: "order form", "order forms", ORDER_FORMS_PER_WORKSPACE_MAX;
}

/// Those of these ids, archived ones too.
pub async fn find<M: Named>(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<M>> {
    let text = format!("SELECT t.* FROM {{rows}} JOIN {} t ON t.workspace_id = $1 AND t.id = r.id", M::TABLE);
    all(session, &text, vec![workspace.0.into()], &[&Rows::ids(ids.iter().copied())]).await
}

/// Those of these external ids, under them; archived ones too.
pub async fn find_by_external_ids<M: Named>(
    session: &impl Session,
    workspace: WorkspaceId,
    external_ids: impl IntoIterator<Item = &str>,
) -> Result<BTreeMap<String, M>> {
    // PostgreSQL's texts cannot hold U+0000, so nothing is called so.
    let external_ids = external_ids.into_iter().filter(|external_id| !external_id.contains('\0'));
    let rows = Rows::new(&[("external_id", Kind::Text)], external_ids.map(|external_id| row![external_id]));
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = format!(
        "SELECT t.* FROM {{rows}} JOIN {} t ON t.workspace_id = $1 AND t.external_id = r.external_id",
        M::TABLE
    );
    let found: Vec<M> = all(session, &text, vec![workspace.0.into()], &[&rows]).await?;
    Ok(found.into_iter().map(|row| (row.external_id().to_owned(), row)).collect())
}

/// Which ones.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those with this in their name or external id, in whatever letters.
    pub search: Option<String>,
    /// The archived ones too.
    pub with_archived: bool,
}

impl Filter {
    /// What follows the workspace in a condition, with its values.
    fn narrow(&self, values: &mut Vec<Value>) -> String {
        let mut narrowed = String::new();
        if !self.with_archived {
            narrowed.push_str(" AND t.archived_at IS NULL");
        }
        if let Some(search) = &self.search {
            values.push(pattern(search).into());
            narrowed.push_str(&format!(" AND t.searched LIKE ${} ESCAPE '!'", values.len()));
        }
        narrowed
    }
}

/// The pattern of what contains a text in small letters.
fn pattern(search: &str) -> String {
    escaped(&folded(search))
}

/// The pattern of what contains a text.
fn escaped(search: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in search.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// What narrows rows to those with a text in a column that is not folded, as far as the databases agree on letters:
/// in whatever letters of English, and as it was typed.
pub(super) fn contains(column: &str, search: &str, values: &mut Vec<Value>) -> String {
    values.push(pattern(search).into());
    let folded = values.len();
    values.push(escaped(search).into());
    let typed = values.len();
    format!(" AND (LOWER({column}) LIKE ${folded} ESCAPE '!' OR {column} LIKE ${typed} ESCAPE '!')")
}

/// A page of them, in the order in which they were made.
pub async fn page<M: Named>(
    session: &impl Session,
    workspace: WorkspaceId,
    filter: &Filter,
    page: &Page<Uuid>,
) -> Result<Slice<M>> {
    let mut values = vec![workspace.0.into(), i64::try_from(page.limit()).unwrap_or(i64::MAX).into()];
    let mut narrowed = filter.narrow(&mut values);
    for (bound, sign) in [(page.after, '>'), (page.before, '<')] {
        let Some(bound) = bound else { continue };
        values.push(bound.into());
        narrowed.push_str(&format!(" AND t.id {sign} ${}", values.len()));
    }
    let (table, order) = (M::TABLE, if page.from_end { "DESC" } else { "ASC" });
    let text = format!("SELECT t.* FROM {table} t WHERE t.workspace_id = $1{narrowed} ORDER BY t.id {order} LIMIT $2");
    Ok(page.slice(all(session, &text, values, &[]).await?))
}

/// How many there are, counted up to a limit.
pub async fn count_all<M: Named>(session: &impl Session, workspace: WorkspaceId, filter: &Filter) -> Result<u64> {
    count_up_to::<M>(session, workspace, filter, LISTED_COUNT_MAX).await
}

/// Whether the workspace has more of them than it may have, archived ones aside.
pub async fn are_too_many<M: Named>(tx: &Tx, workspace: WorkspaceId) -> Result<bool> {
    Ok(count_up_to::<M>(tx, workspace, &Filter::default(), M::MAX.saturating_add(1)).await? > M::MAX)
}

#[derive(FromQueryResult)]
struct Counted {
    total: i64,
}

async fn count_up_to<M: Named>(
    session: &impl Session,
    workspace: WorkspaceId,
    filter: &Filter,
    limit: u64,
) -> Result<u64> {
    let mut values = vec![workspace.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let narrowed = filter.narrow(&mut values);
    let text = format!(
        "SELECT COUNT(*) AS total FROM (SELECT 1 FROM {} t WHERE t.workspace_id = $1{narrowed} LIMIT $2) AS counted",
        M::TABLE
    );
    let counted: Option<Counted> = one(session, &text, values, &[]).await?;
    Ok(counted.map(|row| u64::try_from(row.total).unwrap_or_default()).unwrap_or_default())
}

/// What is to be written of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// A fresh id; what stands there already keeps its own.
    pub id: Uuid,
    /// The customer's own id.
    pub external_id: String,
    /// Its name.
    pub name: String,
}

/// Makes those that are not there and changes the others, by their external ids; none is archived then.
pub async fn upsert<M: Named>(tx: &Tx, workspace: WorkspaceId, entries: &[Entry], now: Timestamp) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("external_id", Kind::Text),
        ("name", Kind::Text),
        ("searched", Kind::Text),
        ("created_at", Kind::Int),
        ("updated_at", Kind::Int),
    ];
    let rows = entries.iter().map(|entry| {
        // No search has the line's end in it, so none finds where the one ends and the other begins.
        let searched = folded(&format!("{}\n{}", entry.name, entry.external_id));
        row![id(entry.id), entry.external_id, entry.name, searched, now, now]
    });
    let present = "ON CONFLICT (workspace_id, external_id) DO UPDATE SET name = excluded.name, \
                   searched = excluded.searched, updated_at = excluded.updated_at, archived_at = NULL";
    statement::insert(tx, M::TABLE, workspace, &Rows::new(COLUMNS, rows), present).await
}

/// Takes one out of the lists.
pub async fn archive<M: Named>(tx: &Tx, workspace: WorkspaceId, id: Uuid, now: Timestamp) -> Result<()> {
    let text = format!("UPDATE {} SET archived_at = $3, updated_at = $3 WHERE workspace_id = $1 AND id = $2", M::TABLE);
    execute(tx, &text, vec![workspace.0.into(), id.into(), now.as_micros().into()], &[]).await?;
    Ok(())
}

/// Of products, categories and order forms those that the workspace has, archived ones aside.
pub async fn known(
    session: &impl Session,
    workspace: WorkspaceId,
    named: &BTreeSet<ItemRef>,
) -> Result<BTreeSet<ItemRef>> {
    let (mut products, mut categories, mut forms) = (Vec::new(), Vec::new(), Vec::new());
    for item in named {
        match item {
            ItemRef::Product(id) => products.push(id.as_str()),
            ItemRef::Category(id) => categories.push(id.as_str()),
            ItemRef::OrderForm(id) => forms.push(id.as_str()),
        }
    }
    let products = live::<entity::product::Model>(session, workspace, products).await?;
    let categories = live::<entity::category::Model>(session, workspace, categories).await?;
    let forms = live::<entity::order_form::Model>(session, workspace, forms).await?;
    let known = products.into_iter().map(ItemRef::Product).chain(categories.into_iter().map(ItemRef::Category));
    Ok(known.chain(forms.into_iter().map(ItemRef::OrderForm)).collect())
}

async fn live<M: Named>(session: &impl Session, workspace: WorkspaceId, ids: Vec<&str>) -> Result<Vec<String>> {
    let found = find_by_external_ids::<M>(session, workspace, ids).await?;
    Ok(found.into_iter().filter(|(_, row)| row.archived_at().is_none()).map(|(id, _)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_taken_to_the_letter() {
        for (search, expected) in [("Soap", "%soap%"), ("50%_!", "%50!%!_!!%"), ("", "%%"), ("a\\'", "%a\\'%")] {
            assert_eq!(pattern(search), expected);
        }
    }
}
