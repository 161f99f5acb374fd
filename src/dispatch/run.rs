//! Starts dispatching, and stops it in order.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use super::clock::Clock;
use super::dispatcher::Dispatcher;
use super::endpoints::Endpoints;
use super::fan_out::fan_out;
use crate::article::Sequence;
use crate::ledger::{Fault, Ledger};

/// How long attempts under way may take to end by themselves once the daemon stops.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long settling what was cut short may take after that.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Delivers what is owed until `shutdown`, then stops within seconds: what is under way may end, the rest is given back to the
/// ledger, due at once.
///
/// `endpoints` is swapped whole when the config is reloaded. Bulletins up to `floor` are sent: those whose feeds stand.
/// Dropping the future drops all work where it stands; what was under way is claimed again once its leases have run out.
///
/// Errs only when the ledger says that it can never be used ([`Fault::Incompatible`], [`Fault::Corrupt`]).
pub async fn run(
    ledger: Arc<dyn Ledger>,
    endpoints: watch::Receiver<Arc<Endpoints>>,
    floor: watch::Receiver<Sequence>,
    shutdown: CancellationToken,
    clock: Clock,
) -> Result<(), Fault> {
    let dispatcher = Arc::new(Dispatcher::new(ledger, endpoints, shutdown.child_token(), clock));
    let _dropped = dispatcher.kill.clone().drop_guard();
    let claiming = async {
        let result = fan_out(&dispatcher, floor).await;
        // Also where the ledger ended it.
        dispatcher.stopping.cancel();
        dispatcher.tasks.close();
        if !dispatcher.tasks.is_empty() {
            info!("waiting for {} deliveries under way", dispatcher.tasks.len());
        }
        if tokio::time::timeout(FAREWELL, dispatcher.tasks.wait()).await.is_err() {
            dispatcher.cut.cancel();
            if tokio::time::timeout(LAST_WORDS, dispatcher.tasks.wait()).await.is_err() {
                debug!("{} deliveries could not be settled; they are repeated after the next start", dispatcher.tasks.len());
            }
        }
        result
    };
    tokio::select! {
        biased;
        result = claiming => result,
        never = lookout(&dispatcher) => match never {},
    }
}

/// Tells the others that the ledger has changed.
async fn lookout(dispatcher: &Dispatcher) -> std::convert::Infallible {
    loop {
        dispatcher.ledger.changed().await;
        dispatcher.newer.forget();
        dispatcher.wake.notify_one();
        tokio::task::yield_now().await;
    }
}
