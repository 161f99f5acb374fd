//! The config file: from its text, and what is laid over it, to a [`Config`](super::Config). Pure: secrets are fetched by whoever calls.
//!
//! A [`Document`] is parsed, overridden key by key, and then understood as a whole; all that is wrong is reported at once, each finding
//! with its place, the line, and the remedy.

mod amount;
mod articles;
mod beside;
mod check;
mod delivery;
mod document;
mod excerpt;
mod feeds;
mod findings;
mod guess;
mod html;
mod judge;
mod link_pattern;
mod look;
mod mask;
mod nearest;
mod paths;
mod podcast;
mod retired;
mod rules;
mod selection;
mod server;
mod shape;
mod site;
mod understand;
mod webhooks;
mod written;

pub use document::{Document, Origin};
pub use findings::ConfigError;
pub(crate) use mask::shown;
pub(crate) use nearest::nearest;
pub use paths::Bases;
pub(crate) use paths::normal;
pub use understand::{Fetch, Understood};

#[cfg(test)]
mod tests;
