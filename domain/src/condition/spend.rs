//! What a contact has spent, ever or within the last while: a state over the orders so far, each currency for itself
//! (R25).

use super::catalogue::{
    ConditionDefinition, Family, FilterDefinition, FilterKind, Kind, State, custom, duration, money, number,
};
use super::compare::Clock;
use super::found::Found;
use super::purchase::{items, orders};
use super::state::Subject;
use super::{Condition, Filter, Scene, Total};
use crate::event::{Event, ORDER_PURCHASED};
use crate::money::{Currency, Money};
use crate::time::{Elapsed, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;

const SPENT: &str = "spent";
const AVERAGE: &str = "average";
const ORDERS: &str = "orders";
const ITEMS: &str = "items";
const PERIOD: &str = "period";

const COUNTED: FilterDefinition = custom(ITEMS, "counting orders of", FilterKind::Items, |_, _| Found::Nothing)
    .setting()
    .help("Only orders with such an item count, each with its whole amount.");

pub(super) const FAMILY: Family = Family {
    category: "Commerce",
    conditions: &[ConditionDefinition {
        key: "spend.threshold",
        name: "Total spend",
        synonyms: &[
            "lifetime spend",
            "lifetime value",
            "spent in total",
            "average order",
            "number of orders",
            "big spender",
        ],
        description: "What the contact has spent, spends on average or has ordered comes to so much.",
        kind: Kind::State(State {
            facts: &[],
            history: &[ORDER_PURCHASED],
            turns_by_time: true,
            changed_by: &[ORDER_PURCHASED],
            subjects,
        }),
        filters: &[
            money(SPENT, "spent", SPENT),
            money(AVERAGE, "average order", AVERAGE)
                .help("Of the orders in that currency, rounded to its smallest unit."),
            number(ORDERS, "number of orders", ORDERS).help("Of whatever currency."),
            COUNTED,
            duration(PERIOD, "within the last").help("All orders so far, if left out."),
        ],
    }],
    events: &[],
    facts: &[],
};

/// What was spent in each currency, and in those that are asked for also nothing.
fn subjects(condition: &Condition, scene: &Scene<'_>) -> Vec<Subject> {
    let (now, clock, window) = (scene.at(), Clock::of(scene), condition.length(PERIOD));
    let wanted = |key: &'static str| condition.filters.iter().filter(move |filter| filter.key == key);
    let counts = |order: &&Event| wanted(ITEMS).all(|filter| filter.holds(&items(order), clock));
    let known: Vec<_> = orders(scene.history, false).filter(counts).collect();
    // As long as WITHIN_LAST holds; an order that came too late may lie ahead of what is judged.
    let is_inside = |at: Timestamp| window.is_none_or(|length| at <= now && now <= at.plus(length));
    let inside: Vec<_> = known.iter().filter(|order| is_inside(order.at())).collect();

    let asked_for =
        condition.filters.iter().filter_map(Filter::currency).map(|currency| (currency, (nothing(currency), 0)));
    let mut spent: BTreeMap<Currency, (Total, i64)> = asked_for.collect();
    for amount in inside.iter().filter_map(|order| order.money("amount")) {
        let (total, count) = spent.entry(amount.currency).or_insert((nothing(amount.currency), 0));
        *total = total.plus(Total::Money(amount));
        *count += 1;
    }
    let begins_or_ends =
        |order: &&Event, length: Elapsed| [order.at(), order.at().plus(length).plus(Elapsed::from_micros(1))];
    let turns_at: Vec<_> =
        window.map_or_else(Vec::new, |length| known.iter().flat_map(|order| begins_or_ends(order, length)).collect());

    let orders = json!(inside.len());
    let has_threshold = [SPENT, AVERAGE, ORDERS].into_iter().any(|key| wanted(key).next().is_some());
    let mut subjects: Vec<_> = spent.into_values().map(|(total, count)| of_currency(total, count)).collect();
    if subjects.is_empty() && has_threshold {
        subjects.push(Subject::default());
    }
    for subject in &mut subjects {
        subject.properties.insert(ORDERS.to_owned(), orders.clone());
        subject.turns_at.clone_from(&turns_at);
    }
    subjects
}

fn of_currency(total: Total, count: i64) -> Subject {
    let Some(total) = total.money() else { return Subject::default() };
    let average = total.minor.saturating_add(count / 2).checked_div(count);
    let average = average.map(|minor| Money { minor, ..total });
    Subject::of([(SPENT, json!(total)), (AVERAGE, json!(average))])
}

const fn nothing(currency: Currency) -> Total {
    Total::Money(Money { minor: 0, currency })
}
