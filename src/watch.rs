//! A folder → settled dirty paths. Every quirk of operating systems and of the programs that write files stays in here.
//!
//! - What is looked at: [`Rules`]; names of temporaries and conflict copies in `passed_over`.
//! - What stands in the folder: [`scan`] (listing, on several threads), [`read`] (one file's bytes).
//! - What changes in it: [`Watcher`], which yields a [`Batch`] whenever something has settled.
//!
//! ```text
//! kernel ─▶ notify's thread ─▶ inbox ─▶ Watcher::next
//!             (never blocks)     │ ▲
//!                                ▼ │  rests, scans of new folders, polling
//!                               worker
//! ```
//!
//! Everything is level-triggered: a dirty path says "look again", and whoever looks takes what then stands there.

mod batch;
mod claims;
mod doorway;
mod fault;
mod file_system;
mod findings;
mod follow;
mod inbox;
mod look;
mod moves;
mod pass;
mod passed_over;
mod plants;
mod polled;
pub mod read;
mod recheck;
mod resting;
mod rules;
pub mod scan;
mod state;
mod walk;
mod watcher;
mod worker;

pub use batch::{Batch, Dirty, RootState, Under};
pub use doorway::Doorway;
pub use fault::{ReadFault, ScanFault, WatchFault};
pub use follow::Root;
pub use look::FileKind;
pub use rules::Rules;
pub use watcher::{Scanner, Watcher};
