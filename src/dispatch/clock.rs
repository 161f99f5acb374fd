//! Whose wall clock dispatch goes by: the daemon's, or a test's.

use std::sync::Arc;

use crate::instant::Instant;

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;
