//! The web: feeds, a page for each article, a front page, health. Nothing is read from disk by a path that somebody sent: what `assets`
//! opens is a hash and a plain name.
//!
//! ```text
//! listen ─▶ connection ─▶ front ─┬─▶ shelf ─────────────▶ representation ─▶ answer
//!  (bind)    (limits,      (method, │   (feeds, by path)       (headers made once, coded once)
//!             drain)        size)   └─▶ router ─▶ pages ──▶ representation
//!                                        (articles, front page, notices, health)
//! ```
//!
//! `front` answers for feeds and their old places (`alias`) itself, from prebuilt headers and shared bytes; all else goes through axum's router.
//! `conditional`, `coding` and `range` hold the rules of RFC 9110 for preconditions, content codings and parts, `site` what the
//! operator decided, `theme` the templates and the style sheet.

mod address;
mod alias;
mod archive;
mod article_page;
mod assets;
mod coding;
mod conditional;
mod connection;
mod front;
mod front_page;
mod health;
mod listen;
mod notice;
mod page_cache;
mod pages;
mod range;
mod representation;
mod router;
mod seldom;
mod shelf;
mod site;
mod stall;
mod theme;

pub use connection::{Limits, serve};
pub use health::Readiness;
pub use listen::{BindError, bind};
pub use pages::State;
pub use shelf::Shelf;
pub use site::{FeedLink, Site};
