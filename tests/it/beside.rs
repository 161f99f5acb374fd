//! What stands beside the feeds: sitemaps, articles as JSON, pings, the stream of bulletins, and who reads.

mod audience;
mod events;
mod indexnow;
mod json;
mod sitemaps;
