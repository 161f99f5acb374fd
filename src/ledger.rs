//! The durable record behind one seam: whole steps as verbs, never a connection or a transaction.
//!
//! [`Ledger`] is the seam; `sqlite` is the embedded engine. The conformance suite in `tests/it/ledger/`
//! is written against the seam and every engine must pass it.

mod fault;
mod seam;
pub mod sqlite;

pub use crate::article::EntryKey;
pub use fault::Fault;
pub use seam::{
    Attempt, Audience, CatalogueRow, Claim, Claimed, Committed, Delivery, Edition, EditionId, EndpointKind, EndpointRow, EndpointState,
    EndpointSummary, EntryChange, FeedRow, Known, LeaseToken, Ledger, LedgerState, ListPage, Listing, Member, Outcome, Position, Prune,
    Retry, Settlement, Stretch, Summary, WindowPage,
};
