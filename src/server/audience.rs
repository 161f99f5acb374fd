//! Who reads the feeds, without tracking anybody: subscribers as aggregators report them, about how many different clients there are, and
//! what is sent in vain to those that ask again for what they have.
//!
//! Addresses are never kept: a client is a hash under a salt that is random, never leaves memory and is another one every day, and of the
//! hashes themselves only a sketch stays that can count and nothing else. Two days cannot be told to have had the same client.
//!
//! - `visit`: what one connection asks for, added up there; a request costs a few comparisons
//! - `reported`: what a `User-Agent` says of subscribers
//! - `sketch`: how many different ones there were
//! - `day`: a feed's counts, day by day

mod day;
mod reported;
mod sketch;
mod visit;

pub use day::Audience;
pub(super) use visit::{Sent, Visit};
