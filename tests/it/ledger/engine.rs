//! What the suite asks of an engine beyond the seam: a store of its own, opened as often as the engine allows.

use std::sync::Arc;

use newswire::instant::Instant;
use newswire::ledger::sqlite::SqliteLedger;
use newswire::ledger::{Fault, Ledger};

/// One empty store.
pub(super) trait Engine: Send + Sync {
    /// Opens the store as an instance does.
    fn open(&self, now: Instant) -> Result<Arc<dyn Ledger>, Fault>;

    /// Opens the store beside an instance that is running: for reading, if the engine lets only one write.
    fn beside(&self) -> Result<Arc<dyn Ledger>, Fault>;
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
        Ok(Arc::new(SqliteLedger::open(&self.path(), now)?))
    }

    fn beside(&self) -> Result<Arc<dyn Ledger>, Fault> {
        Ok(Arc::new(SqliteLedger::open_read_only(&self.path())?))
    }
}
