//! What time it is, and what time is written down.

use crate::instant::Instant;

/// The two instants of an edition. They differ only while the clock lies behind the ledger, because it was set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// What the clock says: by it embargoes lift, dates come, graces end.
    pub clock: Instant,
    /// The edition's instant, later than every one before it: when articles are released, updated, withdrawn. Never before `clock`.
    pub edition: Instant,
}

impl From<Instant> for Now {
    fn from(instant: Instant) -> Self {
        Self { clock: instant, edition: instant }
    }
}
