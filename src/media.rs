//! Looks beside an article: what its pictures, sounds and films are, from the files themselves. Hands on plain values.
//!
//! - `local`: which file a relative address means, and that it lies in the articles folder
//! - `beside`: files that are an article's own without being named, by convention
//! - `neighbours`: which names stand beside very many articles
//! - `open`: a file under the articles folder, no link followed out of it
//! - `look`: a file's type, hash and size; `orientation`: whether a photo is stored on its side
//! - `scripts`: whether an SVG is a picture only
//! - `survey`: all of an article's files
//! - `findings`: what there is to say of what is not there or not fit

mod beside;
mod findings;
mod local;
mod look;
mod neighbours;
mod open;
mod orientation;
#[cfg(test)]
pub(crate) mod pictures;
mod scripts;
mod survey;

pub use neighbours::Neighbours;
pub use open::{exists, open, stamp};
pub use survey::{Around, Limits, Named, Survey, survey};
