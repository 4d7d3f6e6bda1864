//! The lives of an engine: each a runtime of its own, so that it can die with all that it was about to do.

use crate::saboteur::Fate;
use offramp::authoring::Authoring;
use offramp::clock::Clock;
use offramp::config::EngineSettings;
use offramp::engine::Engine;
use offramp::store::Store;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// Engines over one database, and a hand that writes automations.
pub struct Life {
    runtime: Runtime,
    pub engines: Vec<Engine>,
    pub authoring: Authoring,
    pub store: Store,
}

impl Life {
    /// Begins, over whatever the last life left behind.
    pub fn begin(url: &str, nodes: usize, settings: &EngineSettings, clock: &Clock, fate: &Arc<Fate>) -> Self {
        // One thread, so that steps come in one order.
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (engines, store) = runtime.block_on(async {
            let store = Store::open(url).await.expect("a store");
            let mut engines = vec![Engine::start(store.clone().sabotaged(fate.clone()), clock.clone(), settings)];
            for _ in 1..nodes {
                let other = Store::open(url).await.expect("a store").sabotaged(fate.clone());
                engines.push(Engine::start(other, clock.clone(), settings));
            }
            (engines, store)
        });
        // The hand writes to a store that nothing happens to.
        let authoring = Authoring::new(store.clone(), clock.clone());
        Self { runtime, engines, authoring, store }
    }

    /// Does something in this life.
    pub fn live<T>(&self, doing: impl Future<Output = T>) -> T {
        self.runtime.block_on(doing)
    }

    /// Ends as a server does.
    pub fn end(self) {
        self.runtime.block_on(async {
            for engine in &self.engines {
                engine.stop().await;
            }
            self.store.close().await;
        });
    }

    /// Ends as a process does that is killed: what was awaited is never answered, what was begun is never ended.
    pub fn die(self) {
        let Self { runtime, engines, authoring, store } = self;
        let entered = runtime.enter();
        drop((engines, authoring, store));
        drop(entered);
        drop(runtime);
    }
}
