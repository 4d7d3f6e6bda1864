//! Whatever has a global id, found by it.

use super::automation::Automation;
use super::catalogue::ConditionDefinition;
use super::condition::Condition;
use super::contact::Contact;
use super::conversion::Conversion;
use super::enrollment::Enrollment;
use super::exit::ContactExit;
use super::order::Order;
use super::payment::Payment;
use super::product::{Category, OrderForm, Product};
use super::reversal::Reversal;
use super::rule::{AlternateExitRule, EntryRule, Goal};
use super::workspace::Workspace;
use super::{automation, caller, contact, enrollment, loaded, rule};
use crate::graphql::error::internal;
use crate::graphql::id::{GlobalId, Kind};
use crate::graphql::loaders::{
    CategoryKey, ConversionKey, ExitKey, OrderFormKey, OrderKey, PaymentKey, ProductKey, ReversalKey, RuleKey,
    WorkspaceKey,
};
use crate::store;
use async_graphql::{Context, ID, Interface, Result};
use offramp_domain::automation::RuleKind;
use offramp_domain::condition::{catalogue, each};
use uuid::Uuid;

/// Something that has a global id, by which `node` finds it again.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Globally unique, opaque, stable id."))]
pub enum Node {
    /// An automation.
    Automation(Automation),
    /// An entry rule.
    EntryRule(EntryRule),
    /// A goal.
    Goal(Goal),
    /// An alternate exit rule.
    AlternateExitRule(AlternateExitRule),
    /// A condition of a rule's draft.
    Condition(Condition),
    /// A contact.
    Contact(Contact),
    /// A stay.
    Enrollment(Enrollment),
    /// An exit.
    ContactExit(ContactExit),
    /// A conversion.
    Conversion(Conversion),
    /// The caller's own workspace.
    Workspace(Workspace),
    /// A product.
    Product(Product),
    /// A category of products.
    Category(Category),
    /// An order form.
    OrderForm(OrderForm),
    /// An order.
    Order(Order),
    /// A payment.
    Payment(Payment),
    /// A reversal of a conversion.
    Reversal(Reversal),
    /// A type of conditions.
    ConditionDefinition(ConditionDefinition),
}

impl Node {
    /// What has that id in the caller's workspace.
    pub(in crate::graphql) async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        if let Some(key) = Kind::ConditionDefinition.text(id) {
            return Ok(catalogue::find(&key).map(ConditionDefinition).map(Self::ConditionDefinition));
        }
        let Some(GlobalId { kind, owner, key }) = GlobalId::read(id) else { return Ok(None) };
        let workspace = caller(ctx)?.workspace;
        match (kind, owner) {
            (Kind::Condition, Some(rule)) => Ok(condition(ctx, rule, key).await?.map(Self::Condition)),
            (Kind::Condition | Kind::ConditionDefinition, None) | (_, Some(_)) => Ok(None),
            (Kind::Automation, None) => Ok(automation(ctx, key).await?.map(Self::Automation)),
            (Kind::EntryRule, None) => {
                rule(ctx, key, RuleKind::Entry).await?.map(EntryRule::read).transpose().map(wrap(Self::EntryRule))
            }
            (Kind::Goal, None) => {
                rule(ctx, key, RuleKind::Goal).await?.map(Goal::read).transpose().map(wrap(Self::Goal))
            }
            (Kind::AlternateExitRule, None) => {
                let row = rule(ctx, key, RuleKind::AlternateExit).await?;
                row.map(AlternateExitRule::read).transpose().map(wrap(Self::AlternateExitRule))
            }
            (Kind::Contact, None) => Ok(contact(ctx, key).await?.map(Self::Contact)),
            (Kind::Enrollment, None) => Ok(enrollment(ctx, key).await?.map(Self::Enrollment)),
            (Kind::ContactExit, None) => {
                let row = loaded(ctx, ExitKey(workspace, key)).await?;
                Ok(row.map(|row| Self::ContactExit(ContactExit { row, epoch: None })))
            }
            (Kind::Conversion, None) => {
                let row = loaded(ctx, ConversionKey(workspace, key)).await?;
                Ok(row.map(|row| Self::Conversion(Conversion { row, epoch: None })))
            }
            (Kind::Workspace, None) => {
                Ok(loaded(ctx, WorkspaceKey(workspace, key)).await?.map(|row| Self::Workspace(Workspace(row))))
            }
            (Kind::Product, None) => {
                Ok(loaded(ctx, ProductKey(workspace, key)).await?.map(|row| Self::Product(Product::of(&row))))
            }
            (Kind::Category, None) => {
                Ok(loaded(ctx, CategoryKey(workspace, key)).await?.map(|row| Self::Category(Category::of(&row))))
            }
            (Kind::Order, None) => {
                loaded(ctx, OrderKey(workspace, key)).await?.map(Order::read).transpose().map(wrap(Self::Order))
            }
            (Kind::Payment, None) => {
                loaded(ctx, PaymentKey(workspace, key)).await?.map(Payment::read).transpose().map(wrap(Self::Payment))
            }
            (Kind::Reversal, None) => {
                let row = loaded(ctx, ReversalKey(workspace, key)).await?;
                Ok(row.map(|row| Self::Reversal(Reversal { row, epoch: None })))
            }
            (Kind::OrderForm, None) => {
                Ok(loaded(ctx, OrderFormKey(workspace, key)).await?.map(|row| Self::OrderForm(OrderForm::of(&row))))
            }
        }
    }
}

fn wrap<T>(kind: fn(T) -> Node) -> impl Fn(Option<T>) -> Option<Node> {
    move |found| found.map(kind)
}

/// A condition of a rule, as that stands in the draft.
async fn condition(ctx: &Context<'_>, rule: Uuid, key: Uuid) -> Result<Option<Condition>> {
    let Some(row) = loaded(ctx, RuleKey(caller(ctx)?.workspace, rule)).await? else { return Ok(None) };
    let conditions = store::rule::definition(&row).map_err(|error| internal(&error))?.conditions;
    let found = each(&conditions).into_iter().find(|one| one.id.0 == key).cloned();
    Ok(found.map(|condition| Condition { rule, condition }))
}
