//! The log, on standard error.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Whether a text says what is logged, such as `info` or `warn,offramp=trace`.
pub fn is_filter(text: &str) -> bool {
    EnvFilter::try_new(text).is_ok()
}

/// Begins to log what the filter lets through; what is said before is lost.
pub fn start(filter: &str) {
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(colours)
        .with_writer(std::io::stderr);
    // A second start, as of several servers in one process, keeps the first.
    drop(log.try_init());
}
