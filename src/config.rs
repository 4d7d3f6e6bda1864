//! What the server is told before it starts: by a flag, the environment or a file, else by `config.default.toml`, which
//! has every setting with its reason.
//!
//! A wrong setting stops the start: it is refused with its name, where it came from, what was found and what is wanted.

mod reader;
mod settings;
mod sources;

pub use settings::{Entry, Origin, Settings, variable};
pub use sources::Sources;

use crate::telemetry;
use reader::Reader;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

/// The workspace that every database has, and that those mean who name none.
pub const DEFAULT_WORKSPACE: &str = "default";

/// Milliseconds that loaders may wait: a second for each level of a query is no answer any more.
const LOADER_DELAY_MS: RangeInclusive<u64> = 0..=1_000;
/// Milliseconds that a stop may take: who waits ten minutes has another trouble than a slow request.
const DRAIN_TIMEOUT_MS: RangeInclusive<u64> = 0..=600_000;
/// Groups that are decided side by side: each holds a connection and a lock, and more than a few wait for each other.
const LANES: RangeInclusive<u64> = 0..=8;
/// Events of one transaction: at most what one request may bring, so that no lock is held for longer than that takes.
const GROUP_EVENTS_MAX: RangeInclusive<u64> = 1..=1_000;
/// Events that wait: a batch of 1,000 must fit, and a million are more than minutes of work.
const QUEUE_EVENTS_MAX: RangeInclusive<u64> = 1_000..=1_000_000;
/// Bytes that wait: a request of 2 MiB must fit, and a gibibyte is what a small machine has.
const QUEUE_BYTES_MAX: RangeInclusive<u64> = 2 * 1024 * 1024..=1024 * 1024 * 1024;

/// The settings of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The address; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// The database.
    pub database_url: String,
    /// What is logged.
    pub log: String,
    /// How long a loader waits for other rows that refer to something of the same kind.
    pub loader_delay: Duration,
    /// How long requests and sockets that are under way may take to end when the server stops.
    pub drain_timeout: Duration,
    /// How events come through.
    pub engine: EngineSettings,
}

/// The settings of the data plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSettings {
    /// Groups of events that are decided side by side; 0 is the database's own choice.
    pub lanes: usize,
    /// Events of one transaction.
    pub group_events_max: usize,
    /// Events that may wait.
    pub queue_events_max: usize,
    /// Bytes that the events that wait may take.
    pub queue_bytes_max: usize,
}

impl Config {
    /// The default settings, at an address and over a database.
    ///
    /// # Errors
    /// A sentence with the way out.
    pub fn new(listen: SocketAddr, database_url: String) -> Result<Self, String> {
        loopback(listen)?;
        Ok(Self { listen, database_url, ..Self::default() })
    }

    /// Makes settings of what was said.
    ///
    /// # Errors
    /// A sentence with the way out for each value that is wrong, one a line.
    pub fn read(settings: &Settings) -> Result<Self, String> {
        let mut reader = Reader::new(settings);
        let config = Self::take(&mut reader);
        reader.done(config)
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self {
            listen: reader.address("listen", loopback),
            database_url: reader.text("database_url", "sqlite://FILE or postgres://USER@HOST/NAME", |_| true),
            log: reader.text("log", "a level or levels by module, such as warn,offramp=info", telemetry::is_filter),
            loader_delay: reader.millis("loader_delay_ms", LOADER_DELAY_MS),
            drain_timeout: reader.millis("drain_timeout_ms", DRAIN_TIMEOUT_MS),
            engine: EngineSettings::take(reader),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::take(&mut Reader::new(&Settings::default()))
    }
}

impl EngineSettings {
    fn take(reader: &mut Reader<'_>) -> Self {
        Self {
            lanes: reader.count("engine.lanes", LANES),
            group_events_max: reader.count("engine.group_events_max", GROUP_EVENTS_MAX),
            queue_events_max: reader.count("engine.queue_events_max", QUEUE_EVENTS_MAX),
            queue_bytes_max: reader.count("engine.queue_bytes_max", QUEUE_BYTES_MAX),
        }
    }
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self::take(&mut Reader::new(&Settings::default()))
    }
}

/// Refuses to be reached from elsewhere.
fn loopback(listen: SocketAddr) -> Result<(), String> {
    if listen.ip().is_loopback() {
        return Ok(());
    }
    Err(format!(
        "Offramp has no access control yet and listens on this machine only: {listen} is not a loopback address. Use \
         --listen 127.0.0.1:{}.",
        listen.port()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const FILE: &str = include_str!("../config.default.toml");

    #[test]
    fn the_default_file_holds_every_setting_and_no_other() {
        let settings = Settings::default();
        let mut reader = Reader::new(&settings);
        let config = Config::take(&mut reader);
        let wanted: BTreeSet<_> = reader.asked().iter().copied().collect();
        let written: BTreeSet<_> = settings.entries().iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(wanted, written);
        assert_eq!(reader.done(config.clone()), Ok(config), "every default is right");
    }

    #[test]
    fn the_defaults_are_those_that_were_promised() {
        let config = Config::default();
        assert_eq!(
            (config.listen.to_string().as_str(), &*config.database_url),
            ("127.0.0.1:4000", "sqlite://offramp.db")
        );
        assert_eq!((config.loader_delay, config.drain_timeout), (Duration::from_millis(1), Duration::from_secs(10)));
        let engine = EngineSettings::default();
        assert_eq!(config.engine, engine);
        assert_eq!((engine.lanes, engine.group_events_max), (0, 1_000));
        assert_eq!((engine.queue_events_max, engine.queue_bytes_max), (20_000, 67_108_864));
    }

    /// The file is the documentation: a sentence right above each key, with its bounds where it has any.
    #[test]
    fn every_key_of_the_default_file_is_explained() {
        let lines: Vec<_> = FILE.lines().collect();
        let keys = (0..lines.len()).filter(|at| lines[*at].contains(" = ") && !lines[*at].starts_with('#'));
        let mut seen = 0;
        for at in keys {
            assert!(lines[at - 1].starts_with("# ") && lines[at - 1].ends_with('.'), "nothing explains {}", lines[at]);
            seen += 1;
        }
        assert_eq!(seen, Settings::default().entries().len());
        let bounds = [LOADER_DELAY_MS, DRAIN_TIMEOUT_MS, LANES, GROUP_EVENTS_MAX, QUEUE_EVENTS_MAX, QUEUE_BYTES_MAX];
        for bound in bounds.map(|bound| bound.end().to_string()) {
            assert!(FILE.contains(&bound), "the file does not tell the bound {bound}");
        }
    }
}
