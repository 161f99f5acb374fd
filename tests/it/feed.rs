//! Feeds as others read them: snapshots of each format, a round trip through a parser of another project, and validators.

mod batches;
mod licence;
mod modules;
mod outside;
mod round_trip;
mod snapshot;
mod story;
mod story_told;
