//! What becomes of conversions when the order behind them is given back (R19): they are reversed, and nobody is put back.

use super::{Fold, Record};
use crate::enrollment::{Conversion, Reversal, Standing};
use crate::ids::{EnrollmentId, EventId, ReversalId, derive};
use crate::money::Money;
use crate::order::Order;
use crate::time::Timestamp;

/// What is to be taken back of a conversion, by which event and when.
struct Due {
    amount: Option<Money>,
    in_full: bool,
    event: EventId,
    at: Timestamp,
}

impl Fold<'_> {
    /// Remembers a conversion that was just made, of whose order something may have been given back already.
    pub(super) fn stand(&mut self, conversion: Conversion) {
        let order = self.after.orders.purchased_by(conversion.earned_by).map(|(name, _)| name.to_owned());
        if let Some(order) = order {
            self.after.conversions.push(Standing {
                conversion,
                order: Some(order.clone()),
                reversed_minor: 0,
                is_reversed: false,
            });
            self.take_back(&order);
        }
    }

    /// Takes back of the conversions with an order behind them what was given back of that, as far as it was not yet.
    pub(super) fn take_back(&mut self, order: &str) {
        let Some(known) = self.after.orders.orders.get(order) else { return };
        let due: Vec<_> = self.after.conversions.iter().map(|one| due(known, order, one)).collect();
        for (place, due) in due.into_iter().enumerate().filter_map(|(place, due)| Some((place, due?))) {
            self.reverse(place, due);
        }
    }

    fn reverse(&mut self, place: usize, due: Due) {
        let Some(standing) = self.after.conversions.get_mut(place) else { return };
        standing.reversed_minor = standing.reversed_minor.saturating_add(due.amount.map_or(0, |amount| amount.minor));
        standing.is_reversed |= due.in_full;
        let one = standing.conversion.clone();
        let undoes = due.in_full && one.counted && self.is_undone_with(&one);
        let reversal = Reversal {
            id: ReversalId(derive(due.event, "reversal", &[one.id.0])),
            conversion: one.id,
            enrollment: one.enrollment,
            automation: one.automation,
            contact: one.contact,
            goal: one.goal,
            event: due.event,
            at: due.at.max(one.at),
            amount: due.amount,
            in_full: due.in_full,
            of_counted: one.counted,
            of_headline: one.headline,
            undoes,
        };
        self.record(Record::Reversed(reversal));
    }

    /// Whether nothing that counted for the stay of a conversion stands, now that this does not.
    fn is_undone_with(&mut self, reversed: &Conversion) -> bool {
        let is_of = |id: EnrollmentId| id == reversed.enrollment;
        if let Some(stay) = self.after.enrollments.iter_mut().find(|stay| is_of(stay.id)) {
            stay.reversed_goals.insert(reversed.goal);
            return stay.is_undone();
        }
        // The stay is over, and no event speaks to it any more: then all that counted for it is here.
        let counted =
            self.after.conversions.iter().filter(|one| is_of(one.conversion.enrollment) && one.conversion.counted);
        counted.into_iter().all(|one| one.is_reversed)
    }
}

/// What is to be taken back of a conversion now, if anything: all of it where the order is given back as a whole, else
/// as much as was given back in its currency.
fn due(order: &Order, name: &str, standing: &Standing) -> Option<Due> {
    let (event, at) = order.back.last()?;
    if standing.order.as_deref() != Some(name) || standing.is_reversed {
        return None;
    }
    let in_full = order.is_all_back();
    let amount = standing.conversion.value.map(|value| {
        let back = if in_full { value.minor } else { order.back.sum(value.currency).min(value.minor) };
        Money { minor: back.saturating_sub(standing.reversed_minor), ..value }
    });
    let amount = amount.filter(|amount| amount.minor > 0);
    (in_full || amount.is_some()).then_some(Due { amount, in_full, event, at })
}
