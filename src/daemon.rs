//! Starts the tasks, joins them, stops them in order.
//!
//! ```text
//! Watcher ─▶ running ─▶ Line ─▶ ledger ─▶ feeds folder, shelf ─▶ floor ─▶ dispatch
//!              ▲                                   │
//!   reload ────┘                                   └─▶ server
//! ```
//!
//! `line` is the one writer; `first_scan`, `reconcile` and `running` feed it.

pub mod adopt;
mod audience;
mod audit;
mod backlog;
mod bulletin;
mod certificate;
mod clock;
mod doubt;
mod fault;
mod feed_pages;
mod files;
mod first_scan;
mod folders;
mod health;
mod inspect;
mod latecomers;
mod line;
mod linting;
mod reading;
pub mod rebuild;
mod reconcile;
mod removal;
mod replace;
mod running;
mod sitemaps;
mod sources;
mod start;
mod systemd;
mod upkeep;
mod waiting;

pub use doubt::confirmation as clock_confirmation;
pub use fault::Critical;
pub use health::{CLOCK_JUMPED, MASS_REMOVAL};
pub use inspect::{Preview, check, check_all, preview, preview_feed};
pub use removal::confirmation;
pub use start::{Built, Reload, Started, build, run};
