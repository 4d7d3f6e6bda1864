//! Orders, kept from the events that name them.

use super::dialect::Kind;
use super::page::{Owned, Page, Slice, count, keyset};
use super::statement::{self, Rows, all, id, row};
use super::{Result, Session, Tx, convert};
use offramp_domain::ids::{ContactId, EventId, WorkspaceId};
use offramp_domain::order::{ORDER_SCHEMA, Order, OrderStatus};
use offramp_entity::customer_order::{COLUMN, Column, Entity, Model};
use sea_orm::{EntityTrait, QueryFilter, Select};
use uuid::Uuid;

/// An order of a contact, by the customer's own id.
pub type Named = (ContactId, String, Order);

/// The orders that contacts have under those names, as far as there are any.
pub async fn load<'a>(
    session: &impl Session,
    workspace: WorkspaceId,
    names: impl IntoIterator<Item = (ContactId, &'a str)>,
) -> Result<Vec<Named>> {
    let rows = names.into_iter().map(|(contact, name)| row![id(contact.0), name]);
    let rows = Rows::new(&[("contact_id", Kind::Id), ("external_id", Kind::Text)], rows);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT o.* FROM {rows} JOIN customer_order o ON o.workspace_id = $1 AND o.contact_id = r.contact_id \
                AND o.external_id = r.external_id";
    let found: Vec<Model> = all(session, text, vec![workspace.0.into()], &[&rows]).await?;
    found.iter().map(named).collect()
}

/// The orders of which those events, of whichever type, speak.
pub async fn load_told_of(
    tx: &Tx,
    workspace: WorkspaceId,
    events: impl IntoIterator<Item = EventId>,
) -> Result<Vec<Named>> {
    let events: Vec<_> = events.into_iter().map(|event| event.0).collect();
    if events.is_empty() {
        return Ok(Vec::new());
    }
    of_events(tx, workspace, &events).await?.iter().map(|(_, row)| named(row)).collect()
}

fn named(row: &Model) -> Result<Named> {
    Ok((row.contact_id.into(), row.external_id.clone(), order(row)?))
}

/// What is known of an order.
///
/// # Errors
/// [`super::Error::Unreadable`], if it is of another shape.
pub fn order(row: &Model) -> Result<Order> {
    convert::known_shape("order", row.state_schema.into(), ORDER_SCHEMA.into())?;
    convert::read("order", &row.state)
}

/// Stores orders, each in the place of what was known of it.
pub async fn upsert(tx: &Tx, workspace: WorkspaceId, orders: &[Named]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("contact_id", Kind::Id),
        ("external_id", Kind::Text),
        ("status", Kind::Text),
        ("placed_at", Kind::Int),
        ("purchased_at", Kind::Int),
        ("purchase_event_id", Kind::Id),
        ("state_schema", Kind::Small),
        ("state", Kind::Json),
    ];
    let rows = orders.iter().map(|(contact, name, order)| {
        let purchase = order.purchase.as_ref();
        row![
            id(order.id.0),
            id(contact.0),
            name,
            order.status().as_str(),
            order.placed.as_ref().map(|placed| placed.at),
            purchase.map(|purchase| purchase.at),
            id(purchase.map_or(Uuid::nil(), |purchase| purchase.event.0)),
            ORDER_SCHEMA,
            order,
        ]
    });
    let again = "ON CONFLICT (workspace_id, contact_id, external_id) DO UPDATE SET status = excluded.status, \
                 placed_at = excluded.placed_at, purchased_at = excluded.purchased_at, \
                 purchase_event_id = excluded.purchase_event_id, state_schema = excluded.state_schema, \
                 state = excluded.state";
    statement::insert(tx, "customer_order", workspace, &Rows::new(COLUMNS, rows), again).await
}

/// Which orders to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this contact.
    pub contact: Option<ContactId>,
    /// Only those that stand so; an empty list means all.
    pub statuses: Vec<OrderStatus>,
}

fn listed(workspace: WorkspaceId, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0));
    if let Some(contact) = filter.contact {
        query = query.filter(COLUMN.contact_id.eq(contact.0));
    }
    if !filter.statuses.is_empty() {
        query = query.filter(COLUMN.status.is_in(filter.statuses.iter().map(|status| status.as_str())));
    }
    query
}

/// A page of orders, in order of their ids: as they were first heard of, those of one batch in any order.
pub async fn page(
    session: &impl Session,
    workspace: WorkspaceId,
    filter: &Filter,
    page: &Page<Uuid>,
) -> Result<Slice<Model>> {
    let rows = keyset(listed(workspace, filter), Column::Id, page, false).all(session.connection()).await?;
    Ok(page.slice(rows))
}

/// How many there are, counted up to a limit.
pub async fn count_all(session: &impl Session, workspace: WorkspaceId, filter: &Filter) -> Result<u64> {
    count(session, listed(workspace, filter)).await
}

/// The orders of those ids.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}

/// The order of that name, if the contact has one.
pub async fn find_named(
    session: &impl Session,
    workspace: WorkspaceId,
    contact_external_id: &str,
    external_id: &str,
) -> Result<Option<Model>> {
    let text = "SELECT o.* FROM contact c JOIN customer_order o ON o.workspace_id = $1 AND o.contact_id = c.id \
                WHERE c.workspace_id = $1 AND c.external_id = $2 AND o.external_id = $3";
    let values = vec![workspace.0.into(), contact_external_id.into(), external_id.into()];
    statement::one(session, text, values, &[]).await
}

/// The orders under those names, each of the payment that names it.
pub async fn of_payments(
    session: &impl Session,
    workspace: WorkspaceId,
    payments: &[Uuid],
) -> Result<Vec<(Uuid, Model)>> {
    let text = "SELECT p.id AS named_by, o.* FROM {rows} JOIN payment p ON p.workspace_id = $1 AND p.id = r.id \
                JOIN customer_order o ON o.workspace_id = $1 AND o.contact_id = p.contact_id \
                AND o.external_id = p.order_external_id";
    named_by(session, workspace, text, payments).await
}

/// The orders of which events speak, each by its event.
pub async fn of_events(session: &impl Session, workspace: WorkspaceId, events: &[Uuid]) -> Result<Vec<(Uuid, Model)>> {
    let text = "SELECT e.id AS named_by, o.* FROM {rows} JOIN event e ON e.workspace_id = $1 AND e.id = r.id \
                JOIN customer_order o ON o.workspace_id = $1 AND o.contact_id = e.contact_id \
                AND o.external_id = e.properties ->> 'orderId'";
    named_by(session, workspace, text, events).await
}

#[derive(sea_orm::FromQueryResult)]
struct NamedBy {
    named_by: Uuid,
    #[sea_orm(nested)]
    order: Model,
}

async fn named_by(
    session: &impl Session,
    workspace: WorkspaceId,
    text: &str,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Model)>> {
    let rows: Vec<NamedBy> = all(session, text, vec![workspace.0.into()], &[&Rows::ids(ids.iter().copied())]).await?;
    Ok(rows.into_iter().map(|row| (row.named_by, row.order)).collect())
}

/// What belongs to contacts.
const OF_CONTACTS: Owned = Owned { table: "customer_order", owner: "contact_id", key: "id" };

/// The same page of each contact's orders, in order of their ids.
pub async fn pages_of_contacts(
    session: &impl Session,
    workspace: WorkspaceId,
    contacts: &[Uuid],
    page: &Page<Uuid>,
) -> Result<Vec<(Uuid, Slice<Model>)>> {
    let rows = OF_CONTACTS.pages(session, workspace, contacts, page).await?;
    Ok(page.slices(contacts, rows, |row: &Model| row.contact_id))
}

/// How many orders each contact has, counted up to a limit.
pub async fn counts_of_contacts(
    session: &impl Session,
    workspace: WorkspaceId,
    contacts: &[Uuid],
) -> Result<Vec<(Uuid, u64)>> {
    OF_CONTACTS.counts(session, workspace, contacts).await
}
