//! From what was said to values that can be: every fault is noted, so that all are told at once.

use super::settings::{Entry, Settings};
use crate::secret::without_password;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;
use toml::Value;

/// Characters of a wrong value that are shown.
const SHOWN_CHARS_MAX: usize = 100;

/// Reads settings by their names. What is wrong is noted, and something that can be stands for it meanwhile.
pub(super) struct Reader<'a> {
    settings: &'a Settings,
    faults: Vec<String>,
    asked: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(settings: &'a Settings) -> Self {
        Self { settings, faults: Vec::new(), asked: Vec::new() }
    }

    /// The names that were asked for so far.
    #[cfg(test)]
    pub(super) fn asked(&self) -> &[&'static str] {
        &self.asked
    }

    /// The value that was made of all this, if nothing was wrong.
    pub(super) fn done<T>(self, value: T) -> Result<T, String> {
        if self.faults.is_empty() { Ok(value) } else { Err(self.faults.join("\n")) }
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, key: &'static str, bounds: RangeInclusive<u64>) -> u64 {
        let wanted = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        let read = |value: &Value| {
            let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
            number.filter(|number| bounds.contains(number))
        };
        self.read(key, &wanted, read).unwrap_or(*bounds.start())
    }

    /// A number of things.
    pub(super) fn count(&mut self, key: &'static str, bounds: RangeInclusive<u64>) -> usize {
        usize::try_from(self.number(key, bounds)).unwrap_or(usize::MAX)
    }

    /// A number of milliseconds.
    pub(super) fn millis(&mut self, key: &'static str, bounds: RangeInclusive<u64>) -> Duration {
        Duration::from_millis(self.number(key, bounds))
    }

    /// A text that says something, and that passes a check.
    pub(super) fn text(&mut self, key: &'static str, wanted: &str, passes: impl Fn(&str) -> bool) -> String {
        let read = |value: &Value| {
            let text = value.as_str().filter(|text| !text.trim().is_empty() && passes(text));
            text.map(str::to_owned)
        };
        self.read(key, wanted, read).unwrap_or_default()
    }

    /// An address with its port, which may have something against it.
    pub(super) fn address(
        &mut self,
        key: &'static str,
        check: impl Fn(SocketAddr) -> Result<(), String>,
    ) -> SocketAddr {
        let wanted = "an address and a port, such as 127.0.0.1:4000";
        let read = self.read(key, wanted, |value: &Value| value.as_str().and_then(|text| text.parse().ok()));
        let address = read.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        if let (Err(why), Some(entry)) = (check(address), self.settings.entry(key)) {
            self.faults.push(format!("`{key}` ({}): {why}", entry.origin));
        }
        address
    }

    fn read<T>(&mut self, key: &'static str, wanted: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        self.asked.push(key);
        let Some(Entry { value, origin, .. }) = self.settings.entry(key) else {
            self.faults.push(format!("`{key}` has no default; it must be {wanted}."));
            return None;
        };
        let result = read(value);
        if result.is_none() {
            self.faults.push(format!("`{key}` ({origin}) is {}; it must be {wanted}.", found(value)));
        }
        result
    }
}

/// A wrong value for a person to recognise. It may be a URL that came to the wrong place.
fn found(value: &Value) -> String {
    match value {
        Value::String(text) if text.trim().is_empty() => "empty".to_owned(),
        Value::String(text) => {
            format!("the text `{}`", without_password(text).chars().take(SHOWN_CHARS_MAX).collect::<String>())
        }
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        other => format!("of the kind {}", other.type_str()),
    }
}
