//! End-to-end and conformance tests: real files, the real binary, real receivers, parsers that others wrote.

mod adopt;
mod articles_folder;
mod bad_input;
mod check;
mod commands;
mod config;
mod dispatch;
mod documents;
mod durability;
mod feed;
mod history;
mod html_page;
mod ledger;
mod life_cycle;
mod main_job;
mod media;
mod newsroom;
mod reader;
mod rules;
mod server;
mod several;
mod watch;
mod wire;
