//! What programs that others wrote make of a running newsroom: parsers and validators of every feed, two feed readers that
//! subscribe, an HTTP linter, and caching proxies in front.
//!
//! What they remark on that newswire does on purpose is argued in docs/feeds.md; `argued` reads that list, so that no remark is
//! passed over in silence, and none is argued that nobody makes.

mod argued;
mod grammar;
mod http;
mod newsroom;
mod parsers;
mod programs;
mod proxies;
mod rules;
mod subscribers;
