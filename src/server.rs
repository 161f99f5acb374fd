//! The web: feeds, a page for each article, a front page, health. Nothing is read from disk by a path that somebody sent: what `assets`
//! opens is a hash and a plain name.
//!
//! ```text
//! listen ─▶ connection ─▶ conversation ─▶ porter ─▶ front ─┬─▶ shelf ────────▶ representation ─▶ answer
//! (sockets)  (accepts,     (one, from     (gate)   (method, │  (feeds, by path)  (headers made once, coded once)
//!             drains)       byte to byte)           size)   └─▶ router ─▶ pages ──▶ representation
//!                                                               (articles, front page, notices, health)
//! ```
//!
//! `gate` is what stands at the door: believed proxies (`client`, `forwarded`, `proxy_protocol`), `tls` and its `certificate`, the pace of
//! clients (`rate`), the `access_log`. `pulse` and `stall` bound a connection's time, `crowd` how many a client has.
//!
//! `front` answers for feeds and their old places (`alias`) itself, from prebuilt headers and shared bytes; all else goes through axum's router.
//! `conditional`, `negotiation` and `range` hold the rules of RFC 9110 for preconditions, content codings and parts, `delta` those of RFC 3229,
//! `cors` those of the Fetch standard, `site` what the
//! operator decided, `theme` the templates and the style sheet.

mod access_log;
mod address;
mod alias;
mod archive;
mod article_json;
mod article_page;
mod assets;
mod audience;
mod certificate;
mod client;
mod conditional;
mod connection;
mod conversation;
mod cors;
mod crowd;
mod delta;
mod events;
mod feed_page;
mod forwarded;
mod front;
mod front_page;
mod gate;
mod health;
mod inherited;
mod laid;
mod linked_data;
mod listen;
mod navigation;
mod negotiation;
mod notice;
mod page_cache;
mod pages;
mod porter;
mod problem;
mod proxy_protocol;
mod pulse;
mod range;
mod rate;
mod representation;
mod router;
mod searched;
mod seldom;
mod serving;
mod shelf;
mod site;
mod site_view;
mod stall;
mod theme;
mod tls;
mod unix_socket;
mod wire;

pub use crate::config::Limits;
pub use audience::Audience;
pub use certificate::CertificateError;
pub use connection::serve;
pub use events::Events;
pub use feed_page::document as feed_page;
pub use gate::{Gate, GateError};
pub use health::Readiness;
pub use listen::{BindError, Listener};
pub use pages::State;
pub use serving::Serving;
pub use shelf::{Retirements, Shelf};
pub use site::{FeedLink, Searched, Site};
pub use theme::{Files as ThemeFiles, Theme, ThemeFault};
pub use tls::CertificateState;
