//! What all work under way shares.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::breaker::Breakers;
use super::clock::Clock;
use super::endpoints::Endpoints;
use super::lanes::Lanes;
use super::supersede::Newer;
use super::turn::Turns;
use crate::instant::Instant;
use crate::ledger::Ledger;

/// Shared by the claiming loop and every task that it starts.
pub(super) struct Dispatcher {
    /// The durable record.
    pub(super) ledger: Arc<dyn Ledger>,
    /// Whom bulletins go to, as the config has it now.
    endpoints: watch::Receiver<Arc<Endpoints>>,
    clock: Clock,
    lanes: Mutex<Arc<Lanes>>,
    /// One attempt at a time for each endpoint and article.
    pub(super) turns: Arc<Turns>,
    /// Who is left alone for now.
    pub(super) breakers: Arc<Breakers>,
    /// What supersedes what.
    pub(super) newer: Newer,
    /// Wakes the claiming loop.
    pub(super) wake: Arc<Notify>,
    /// Every task under way.
    pub(super) tasks: TaskTracker,
    /// Begin nothing more.
    pub(super) stopping: CancellationToken,
    /// Cut attempts under way short and settle.
    pub(super) cut: CancellationToken,
    /// Drop everything where it stands.
    pub(super) kill: CancellationToken,
}

impl Dispatcher {
    pub(super) fn new(
        ledger: Arc<dyn Ledger>,
        endpoints: watch::Receiver<Arc<Endpoints>>,
        stopping: CancellationToken,
        clock: Clock,
    ) -> Self {
        let concurrency = endpoints.borrow().concurrency();
        Self {
            ledger,
            endpoints,
            clock,
            lanes: Mutex::new(Arc::new(Lanes::new(concurrency))),
            turns: Arc::default(),
            breakers: Arc::default(),
            newer: Newer::default(),
            wake: Arc::default(),
            tasks: TaskTracker::new(),
            stopping,
            cut: CancellationToken::new(),
            kill: CancellationToken::new(),
        }
    }

    /// The wall clock.
    pub(super) fn now(&self) -> Instant {
        (self.clock)()
    }

    /// The endpoints as they are configured now.
    pub(super) fn endpoints(&self) -> Arc<Endpoints> {
        Arc::clone(&self.endpoints.borrow())
    }

    /// The seats of all lanes; made anew once the config gives another number. Who has a seat of the old ones keeps it.
    pub(super) fn lanes(&self) -> Arc<Lanes> {
        let concurrency = self.endpoints.borrow().concurrency();
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.concurrency() != concurrency {
            *lanes = Arc::new(Lanes::new(concurrency));
        }
        Arc::clone(&lanes)
    }
}
