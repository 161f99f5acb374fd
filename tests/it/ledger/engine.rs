//! What the suite asks of an engine beyond the seam: a store of its own, opened as often as the engine allows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use newswire::instant::Instant;
use newswire::ledger::sqlite::SqliteLedger;
use newswire::ledger::{Committed, Edition, Fault, Ledger};

/// One empty store.
pub(super) trait Engine: Send + Sync {
    /// Opens the store as an instance does.
    fn open(&self, now: Instant) -> Result<Arc<dyn Ledger>, Fault>;

    /// Opens the store beside an instance that is running: for reading, if the engine lets only one write.
    fn beside(&self) -> Result<Arc<dyn Ledger>, Fault>;
}

/// A ledger whose first commits are taken, but whose acknowledgements are lost on the way.
pub(super) struct LostAcknowledgements {
    ledger: Arc<dyn Ledger>,
    to_lose: AtomicU32,
}

impl LostAcknowledgements {
    pub(super) fn of(ledger: Arc<dyn Ledger>, to_lose: u32) -> Self {
        Self { ledger, to_lose: AtomicU32::new(to_lose) }
    }

    pub(super) async fn commit(&self, edition: Edition) -> Result<Committed, Fault> {
        let committed = self.ledger.commit(edition).await?;
        match self.to_lose.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) {
            Ok(_) => Err(Fault::Unknown("the connection broke before the answer came".into())),
            Err(_) => Ok(committed),
        }
    }
}

/// The embedded engine over a file in a folder of its own.
pub(super) struct Sqlite {
    folder: tempfile::TempDir,
}

impl Sqlite {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("state/newswire.db")
    }
}

impl Engine for Sqlite {
    fn open(&self, now: Instant) -> Result<Arc<dyn Ledger>, Fault> {
        // A program that another test starts holds what is locked here until it is begun (between fork and exec).
        let begun = std::time::Instant::now();
        loop {
            match SqliteLedger::open(&self.path(), now) {
                Err(Fault::Incompatible(why)) if why.contains("in use") && begun.elapsed().as_secs() < 5 => std::thread::yield_now(),
                opened => return Ok(Arc::new(opened?)),
            }
        }
    }

    fn beside(&self) -> Result<Arc<dyn Ledger>, Fault> {
        Ok(Arc::new(SqliteLedger::open_read_only(&self.path())?))
    }
}
