//! What was said: each setting with its value and where that came from.

use super::Sources;
use crate::secret::without_password;
use offramp_domain::spelling::nearest;
use std::fmt;
use std::path::PathBuf;
use toml::{Table, Value};

/// Every setting with its default and its reason.
const DEFAULTS: &str = include_str!("../../config.default.toml");
/// What the variables of Offramp begin with.
pub(super) const PREFIX: &str = "OFFRAMP_";
/// The variable that names the file.
pub(super) const FILE_VARIABLE: &str = "OFFRAMP_CONFIG";
/// Variables that begin like ours and speak to the tests, the checks and the benchmarks.
const EXEMPT: &[&str] = &["OFFRAMP_TEST_", "OFFRAMP_CI_", "OFFRAMP_BENCH_", "OFFRAMP_SIM_"];

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `config.default.toml`.
    Default,
    /// The file at this path.
    File(PathBuf),
    /// The variable of this name.
    Environment(String),
    /// The flag of this name.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A setting as it was said; nobody has looked yet whether it can be.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name, with that of its section before it, such as `engine.lanes`.
    pub key: String,
    /// What was said.
    pub value: Value,
    /// By what.
    pub origin: Origin,
}

/// Every setting, in the order of the default file.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings(Vec<Entry>);

impl Default for Settings {
    fn default() -> Self {
        // Part of the program: a test reads it.
        let table: Table = toml::from_str(DEFAULTS).unwrap_or_default();
        let entries = leaves(table).into_iter().map(|(key, value)| Entry { key, value, origin: Origin::Default });
        Self(entries.collect())
    }
}

impl Settings {
    /// The defaults with what was said over them: file, then environment, then flags.
    ///
    /// # Errors
    /// A sentence with the way out for each name that is unknown, one a line.
    pub fn gather(sources: Sources) -> Result<Self, String> {
        let (mut settings, mut faults) = (Self::default(), Vec::new());
        if let Some((path, text)) = sources.file {
            let table: Table = toml::from_str(&text).map_err(|error| unreadable(&path, &text, &error))?;
            for (key, value) in leaves(table) {
                let nothing_said = value.is_table() && settings.is_section(&key);
                if !nothing_said && !settings.set(&key, Origin::File(path.clone()), |_| value) {
                    faults.push(format!("There is no setting `{key}` ({}). {}", path.display(), settings.advice(&key)));
                }
            }
        }
        for (name, text) in sources.environment {
            if !Self::is_foreign(&name) && !settings.set_variable(&name, &text) {
                faults.push(format!("There is no setting behind {name}. {}", settings.variable_advice(&name)));
            }
        }
        for (key, text) in sources.flags {
            settings.set(key, Origin::Flag(flag(key)), |default| like(default, &text));
        }
        if faults.is_empty() { Ok(settings) } else { Err(faults.join("\n")) }
    }

    /// Each setting, in the order of the default file.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// The setting of that name.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.key == key)
    }

    /// The settings as a file, each with where it came from; passwords are masked.
    pub fn to_toml(&self) -> String {
        let (mut text, mut section) = (String::new(), "");
        for Entry { key, value, origin } in &self.0 {
            let (within, name) = key.rsplit_once('.').unwrap_or(("", key));
            if within != section {
                section = within;
                text.push_str(&format!("\n[{section}]\n"));
            }
            let shown = value.as_str().map_or(value.clone(), |said| without_password(said).into());
            text.push_str(&format!("{name} = {shown} # {origin}\n"));
        }
        text
    }

    /// Says a setting; `false` if there is none of that name. The value is made of the default, which has its type.
    fn set(&mut self, key: &str, origin: Origin, value: impl FnOnce(&Value) -> Value) -> bool {
        let Some(entry) = self.0.iter_mut().find(|entry| entry.key == key) else { return false };
        entry.value = value(&entry.value);
        entry.origin = origin;
        true
    }

    fn set_variable(&mut self, name: &str, text: &str) -> bool {
        let key = self.0.iter().map(|entry| &entry.key).find(|key| variable(key) == name).cloned();
        key.is_some_and(|key| self.set(&key, Origin::Environment(name.to_owned()), |default| like(default, text)))
    }

    fn is_section(&self, name: &str) -> bool {
        self.0.iter().any(|entry| entry.key.split_once('.').is_some_and(|(section, _)| section == name))
    }

    /// Whether a variable says nothing about settings.
    fn is_foreign(name: &str) -> bool {
        !name.starts_with(PREFIX) || name == FILE_VARIABLE || EXEMPT.iter().any(|prefix| name.starts_with(prefix))
    }

    /// The nearest right name; one that only misses its section is the nearest.
    fn advice(&self, typed: &str) -> String {
        let keys = || self.0.iter().map(|entry| entry.key.as_str());
        if self.is_section(typed) {
            return format!("It is a section: write `[{typed}]` on a line of its own, and its settings below.");
        }
        let last = |key: &str| key.rsplit('.').next().map(str::to_owned);
        let homeless = keys().find(|key| last(key) == last(typed));
        homeless.or_else(|| nearest(typed, keys())).map_or_else(all_of_them, |key| format!("Did you mean `{key}`?"))
    }

    fn variable_advice(&self, name: &str) -> String {
        let names: Vec<_> = self.0.iter().map(|entry| variable(&entry.key)).chain([FILE_VARIABLE.to_owned()]).collect();
        // What all begin with makes none of them alike.
        let (typed, tails) =
            (name.trim_start_matches(PREFIX), || names.iter().map(|name| name.trim_start_matches(PREFIX)));
        let homeless = tails().find(|tail| tail.split_once('_').is_some_and(|(_, rest)| rest == typed));
        let like = homeless.or_else(|| nearest(typed, tails()));
        like.map_or_else(all_of_them, |tail| format!("Did you mean {PREFIX}{tail}? Else unset it."))
    }
}

/// The variable of a setting.
pub fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

fn flag(key: &str) -> String {
    format!("--{}", key.replace('_', "-"))
}

fn all_of_them() -> String {
    "`offramp config` prints all that there are.".to_owned()
}

/// A text as a value of the default's type, if it can be read as one; else the text, which is refused when it is read.
fn like(default: &Value, text: &str) -> Value {
    let number = default.as_integer().and_then(|_| text.parse::<i64>().ok());
    number.map_or_else(|| text.into(), Value::from)
}

/// The values of a table with their paths; an empty section is a value itself.
fn leaves(table: Table) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(inner) if !inner.is_empty() => {
                found.extend(leaves(inner).into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            value => found.push((name, value)),
        }
    }
    found
}

/// Not in the words of the reader, which shows the line: it may hold a password.
fn unreadable(path: &std::path::Path, text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count().saturating_add(1);
    let why = error.message().lines().next().unwrap_or_default();
    format!("{} cannot be read at line {line} ({why}). Write it as TOML, like config.default.toml.", path.display())
}
