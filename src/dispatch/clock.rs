//! Whose wall clock dispatch goes by: the system's, or a test's.

use std::sync::Arc;

use crate::instant::Instant;

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The system's wall clock.
pub fn system() -> Clock {
    Arc::new(Instant::now)
}
