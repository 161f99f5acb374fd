//! newswire
pub mod article;
pub mod config;
pub mod desk;
pub mod diagnostic;
pub mod dispatch;
pub mod feed;
pub mod instant;
pub mod ledger;
pub mod publish;
pub mod reader;
pub mod render;
pub mod server;
pub mod settings;
pub mod watch;
pub mod xml_chars;
