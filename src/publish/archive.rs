//! A feed's history in archives (RFC 5005 section 4), as files beside the feed.
//!
//! What a feed's window shows no more stands in archives. `chain` knows where a feed's history is cut; `cut` makes an archive of what is
//! about to leave a window, in the edition that makes it leave; `work` says what is to be made beside that (the history that was there
//! before, archives whose articles changed), `make` makes it off the path of editions, and `kitchen` renders for it; `standing` is what of it
//! stands in the feeds folder.

pub(super) mod chain;
pub(super) mod cut;
mod kitchen;
mod make;
mod standing;
mod work;

pub use make::{Busy, Made, Making};
pub use work::{Planned, Planning, Work};
