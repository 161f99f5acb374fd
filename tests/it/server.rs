//! The server over real sockets: what caches, readers, browsers and hostile clients get.

mod access_log;
mod activation;
mod articles;
mod client;
mod conditional;
mod connections;
mod drain;
mod events;
mod feed_pages;
mod feeds;
mod http2;
mod limits;
mod listening;
mod pages;
mod proxies;
mod semantics;
mod stand_in;
mod tls;
