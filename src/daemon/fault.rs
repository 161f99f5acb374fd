//! What stops the daemon.

use thiserror::Error;

/// A fault that the daemon cannot live with; says what, why, and how to mend it.
#[derive(Debug, Error)]
pub enum Critical {
    /// The place is not usable: a port, a folder, the ledger (exit code 3).
    #[error("{0}")]
    Place(String),
    /// The config cannot be used (exit code 2).
    #[error("{0}")]
    Config(String),
}

impl Critical {
    pub(super) fn place(error: impl std::fmt::Display) -> Self {
        Self::Place(error.to_string())
    }
}
