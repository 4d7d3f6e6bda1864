//! Payments, kept from the events that name them.

use super::dialect::Kind;
use super::page::{Page, Slice, count, keyset};
use super::statement::{self, Rows, all, id, row};
use super::{Error, Result, Session, Tx, convert};
use offramp_domain::ids::{ContactId, OrderId, WorkspaceId};
use offramp_domain::order::{Payment, PaymentStatus};
use offramp_domain::time::Timestamp;
use offramp_entity::customer_order;
use offramp_entity::payment::{COLUMN, Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};
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

/// Whether nobody has placed the order that a payment names.
const AWAITS_ORDER: &str = "EXISTS (SELECT 1 FROM customer_order o WHERE o.workspace_id = payment.workspace_id \
                            AND o.contact_id = payment.contact_id AND o.external_id = payment.order_external_id \
                            AND o.status = 'awaited')";

fn listed(workspace: WorkspaceId, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(COLUMN.workspace_id.eq(workspace.0));
    if let Some(contact) = filter.contact {
        query = query.filter(COLUMN.contact_id.eq(contact.0));
    }
    if let Some(order) = filter.order {
        use customer_order::{COLUMN as ORDER, Column as OrderColumn};
        let named = customer_order::Entity::find()
            .select_only()
            .columns([OrderColumn::ContactId, OrderColumn::ExternalId])
            .filter(ORDER.workspace_id.eq(workspace.0))
            .filter(ORDER.id.eq(order.0));
        let names = Expr::tuple([Expr::col(Column::ContactId), Expr::col(Column::OrderExternalId)]);
        query = query.filter(names.in_subquery(named.into_query()));
    }
    if let Some(status) = filter.status {
        query = query.filter(COLUMN.status.eq(status.as_str()));
    }
    match filter.awaits_order {
        Some(true) => query.filter(Expr::cust(AWAITS_ORDER)),
        Some(false) => query.filter(Expr::cust(AWAITS_ORDER).not()),
        None => query,
    }
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
