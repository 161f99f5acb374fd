//! The server over real sockets: what caches, readers, browsers and hostile clients get.

mod articles;
mod client;
mod conditional;
mod connections;
mod feeds;
mod pages;
mod semantics;
mod stand_in;
