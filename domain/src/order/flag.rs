//! What is odd about an order or a payment. Nothing of it is refused: money that moved has moved.

use serde::{Deserialize, Serialize};

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// It came when the purchase was decided already, and would have mattered for it (R21).
    OutOfSequence,
    /// It was placed once more, with something else in it, which changes nothing; an edit is told as one.
    PlacedAgain,
    /// Its amount is in another currency than the order's, with which it is never compared (R25).
    OtherCurrency,
    /// It is larger than the order.
    ExceedsOrder,
}
