//! What the server is told before it starts.

use std::net::SocketAddr;
use std::time::Duration;

/// Where `serve` listens, where nothing is said.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:4000";
/// The database of `serve` and `migrate`, where nothing is said.
pub const DEFAULT_DATABASE_URL: &str = "sqlite://offramp.db";
/// The workspace that every database has, and that those mean who name none.
pub const DEFAULT_WORKSPACE: &str = "default";
/// How long loaders wait, where nothing is said.
const DEFAULT_LOADER_DELAY: Duration = Duration::from_millis(1);

/// Where to listen, and which database to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The address; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// The database.
    pub database_url: String,
    /// How long a loader waits for other rows that refer to something of the same kind.
    pub loader_delay: Duration,
}

impl Config {
    /// Checks the settings.
    ///
    /// # Errors
    /// A sentence with the way out.
    pub fn new(listen: SocketAddr, database_url: String) -> Result<Self, String> {
        if listen.ip().is_loopback() {
            return Ok(Self { listen, database_url, loader_delay: DEFAULT_LOADER_DELAY });
        }
        Err(format!(
            "Offramp has no access control yet and listens on this machine only: {listen} is not a loopback address. \
             Use --listen 127.0.0.1:{}.",
            listen.port()
        ))
    }
}
