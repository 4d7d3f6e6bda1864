//! The whole server put together: the one place that knows every room.

use crate::authoring::Authoring;
use crate::clock::Clock;
use crate::config::{Config, DEFAULT_WORKSPACE};
use crate::engine::Engine;
use crate::graphql::{self, Services};
use crate::http;
use crate::store::{Error, Store, workspace};
use offramp_domain::fault::Path;
use offramp_domain::ids::WorkspaceId;
use offramp_domain::workspace::WorkspaceDraft;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// In the default workspace, the currency of amounts that name none.
const DEFAULT_CURRENCY: &str = "USD";

/// A server that runs.
pub struct App {
    address: SocketAddr,
    store: Store,
    engine: Engine,
    closing: watch::Sender<bool>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
    drain_timeout: Duration,
}

impl App {
    /// Opens the database, brings it up to date, and serves it.
    ///
    /// # Errors
    /// A sentence with the way out.
    pub async fn start(config: &Config, clock: Clock) -> Result<Self, Error> {
        // The port first: who finds it taken has changed nothing.
        let listener = TcpListener::bind(config.listen).await.map_err(|error| {
            let listen = config.listen;
            Error::Setup(format!(
                "Offramp cannot listen on {listen} ({error}). Stop what does, or use another --listen."
            ))
        })?;
        let address = listener.local_addr().map_err(|error| Error::Setup(error.to_string()))?;
        let store = Store::open(&config.database_url).await?;
        ensure_workspace(&store, &clock).await?;
        let engine = Engine::start(store.clone(), clock.clone(), &config.engine);
        let authoring = Authoring::new(store.clone(), clock);
        let schema = graphql::build(Services {
            store: store.clone(),
            authoring,
            engine: engine.clone(),
            loader_delay: config.loader_delay,
        });
        let (closing, closed) = watch::channel(false);
        let router = http::router(schema, store.clone(), engine.clone(), closed);
        let (stop, stopped) = oneshot::channel();
        let server = axum::serve(listener, router).with_graceful_shutdown(async { drop(stopped.await) });
        let server = tokio::spawn(async { server.await });
        tracing::info!(version = env!("CARGO_PKG_VERSION"), %address, "serving");
        Ok(Self { address, store, engine, closing, stop, server, drain_timeout: config.drain_timeout })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The store, for asserting how many statements were run.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Takes no more requests, cuts the sockets, brings through what is under way, and closes the database.
    pub async fn stop(self) {
        self.closing.send_replace(true);
        let _ended_already = self.stop.send(());
        let ended = async { tokio::join!(self.server, self.closing.closed()) };
        if tokio::time::timeout(self.drain_timeout, ended).await.is_err() {
            tracing::warn!("some requests did not end, or sockets were not cut, in time");
        }
        self.engine.stop().await;
        self.store.close().await;
        tracing::info!("stopped");
    }
}

async fn ensure_workspace(store: &Store, clock: &Clock) -> Result<(), Error> {
    if workspace::find_by_name(store, DEFAULT_WORKSPACE).await?.is_none() {
        let tx = store.begin().await?;
        let id = WorkspaceId(clock.fresh_id());
        let draft =
            WorkspaceDraft { name: DEFAULT_WORKSPACE.into(), currency: DEFAULT_CURRENCY.into(), ..Default::default() };
        let checked = draft.check(&Path::root("default")).map_err(|faults| Error::Setup(format!("{faults:?}")))?;
        workspace::insert_if_new(&tx, id, &checked, clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}
