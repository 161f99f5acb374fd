//! The watcher on a real file system: what settles, what is passed over, what is lost and found again.
//!
//! Nothing here sleeps to see that nothing happens: where something must not have happened, another file's event, which comes later
//! for certain, is the fence.

mod appearing;
mod converging;
mod copying;
mod editors;
mod folder;
mod links;
mod moving;
mod reading;
mod scanning;
mod trouble;

pub(crate) use folder::{Folder, path, rules};
