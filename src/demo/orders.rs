//! The log: one row an order, checked as a whole before anything is sent.

use crate::clock::Clock;
use offramp_domain::money::{Currency, Money};
use offramp_domain::time::{Elapsed, Timestamp};
use serde_json::{Value, json};
use std::path::Path;

/// The log that is sent where none is named.
const CDNOW: &str = include_str!("../../examples/cdnow/orders.csv");
/// What the columns must be.
const COLUMNS: [&str; 4] = ["customer", "date", "quantity", "amount"];
/// What the amounts are in.
const CURRENCY: &str = "USD";

/// From which amount on an order is paid in two instalments, in cents.
const DEAR_MINOR: i64 = 10_000;
/// Events that one order comes to at most.
pub(super) const EVENTS_PER_ORDER_MAX: usize = 3;

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// Its place in the file, from 1: its message id.
    row: usize,
    customer: String,
    date: String,
    quantity: u32,
    amount: Money,
}

impl Order {
    /// The order as its events: it is placed, and paid, if it is dear in two instalments, and not at all if it is free.
    /// That it was placed comes first.
    pub(super) fn events(&self) -> Vec<Value> {
        let placed = json!({
            "amount": self.amount,
            "items": [{"productId": "cd", "categoryIds": ["music"], "quantity": self.quantity}],
            "source": "CART",
        });
        let first = if self.amount.minor >= DEAR_MINOR { self.amount.minor / 2 } else { self.amount.minor };
        let instalments = [first, self.amount.minor - first].into_iter().filter(|minor| *minor > 0);
        let payments = (1..).zip(instalments).map(|(number, minor)| {
            let payment = format!("{}-{number}", self.row);
            let amount = Money { minor, ..self.amount };
            let paid = json!({"paymentId": payment, "amount": amount, "paymentType": "OTHER", "sequence": number});
            self.event("payment.succeeded", payment, paid)
        });
        std::iter::once(self.event("order.placed", self.row.to_string(), placed)).chain(payments).collect()
    }

    fn event(&self, event_type: &str, message_id: String, mut properties: Value) -> Value {
        properties["orderId"] = json!(self.row.to_string());
        json!({
            "messageId": message_id,
            "type": event_type,
            "contactExternalId": self.customer,
            "occurredAt": format!("{}T00:00:00Z", self.date),
            "properties": properties,
        })
    }
}

/// Reads a log, and puts it in order of date; within a day it keeps the file's order.
pub(super) fn read(file: Option<&Path>) -> Result<Vec<Order>, String> {
    let (name, text) = match file {
        None => ("the CDNOW sample".to_owned(), CDNOW.to_owned()),
        Some(file) => {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(file);
            (
                name.clone(),
                text.map_err(|error| format!("The log {name} cannot be read ({error}); name another with --orders."))?,
            )
        }
    };
    let mut orders = parse(&text).map_err(|fault| format!("The log {name} is broken in {fault}. Nothing was sent."))?;
    orders.sort_by(|one, other| one.date.cmp(&other.date));
    Ok(orders)
}

fn parse(text: &str) -> Result<Vec<Order>, String> {
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let header = rows.headers().map_err(|error| format!("line 1: {error}"))?;
    if header != COLUMNS.as_slice() {
        return Err(format!("line 1: the columns must be {}", COLUMNS.join(",")));
    }
    let latest = Clock::system().now().plus(Elapsed::from_days(1));
    let (mut orders, mut record) = (Vec::new(), csv::StringRecord::new());
    loop {
        let read = rows.read_record(&mut record).map_err(|_| format!("it has not {} columns", COLUMNS.len()));
        let read = read.and_then(|more| more.then(|| order(orders.len() + 1, &record, latest)).transpose());
        match read {
            Ok(Some(order)) => orders.push(order),
            Ok(None) => break,
            Err(fault) => return Err(format!("line {}: {fault}", line_at(text, rows.position().byte()))),
        }
    }
    if orders.is_empty() { Err("line 2: there is no order".to_owned()) } else { Ok(orders) }
}

/// The line of the row that ends at a byte; the reader itself counts from before the empty lines that it skips.
fn line_at(text: &str, byte: u64) -> usize {
    let end = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    text.get(..end).unwrap_or(text).trim_end().lines().count()
}

/// One row; what the server would refuse is refused here, where its line is known.
fn order(row: usize, record: &csv::StringRecord, latest: Timestamp) -> Result<Order, String> {
    let field = |place: usize| record.get(place).unwrap_or_default().trim().to_owned();
    let wrong = |column: &str, why: String| format!("column `{column}`: {why}");
    let order = Order {
        row,
        customer: field(0),
        date: field(1),
        quantity: field(2).parse().map_err(|_| wrong("quantity", format!("`{}` is not a whole number", field(2))))?,
        amount: amount(&field(3)).map_err(|why| wrong("amount", why))?,
    };
    if order.customer.is_empty() {
        return Err(wrong("customer", "is empty".to_owned()));
    }
    let date = Timestamp::parse(&format!("{}T00:00:00Z", order.date)).ok();
    match date.filter(|_| order.date.len() == "1997-01-01".len()) {
        None => return Err(wrong("date", format!("`{}` is not a date such as 1997-01-01", order.date))),
        Some(date) if date > latest => return Err(wrong("date", format!("{} has not come yet", order.date))),
        Some(_) => {}
    }
    Ok(order)
}

fn amount(text: &str) -> Result<Money, String> {
    let amount = Money::parse(text, Currency::parse(CURRENCY)?).map_err(|(_, why)| why)?;
    if amount.minor < 0 { Err(format!("{text} is negative")) } else { Ok(amount) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_row_is_named_with_its_line_and_column() {
        for (row, expected) in [
            ("1,1997-01-01,2,29.33", Ok(1)),
            (",1997-01-01,2,29.33", Err("line 2: column `customer`: is empty")),
            ("1,19970101,2,29.33", Err("line 2: column `date`: `19970101` is not a date such as 1997-01-01")),
            ("1,1997-02-30,2,29.33", Err("line 2: column `date`: `1997-02-30` is not a date such as 1997-01-01")),
            ("1,1997-01-01,two,29.33", Err("line 2: column `quantity`: `two` is not a whole number")),
            ("1,2999-01-01,2,29.33", Err("line 2: column `date`: 2999-01-01 has not come yet")),
            ("1,1997-01-01,2,-1.00", Err("line 2: column `amount`: -1.00 is negative")),
            (
                "\n\n1,1997-01-01,2,x",
                Err("line 4: column `amount`: `x` is not a decimal number; write it as a string, such as \"12.50\""),
            ),
            ("1,1997-01-01,2,29.333", Err("line 2: column `amount`: `29.333` has more decimals than USD has (2)")),
        ] {
            let read = parse(&format!("customer,date,quantity,amount\n{row}\n")).map(|orders| orders.len());
            assert_eq!(read, expected.map_err(str::to_owned), "{row}");
        }
        assert!(parse("customer,date,quantity,amount\n1,1997-01-01\n").is_err_and(|fault| fault.starts_with("line 2")));
        assert!(parse("a,b\n1,2\n").is_err_and(|fault| fault.starts_with("line 1")));
        assert!(parse("").is_err());
    }

    #[test]
    fn a_free_order_is_not_paid_and_a_dear_one_in_two_instalments() {
        for (amount, paid) in [("0.00", vec![]), ("99.99", vec!["99.99"]), ("100.01", vec!["50.00", "50.01"])] {
            let log = format!("customer,date,quantity,amount\n1,1997-01-01,2,{amount}\n");
            let events = parse(&log).expect("a right log").first().map(Order::events).unwrap_or_default();
            assert!(events.len() <= EVENTS_PER_ORDER_MAX);
            let amounts = events.iter().skip(1).map(|event| &event["properties"]["amount"]["amount"]);
            assert_eq!(amounts.collect::<Vec<_>>(), paid);
        }
    }

    #[test]
    fn the_sample_is_whole_and_in_order_of_date() {
        let orders = read(None).unwrap_or_default();
        assert_eq!(orders.len(), 6_919);
        assert!(orders.is_sorted_by(|one, other| (&one.date, one.row) <= (&other.date, other.row)));
    }
}
