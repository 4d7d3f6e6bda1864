//! Payments, kept from the events that name them.

use super::dialect::Kind;
use super::page::{Owned, Page, Slice, count, keyset};
use super::statement::{self, Rows, all, id, row};
use super::{Error, Result, Session, Tx, convert};
use offramp_domain::ids::{ContactId, OrderId, WorkspaceId};
use offramp_domain::order::{Payment, PaymentStatus};
use offramp_domain::time::Timestamp;
use offramp_entity::customer_order::{self, COLUMN as ORDER};
use offramp_entity::payment::{COLUMN, Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

/// A payment of a contact, by the customer's own id.
pub type Named = (ContactId, String, Payment);

/// The payments that contacts have under those names, as far as there are any.
pub async fn load<'a>(
    tx: &Tx,
    workspace: WorkspaceId,
    names: impl IntoIterator<Item = (ContactId, &'a str)>,
) -> Result<Vec<Named>> {
    let rows = names.into_iter().map(|(contact, name)| row![id(contact.0), name]);
    let rows = Rows::new(&[("contact_id", Kind::Id), ("external_id", Kind::Text)], rows);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT p.* FROM {rows} JOIN payment p ON p.workspace_id = $1 AND p.contact_id = r.contact_id \
                AND p.external_id = r.external_id";
    let found: Vec<Model> = all(tx, text, vec![workspace.0.into()], &[&rows]).await?;
    found.into_iter().map(|row| Ok((row.contact_id.into(), row.external_id.clone(), payment(&row)?))).collect()
}

/// What is known of a payment.
///
/// # Errors
/// [`Error::Unreadable`], if its status or its currency is none.
pub fn payment(row: &Model) -> Result<Payment> {
    let status = PaymentStatus::read(&row.status);
    Ok(Payment {
        id: row.id.into(),
        order: row.order_external_id.clone(),
        status: status.ok_or_else(|| Error::Unreadable { what: "payment", why: row.status.clone() })?,
        amount: convert::money(row.amount_minor, row.amount_currency.as_deref())?,
        payment_type: row.payment_type.clone(),
        event: row.event_id.into(),
        at: Timestamp::from_micros(row.at),
        failures: row.failures,
    })
}

/// Stores payments, each in the place of what was known of it.
pub async fn upsert(tx: &Tx, workspace: WorkspaceId, payments: &[Named]) -> Result<()> {
    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Id),
        ("contact_id", Kind::Id),
        ("external_id", Kind::Text),
        ("order_external_id", Kind::Text),
        ("status", Kind::Text),
        ("amount_minor", Kind::Int),
        ("amount_currency", Kind::Text),
        ("payment_type", Kind::Text),
        ("event_id", Kind::Id),
        ("at", Kind::Int),
        ("failures", Kind::Int),
    ];
    let rows = payments.iter().map(|(contact, name, payment)| {
        row![
            id(payment.id.0),
            id(contact.0),
            name,
            payment.order,
            payment.status.as_str(),
            payment.amount.map(|amount| amount.minor),
            payment.amount.map(|amount| amount.currency.code()),
            payment.payment_type,
            id(payment.event.0),
            payment.at,
            payment.failures,
        ]
    });
    let again = "ON CONFLICT (workspace_id, contact_id, external_id) DO UPDATE SET \
                 order_external_id = excluded.order_external_id, status = excluded.status, \
                 amount_minor = excluded.amount_minor, amount_currency = excluded.amount_currency, \
                 payment_type = excluded.payment_type, event_id = excluded.event_id, at = excluded.at, \
                 failures = excluded.failures";
    statement::insert(tx, "payment", workspace, &Rows::new(COLUMNS, rows), again).await
}

/// Which payments to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this contact.
    pub contact: Option<ContactId>,
    /// Only of this order.
    pub order: Option<OrderId>,
    /// Only those that stand so.
    pub status: Option<PaymentStatus>,
    /// Only those that wait for their order, or only others.
    pub awaits_order: Option<bool>,
}

fn listed(workspace: WorkspaceId, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0));
    if let Some(contact) = filter.contact {
        query = query.filter(COLUMN.contact_id.eq(contact.0));
    }
    if let Some(order) = filter.order {
        query = query.filter(names_one_of(named(workspace).filter(ORDER.id.eq(order.0))));
    }
    if let Some(status) = filter.status {
        query = query.filter(COLUMN.status.eq(status.as_str()));
    }
    // Written out, so that the index of what is awaited serves it.
    let awaited = || names_one_of(named(workspace).filter(Expr::cust("customer_order.status = 'awaited'")));
    match filter.awaits_order {
        Some(true) => query.filter(awaited()),
        Some(false) => query.filter(COLUMN.order_external_id.is_null().or(awaited().not())),
        None => query,
    }
}

/// The names of orders, each with its contact.
fn named(workspace: WorkspaceId) -> Select<customer_order::Entity> {
    use customer_order::Column;
    let columns = [Column::ContactId, Column::ExternalId];
    customer_order::Entity::find().select_only().columns(columns).filter(ORDER.workspace_id.eq(workspace.0))
}

/// Whether a payment names one of those orders.
fn names_one_of(orders: Select<customer_order::Entity>) -> Expr {
    let names = [Column::ContactId, Column::OrderExternalId].map(|column| Expr::col((Entity, column)));
    Expr::tuple(names).in_subquery(orders.into_query())
}

/// A page of payments, in order of their ids: as they were first heard of, those of one batch in any order.
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

/// The payments of those ids.
pub async fn find_many(session: &impl Session, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Model>> {
    let query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0)).filter(COLUMN.id.is_in(ids.iter().copied()));
    Ok(query.all(session.connection()).await?)
}

/// What belongs to orders: each payment under the order that it names.
const OF_ORDERS: Owned = Owned {
    table: "(SELECT p.*, o.id AS order_id FROM payment p JOIN customer_order o ON o.workspace_id = p.workspace_id \
            AND o.contact_id = p.contact_id AND o.external_id = p.order_external_id)",
    owner: "order_id",
    key: "id",
};

#[derive(FromQueryResult)]
struct OfOrder {
    order_id: Uuid,
    #[sea_orm(nested)]
    payment: Model,
}

/// The same page of each order's payments, in order of their ids.
pub async fn pages_of_orders(
    session: &impl Session,
    workspace: WorkspaceId,
    orders: &[Uuid],
    page: &Page<Uuid>,
) -> Result<Vec<(Uuid, Slice<Model>)>> {
    let rows = OF_ORDERS.pages(session, workspace, orders, page).await?;
    let slices = page.slices(orders, rows, |row: &OfOrder| row.order_id);
    Ok(slices.into_iter().map(|(order, slice)| (order, slice.map(|row| row.payment))).collect())
}

/// How many payments each order has, counted up to a limit.
pub async fn counts_of_orders(
    session: &impl Session,
    workspace: WorkspaceId,
    orders: &[Uuid],
) -> Result<Vec<(Uuid, u64)>> {
    OF_ORDERS.counts(session, workspace, orders).await
}

/// The payment of that name, if the contact has one.
pub async fn find_named(
    session: &impl Session,
    workspace: WorkspaceId,
    contact_external_id: &str,
    external_id: &str,
) -> Result<Option<Model>> {
    let text = "SELECT p.* FROM contact c JOIN payment p ON p.workspace_id = $1 AND p.contact_id = c.id \
                WHERE c.workspace_id = $1 AND c.external_id = $2 AND p.external_id = $3";
    let values = vec![workspace.0.into(), contact_external_id.into(), external_id.into()];
    statement::one(session, text, values, &[]).await
}
