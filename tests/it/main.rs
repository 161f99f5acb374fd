//! End-to-end and conformance tests: real files, the real binary, real receivers, parsers that others wrote.

mod config;
mod dispatch;
mod feed;
mod ledger;
mod reader;
mod server;
mod watch;
