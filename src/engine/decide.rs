//! The fourth step: the pure core decides for each contact. Nothing is read or written here.

use super::Interrupted;
use super::lock::Locked;
use crate::store::fact::NewFact;
use crate::store::timer::NewTimer;
use crate::store::{customer_order, payment};
use offramp_domain::contact::ATTRIBUTE;
use offramp_domain::decide::{ContactState, Explain, Met, Owner, Progress, Record, Timers, decide};
use offramp_domain::enrollment::Enrollment;
use offramp_domain::facts::Facts;
use offramp_domain::ids::{AutomationId, ConditionId, ContactId, EnrollmentId};
use offramp_domain::order::Orders;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be written: the last states minus the first, and the records made on the way, in the order of the batch.
#[derive(Default)]
pub(super) struct Decided {
    began: Vec<Enrollment>,
    ended: Vec<Enrollment>,
    met: Vec<(ContactId, Owner, ConditionId, Met)>,
    spent: Vec<(ContactId, Owner, ConditionId)>,
    facts: Vec<NewFact>,
    orders: Vec<customer_order::Named>,
    payments: Vec<payment::Named>,
    timers: Vec<NewTimer>,
    spent_timers: Vec<(ContactId, Owner, ConditionId)>,
    records: Vec<Record>,
}

impl Decided {
    /// Decides for all contacts, or finds the events that must be refused first.
    pub(super) fn make(locked: Locked<'_>) -> Result<Self, Interrupted> {
        let (contacts, definitions) = locked.into_parts();
        let mut decided = Self::default();
        let explain = if tracing::enabled!(tracing::Level::TRACE) { Explain::Concerned } else { Explain::No };
        let (mut placed, mut refused) = (Vec::new(), Vec::new());
        for (before, entries) in contacts {
            let events: Vec<_> = entries.iter().map(|entry| &entry.accepted.event).collect();
            let first = Before::of(&before);
            match decide(&definitions, before, &events, explain) {
                Err(found) => refused.extend(found.0),
                Ok(decision) => {
                    let place_of = |place: usize| entries.get(place).map_or(usize::MAX, |entry| entry.place);
                    for (place, automation, remark) in &decision.remarks {
                        trace_remark(place_of(*place), *automation, remark);
                    }
                    placed.extend(decision.records.into_iter().map(|(place, record)| (place_of(place), record)));
                    decided.difference(first, decision.after);
                }
            }
        }
        if !refused.is_empty() {
            return Err(Interrupted::Refused(refused));
        }
        placed.sort_by_key(|(place, _)| *place);
        decided.records = placed.into_iter().map(|(_, record)| record).collect();
        Ok(decided)
    }

    /// What the last state has that the first had not.
    fn difference(&mut self, first: Before, last: ContactState) {
        let contact = last.contact;
        for stay in last.enrollments {
            if !first.known.contains(&stay.id) {
                self.began.push(stay);
            } else if first.active.contains(&stay.id) && !stay.is_active() {
                self.ended.push(stay);
            }
        }
        let spent = first.progress.keys().filter(|key| !last.progress.contains_key(key));
        self.spent.extend(spent.map(|(owner, condition)| (contact, *owner, *condition)));
        let met = last.progress.iter().filter(|(key, met)| first.progress.get(key) != Some(met));
        self.met.extend(met.map(|((owner, condition), met)| (contact, *owner, *condition, *met)));
        let spent = first.timers.keys().filter(|key| !last.timers.contains_key(key));
        self.spent_timers.extend(spent.map(|(owner, condition)| (contact, *owner, *condition)));
        let set = last.timers.iter().filter(|(key, timer)| first.timers.get(key) != Some(timer));
        self.timers.extend(set.map(|((owner, condition), timer)| (contact, *owner, *condition, *timer)));
        let new = last.facts.iter().filter(|(kind, key, fact)| first.facts.get(kind, key) != Some(fact));
        self.facts.extend(new.map(|(kind, key, fact)| (contact, kind, key.to_owned(), fact.clone())));
        let Orders { orders, payments } = last.orders;
        let orders = orders.into_iter().filter(|(name, order)| first.orders.orders.get(name) != Some(order));
        self.orders.extend(orders.map(|(name, order)| (contact, name, order)));
        let payments = payments.into_iter().filter(|(name, one)| first.orders.payments.get(name) != Some(one));
        self.payments.extend(payments.map(|(name, payment)| (contact, name, payment)));
    }

    pub(super) fn began(&self) -> Vec<&Enrollment> {
        self.began.iter().collect()
    }

    pub(super) fn ended(&self) -> Vec<&Enrollment> {
        self.ended.iter().collect()
    }

    pub(super) fn met(&self) -> &[(ContactId, Owner, ConditionId, Met)] {
        &self.met
    }

    pub(super) fn spent(&self) -> &[(ContactId, Owner, ConditionId)] {
        &self.spent
    }

    pub(super) fn facts(&self) -> &[NewFact] {
        &self.facts
    }

    pub(super) fn orders(&self) -> &[customer_order::Named] {
        &self.orders
    }

    pub(super) fn payments(&self) -> &[payment::Named] {
        &self.payments
    }

    /// The fields of contacts that are others now, by their names.
    pub(super) fn fields(&self) -> BTreeMap<ContactId, Map<String, Value>> {
        let mut fields: BTreeMap<ContactId, Map<String, Value>> = BTreeMap::new();
        for (contact, _, name, fact) in self.facts.iter().filter(|(_, kind, ..)| *kind == ATTRIBUTE) {
            fields.entry(*contact).or_default().insert(name.clone(), fact.value.clone());
        }
        fields
    }

    pub(super) fn timers(&self) -> &[NewTimer] {
        &self.timers
    }

    pub(super) fn spent_timers(&self) -> &[(ContactId, Owner, ConditionId)] {
        &self.spent_timers
    }

    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }
}

/// What must be remembered of a state to tell what became of it.
struct Before {
    known: BTreeSet<EnrollmentId>,
    active: BTreeSet<EnrollmentId>,
    progress: Progress,
    facts: Facts,
    timers: Timers,
    orders: Orders,
}

impl Before {
    fn of(state: &ContactState) -> Self {
        let known = state.enrollments.iter().map(|stay| stay.id).collect();
        let active = state.enrollments.iter().filter(|stay| stay.is_active()).map(|stay| stay.id).collect();
        let (progress, facts, timers) = (state.progress.clone(), state.facts.clone(), state.timers.clone());
        Self { known, active, progress, facts, timers, orders: state.orders.clone() }
    }
}

fn trace_remark(place: usize, automation: AutomationId, remark: &offramp_domain::enrollment::Remark) {
    tracing::trace!(place, %automation, ?remark, "nothing came of an event");
}
