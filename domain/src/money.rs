//! Exact money (R25): minor units of an ISO 4217 currency. Different currencies are never compared or added.

use crate::fault::Code;
use crate::limits::AMOUNT_MINOR_MAX;
use crate::time::clip;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Reads a code such as `USD`.
    ///
    /// # Errors
    /// A sentence, when there is no such currency.
    pub fn parse(code: &str) -> Result<Self, String> {
        iso_currency::Currency::from_code(code)
            .map(Self)
            .ok_or_else(|| format!("`{}` is not an ISO 4217 currency code such as USD", clip(code)))
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals the currency has; those without any definition (gold, test codes) have none.
    fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl TryFrom<String> for Currency {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::parse(&code)
    }
}

impl From<Currency> for &'static str {
    fn from(currency: Currency) -> Self {
        currency.code()
    }
}

/// An amount as a caller writes it: a decimal in major units, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoneyDraft {
    /// Major units, such as `12.50`.
    pub amount: String,
    /// ISO 4217 code.
    pub currency_code: String,
}

/// An exact amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units, such as cents.
    pub minor: i64,
    /// Of what.
    pub currency: Currency,
}

impl Money {
    /// Reads an amount in major units.
    ///
    /// # Errors
    /// [`Code::Invalid`] when it is no decimal number or has more decimals than its currency, [`Code::OutOfRange`] when it
    /// does not fit.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, (Code, String)> {
        let shown = clip(amount);
        // The library also reads `1e3` and `1_000`, which nobody writes for money.
        let plain = amount.chars().all(|letter| letter.is_ascii_digit() || ".-".contains(letter));
        let number: Decimal = Some(amount)
            .filter(|_| plain)
            .and_then(|amount| Decimal::from_str_exact(amount).ok())
            .ok_or_else(|| {
                (Code::Invalid, format!("`{shown}` is not a decimal number; write it as a string, such as \"12.50\""))
            })?;
        let decimals = currency.decimals();
        let minor = 10_i64
            .checked_pow(decimals)
            .and_then(|factor| number.checked_mul(factor.into()))
            .ok_or_else(|| (Code::OutOfRange, format!("`{shown}` is too large an amount")))?;
        if !minor.fract().is_zero() {
            let code = currency.code();
            return Err((Code::Invalid, format!("`{shown}` has more decimals than {code} has ({decimals})")));
        }
        let minor = i64::try_from(minor).ok().filter(|minor| minor.abs() <= AMOUNT_MINOR_MAX);
        let minor = minor.ok_or_else(|| (Code::OutOfRange, format!("`{shown}` is too large an amount")))?;
        Ok(Self { minor, currency })
    }

    /// The amount in major units.
    pub fn amount(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals())
    }

    /// The amount as a caller would write it.
    pub fn to_draft(self) -> MoneyDraft {
        MoneyDraft { amount: self.amount().to_string(), currency_code: self.currency.code().to_owned() }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency.code())
    }
}

impl TryFrom<MoneyDraft> for Money {
    type Error = (Code, String);

    fn try_from(draft: MoneyDraft) -> Result<Self, Self::Error> {
        let currency = Currency::parse(&draft.currency_code).map_err(|message| (Code::Invalid, message))?;
        Self::parse(&draft.amount, currency)
    }
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_draft().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let draft = MoneyDraft::deserialize(deserializer)?;
        Self::try_from(draft).map_err(|(_, message)| serde::de::Error::custom(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_in_the_decimals_of_their_currency() {
        for (amount, code, expected) in [
            ("29.33", "USD", Ok((2_933, "29.33 USD"))),
            ("29.3", "USD", Ok((2_930, "29.30 USD"))),
            ("-1", "EUR", Ok((-100, "-1.00 EUR"))),
            ("1500", "JPY", Ok((1_500, "1500 JPY"))),
            ("0.001", "KWD", Ok((1, "0.001 KWD"))),
            ("29.333", "USD", Err(Code::Invalid)),
            ("0.9999999999999999999999999999999999999", "USD", Err(Code::Invalid)),
            ("1.5", "JPY", Err(Code::Invalid)),
            ("1e3", "USD", Err(Code::Invalid)),
            ("twelve", "USD", Err(Code::Invalid)),
            ("100000000000.00", "USD", Ok((10_000_000_000_000, "100000000000.00 USD"))),
            ("100000000000.01", "USD", Err(Code::OutOfRange)),
            ("99999999999999999999", "USD", Err(Code::OutOfRange)),
        ] {
            let read = Currency::parse(code)
                .map_err(|message| (Code::Invalid, message))
                .and_then(|currency| Money::parse(amount, currency))
                .map(|money| (money.minor, money.to_string()))
                .map_err(|(code, _)| code);
            assert_eq!(read, expected.map(|(minor, shown)| (minor, shown.to_owned())), "{amount} {code}");
        }
        assert!(Currency::parse("EURO").is_err());
    }
}
