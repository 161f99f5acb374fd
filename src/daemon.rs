//! Starts the tasks, joins them, stops them in order.
//!
//! ```text
//! Watcher ─▶ running ─▶ Line ─▶ ledger ─▶ feeds folder, shelf ─▶ floor ─▶ dispatch
//!              ▲                                   │
//!   reload ────┘                                   └─▶ server
//! ```
//!
//! `line` is the one writer; `first_scan`, `reconcile` and `running` feed it.

mod bulletin;
mod fault;
mod files;
mod first_scan;
mod health;
mod inspect;
mod latecomers;
mod line;
mod reading;
mod reconcile;
mod removal;
mod replace;
mod running;
mod sources;
mod start;
mod upkeep;

pub use fault::Critical;
pub use health::MASS_REMOVAL;
pub use inspect::{Preview, check, check_all, preview};
pub use removal::confirmation;
pub use start::{Built, Reload, Started, build, run};
