//! The embedded engine.
/// Placeholder until the engine is merged.
pub struct SqliteLedger;
impl SqliteLedger {
    /// open
    pub fn open(_: &std::path::Path, _: crate::instant::Instant) -> Result<std::sync::Arc<dyn super::Ledger>, super::Fault> {
        Err(super::Fault::Unavailable(String::new()))
    }
}
