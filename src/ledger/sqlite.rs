//! The embedded engine.
use std::path::Path;
use std::sync::Arc;

use super::{Fault, Ledger};
use crate::instant::Instant;

/// Placeholder until the engine is merged.
pub struct SqliteLedger;
impl SqliteLedger {
    /// open
    pub fn open(_: &Path, _: Instant) -> Result<Arc<dyn Ledger>, Fault> {
        Err(Fault::Unavailable("not merged yet".into()))
    }
    /// open
    pub fn open_read_only(_: &Path, _: Instant) -> Result<Arc<dyn Ledger>, Fault> {
        Err(Fault::Unavailable("not merged yet".into()))
    }
}
