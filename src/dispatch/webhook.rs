//! Signed webhooks after the Standard Webhooks specification: what travels, how it is signed, how it is sent.

pub(super) mod body;
pub(super) mod client;
pub(super) mod request;
pub(super) mod send;
pub mod signature;
