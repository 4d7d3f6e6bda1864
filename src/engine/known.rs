//! What is known of contacts before their events are judged: their stays, and of the rest as much as the rules concerned
//! have to know, in one statement a kind.

use super::Interrupted;
use super::happened::{self, Happened};
use super::matching::Candidates;
use crate::store::{Tx, enrollment, event, fact, progress, timer};
use offramp_domain::decide::{ContactState, Owner};
use offramp_domain::event::{Event, ORDER_PURCHASED};
use offramp_domain::facts::kinds_told_by;
use offramp_domain::hand::Hand;
use offramp_domain::ids::{AutomationId, ContactId, EventId, WorkspaceId};
use offramp_domain::index::{Definitions, Needs};
use offramp_domain::order::Orders;
use std::collections::{BTreeMap, BTreeSet};

type Known<'a> = BTreeMap<ContactId, &'a Happened<'a>>;
type States = BTreeMap<ContactId, ContactState>;

/// The states of contacts who were known before.
pub(super) async fn load(
    tx: &Tx,
    workspace: WorkspaceId,
    candidates: &Candidates<'_>,
    known: &Known<'_>,
    mut orders: BTreeMap<ContactId, Orders>,
) -> Result<States, Interrupted> {
    let definitions = candidates.definitions();
    let since = known.iter().filter_map(|(contact, happened)| Some((*contact, happened.since()?))).collect();
    let new = |contact: &ContactId| {
        let orders = orders.remove(contact).unwrap_or_default();
        (*contact, ContactState { orders, ..ContactState::new(*contact) })
    };
    let mut states: States = known.keys().map(new).collect();
    let mut entered = candidates.entered().clone();
    let purchases = events(known).filter(|event| event.event_type == ORDER_PURCHASED);
    entered.extend(purchases.flat_map(|event| definitions.entered_by(event)));
    for stay in enrollment::load(tx, workspace, &since, &entered).await? {
        if let Some(state) = states.get_mut(&stay.contact) {
            state.enrollments.push(stay);
        }
    }
    let concerned: BTreeMap<_, _> =
        states.values().map(|state| (state.contact, concerned_of(definitions, state, known))).collect();
    let owners = owners(definitions, &states, &concerned);
    for (contact, met) in progress::load(tx, workspace, &owners).await? {
        if let Some(state) = states.get_mut(&contact) {
            state.progress = met;
        }
    }
    let mut needs = Needs::default();
    let all: BTreeSet<_> = concerned.values().flatten().copied().collect();
    all.iter().filter_map(|automation| definitions.needs_of(*automation)).for_each(|one| needs.join(one));
    needs.facts.extend(events(known).flat_map(|event| kinds_told_by(&event.event_type)));
    // Also where what waited is gone by now: it has to wait no more.
    needs.timers |= events(known).any(is_due);
    load_needs(tx, workspace, &needs, &mut states).await?;
    happened::load_progressed(tx, workspace, &mut states).await?;
    happened::load_standing(tx, workspace, known, &mut states).await?;
    if needs.entry_event {
        load_entry_events(tx, workspace, definitions, &mut states).await?;
    }
    Ok(states)
}

fn events<'a>(known: &'a Known<'a>) -> impl Iterator<Item = &'a Event> {
    known.values().flat_map(|happened| happened.events())
}

fn is_due(event: &Event) -> bool {
    matches!(Hand::of(event), Some(Hand::Due { .. }))
}

/// The automations in which something may come of a contact's new events.
fn concerned_of(definitions: &Definitions, state: &ContactState, known: &Known<'_>) -> BTreeSet<AutomationId> {
    let mut concerned = BTreeSet::new();
    for event in known.get(&state.contact).into_iter().flat_map(|happened| happened.events()) {
        concerned.extend(definitions.concerned(&state.enrollments, event));
        concerned.extend(Hand::of(event).map(|hand| hand.automation()));
    }
    // Whatever moves the contact is told to those who listen to that.
    concerned.extend(definitions.told());
    concerned
}

/// Whose progress may count: that of stays, and of entry rules.
fn owners(
    definitions: &Definitions,
    states: &States,
    concerned: &BTreeMap<ContactId, BTreeSet<AutomationId>>,
) -> Vec<(ContactId, Owner)> {
    let mut owners = Vec::new();
    for (contact, automations) in concerned {
        let stays = states.get(contact).into_iter().flat_map(|state| &state.enrollments);
        let of_stays = stays.filter(|stay| {
            automations.contains(&stay.automation) && definitions.has_exit_progress(stay.automation, stay.version)
        });
        owners.extend(of_stays.map(|stay| (*contact, Owner::Enrollment(stay.id))));
        let of_entries = automations.iter().flat_map(|automation| definitions.entry_progress(*automation));
        owners.extend(of_entries.map(|rule| (*contact, Owner::Rule(rule))));
    }
    owners
}

async fn load_needs(tx: &Tx, workspace: WorkspaceId, needs: &Needs, states: &mut States) -> Result<(), Interrupted> {
    let contacts = || states.keys().copied().collect::<Vec<_>>();
    let facts = fact::load(tx, workspace, contacts(), &needs.facts).await?;
    let history = event::history(tx, workspace, contacts(), &needs.history).await?;
    let timers = match needs.timers {
        true => timer::load(tx, workspace, contacts()).await?,
        false => BTreeMap::new(),
    };
    for (contact, known) in facts {
        states.entry(contact).and_modify(|state| state.facts = known);
    }
    for (contact, known) in history {
        states.entry(contact).and_modify(|state| state.history = known);
    }
    for (contact, known) in timers {
        states.entry(contact).and_modify(|state| state.timers = known);
    }
    Ok(())
}

/// The events that caused the entries of stays whose rules compare with them.
async fn load_entry_events(
    tx: &Tx,
    workspace: WorkspaceId,
    definitions: &Definitions,
    states: &mut States,
) -> Result<(), Interrupted> {
    let stays = states.values().flat_map(|state| &state.enrollments);
    let comparing = stays.filter(|stay| definitions.compares_with_entry(stay.automation));
    let events: BTreeSet<EventId> = comparing.map(|stay| stay.entry_event).collect();
    for (contact, event) in event::find(tx, workspace, events).await? {
        if let Some(state) = states.get_mut(&contact) {
            state.entry_events.insert(event.id, event);
        }
    }
    Ok(())
}
