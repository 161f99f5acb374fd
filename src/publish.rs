//! Edition → feed files, atomically.
//!
//! A feed's bytes are a function of ledger, config and version alone. [`Publisher::compose`] works out which feeds a
//! batch changes and their new bytes without touching anything; [`Folder::prepare`] writes temporaries beside the
//! ledger's commit; after it, [`Prepared::place`] renames them and [`Publisher::adopt`] makes the new windows the
//! current ones. [`sitemap`] makes what search engines read. [`assets`] puts articles' local files beside the feeds, before these stand; `siblings`
//! puts compressed ones beside them, after.

mod alias;
mod archive;
pub mod assets;
mod composed;
mod composing;
mod families;
mod folder;
mod fragments;
mod graves;
mod graveyard;
mod layout;
mod lists;
mod publisher;
mod siblings;
pub mod sitemap;
mod standing;
#[cfg(test)]
mod tests;
mod version;
mod window;

pub use alias::{alias_file, copies};
pub use archive::{Busy, Made, Making, Planned, Planning, Work};
pub use composed::{Change, Composed};
pub use families::Overfull;
pub use folder::{Folder, FolderFault, Prepared};
pub use publisher::{FromFile, NewId, Publisher};
pub use standing::Standing;
