//! What can go wrong with the ledger, by consequence.

use thiserror::Error;

/// A fault of the ledger; each case says what the caller does next.
#[derive(Clone, Debug, Error)]
pub enum Fault {
    /// Two articles claim one id or link: a diagnostic on the second.
    #[error("{what} is already taken by {holder}")]
    Clash {
        /// The id or link.
        what: String,
        /// Whose it is: a path under the articles folder.
        holder: String,
    },
    /// The catalogue moved on since the edition was decided: decide again.
    #[error("the catalogue has changed since this was decided")]
    Stale,
    /// The lease is another's now: drop the work.
    #[error("the lease on this work is lost")]
    LeaseLost,
    /// It is not known whether the step was taken: repeat the same call.
    #[error("the ledger did not say whether the step was taken: {0}")]
    Unknown(String),
    /// Nothing was done; try again later.
    #[error("the ledger cannot be used just now: {0}")]
    Unavailable(String),
    /// No room is left where the ledger lies.
    #[error("no room is left for the ledger: {0}")]
    Full(String),
    /// Made by another version, or locked by another instance.
    #[error("{0}")]
    Incompatible(String),
    /// The stored data is damaged.
    #[error("the ledger is damaged: {0}")]
    Corrupt(String),
}
