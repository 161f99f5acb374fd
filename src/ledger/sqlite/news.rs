//! Waking those who wait for a change, without ever missing one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// Counts changes for every handle, and remembers which of them this handle has been woken for.
pub(super) struct News {
    count: Arc<watch::Sender<u64>>,
    seen: AtomicU64,
}

impl News {
    /// News of a ledger just opened: the first wait ends at once.
    pub(super) fn new() -> Self {
        Self { count: Arc::new(watch::Sender::new(1)), seen: AtomicU64::new(0) }
    }

    /// Tells every handle.
    pub(super) fn tell(&self) {
        self.count.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Returns once there is a change that this handle has not been woken for.
    pub(super) async fn wait(&self) {
        let mut count = self.count.subscribe();
        let seen = self.seen.load(Ordering::Acquire);
        // The sender is ours, so the wait cannot end for the lack of one.
        if let Ok(now) = count.wait_for(|count| *count != seen).await {
            self.seen.store(*now, Ordering::Release);
        }
    }
}

impl Clone for News {
    fn clone(&self) -> Self {
        Self { count: Arc::clone(&self.count), seen: AtomicU64::new(0) }
    }
}
