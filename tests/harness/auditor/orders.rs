//! Orders, read naively (R19, R21): what of them was received so far, and when the first payment made a purchase.

use super::{Amount, Event, Happening, Micros, News};
use std::collections::BTreeMap;

/// Every order of every contact.
#[derive(Default)]
pub(super) struct OrderBook {
    orders: BTreeMap<(String, String), Order>,
}

#[derive(Default)]
struct Order {
    /// The mark of what placed it, its total, and when.
    placed: Option<(String, Amount, Micros)>,
    first_paid_at: Option<Micros>,
    /// Whether the payment that is tried again and again said of which order it is.
    was_tried: bool,
    /// The mark of its purchase.
    bought: Option<String>,
    /// What was given back, in the order in which it was told; all of it, where no amount is named.
    returned: Vec<(String, Option<Amount>, Micros)>,
}

/// What of an order was given back.
pub(super) struct Returned {
    pub mark: String,
    pub at: Micros,
    pub is_all: bool,
    /// By currency.
    pub sums: BTreeMap<String, i64>,
}

impl OrderBook {
    /// Hears an event; gives back the purchase that it makes.
    pub(super) fn hear(&mut self, event: &Event) -> Option<Event> {
        let Happening::Told(order, news) = &event.what else { return None };
        let known = self.orders.entry((event.who.clone(), order.clone())).or_default();
        match news {
            News::Placed(total) => {
                known.placed.get_or_insert((event.mark.clone(), total.clone(), event.at));
            }
            News::Paid => {
                known.first_paid_at.get_or_insert(event.at);
            }
            News::Tried => known.was_tried = true,
            News::CameIn if known.was_tried => {
                known.first_paid_at.get_or_insert(event.at);
            }
            News::CameIn => {}
            News::Returned(amount) => known.returned.push((event.mark.clone(), amount.clone(), event.at)),
        }
        let (mark, total, placed_at) = known.placed.clone().filter(|_| known.bought.is_none())?;
        // A free order is bought when it is placed.
        let at = if total.0 == 0 { placed_at } else { known.first_paid_at? };
        let mark = bought_mark(&mark);
        known.bought = Some(mark.clone());
        Some(Event { mark, who: event.who.clone(), what: Happening::Bought(total), at, number: event.number + 1 })
    }

    /// What was given back of the order whose purchase bears that mark, if anything.
    pub(super) fn returned(&self, who: &str, bought: &str) -> Option<Returned> {
        let is_it = |of: &String, order: &Order| of == who && order.bought.as_deref() == Some(bought);
        let (_, order) = self.orders.iter().find(|((of, _), order)| is_it(of, order))?;
        let (mark, _, at) = order.returned.last()?.clone();
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for (minor, code) in order.returned.iter().filter_map(|(_, amount, _)| amount.as_ref()) {
            *sums.entry(code.clone()).or_default() += minor;
        }
        let (_, (total, code), _) = order.placed.as_ref()?;
        let is_whole = order.returned.iter().any(|(_, amount, _)| amount.is_none());
        let is_all = is_whole || (*total > 0 && sums.get(code).is_some_and(|sum| sum >= total));
        Some(Returned { mark, at, is_all, sums })
    }
}

/// What the purchase is called that an order makes.
pub fn bought_mark(placed: &str) -> String {
    format!("{placed} bought")
}
