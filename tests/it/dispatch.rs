//! Bulletins → endpoints, against a real HTTP receiver on this machine.
//!
//! Each story runs on every ledger: `memory_ledger`, which is written from the seam's words alone, and the embedded engine.

mod faults;
mod hostile;
mod logs;
mod memory_ledger;
mod newsroom;
mod python;
mod receiver;
mod stopping;
mod stories;
