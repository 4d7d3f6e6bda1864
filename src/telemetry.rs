//! The log, on standard error.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// The variable that says what is logged, such as `info` or `offramp=trace`.
const VARIABLE: &str = "OFFRAMP_LOG";

/// Begins to log; what is said before is lost.
pub fn start() {
    let filter = EnvFilter::builder()
        .with_env_var(VARIABLE)
        .try_from_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,offramp=info"));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    // A second start, as of several servers in one process, keeps the first.
    drop(log.try_init());
}
