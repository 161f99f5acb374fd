//! Loads the config file, lays environment variables and flags over it, and fetches secrets.
//!
//! [`load`] changes nothing and keeps nothing, so that a reload is the same call again. What it may look at besides the file system is
//! handed to it as [`Surroundings`].

mod error;
mod file;
mod load;
mod places;
mod secrets;
mod surroundings;
mod theme;
mod variables;

pub use error::{Asked, SettingsError};
pub use file::Unreadable;
pub use load::{Loaded, Overrides, load};
pub use surroundings::Surroundings;
