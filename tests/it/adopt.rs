//! Moving in: an old site's subscribers keep what they have read, and see nothing of it again.

mod old_site;
mod places;
mod rebuild;
mod story;
mod told;
