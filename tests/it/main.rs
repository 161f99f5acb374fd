//! End-to-end and conformance tests: real files, the real binary, real receivers, parsers that others wrote.

mod bad_input;
mod commands;
mod config;
mod dispatch;
mod documents;
mod durability;
mod feed;
mod ledger;
mod life_cycle;
mod main_job;
mod media;
mod newsroom;
mod reader;
mod server;
mod watch;
