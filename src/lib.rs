//! newswire turns a folder of article files into feeds and signed webhooks.
//!
//! ```text
//! articles/ ─watch─▶ dirty paths ─reader─▶ articles ─desk─▶ edition ─▶ ledger ─publish─▶ feeds/
//!                                                          (one commit)  │ └─▶ server
//!                                                                        └─dispatch─▶ webhooks
//! ```
//!
//! A change is understood once its writer is done, committed to the ledger in one transaction, published by replacing feed files
//! whole, and only then told. Nothing reaches back against the arrows. `daemon::line` is where all of them meet.
//!
//! A lower floor never imports a higher one, and rooms of one floor do not import each other. Floors 0 and 1 are synchronous and
//! pure: bytes, state and a clock go in, values come out.
//!
//! | floor | room | its one job |
//! | --- | --- | --- |
//! | 5 | [`cli`] | one file a command: parse, call, print |
//! | 4 | [`daemon`] | starts the tasks, leads every change through them, stops them in order |
//! | 4 | [`settings`] | loads the config file, lays environment and flags over it, fetches secrets |
//! | 3 | [`watch`] | a folder → settled dirty paths |
//! | 3 | [`media`] | looks beside an article: its pictures, sounds and films, as plain values |
//! | 3 | [`publish`] | edition → feed files, atomically |
//! | 3 | [`dispatch`] | bulletins → endpoints: fan-out, retries, network policy, signed webhooks |
//! | 3 | [`server`] | HTTP: feeds, a page for each article, a front page, health |
//! | 2 | [`ledger`] | the durable record behind one seam |
//! | 1 | [`reader`] | bytes of one file → article |
//! | 1 | [`render`] | an article's source → sanitised, absolute HTML and plain text |
//! | 1 | [`desk`] | changes, the entries they concern, and a clock → decisions |
//! | 1 | [`feed`] | articles → bytes of RSS, Atom and JSON Feed |
//! | 1 | [`lint`] | what is asked of an article beside what it cannot do without |
//! | 1 | [`adopt`] | an old feed's items → the articles that they are, and what is taken over |
//! | 0 | [`article`] | the domain's types |
//! | 0 | [`config`] | what the operator decides, typed |
//! | 0 | [`diagnostic`] | what there is to say of somebody's file |
//! | 0 | [`instant`] | a moment, and dates as people and feeds write them |
//! | 0 | [`slug`], [`excerpt`], [`xml_chars`], [`active_html`], [`html_attributes`], [`media_type`], [`content_coding`] | one rule each |
//!
//! ARCHITECTURE.md tells the rest: words, life cycle, rules, and where to change what.

#![forbid(unsafe_code)]

pub mod active_html;
pub mod adopt;
pub mod article;
pub mod cli;
pub mod config;
pub mod content_coding;
pub mod daemon;
pub mod desk;
pub mod diagnostic;
pub mod dispatch;
pub mod excerpt;
pub mod feed;
pub mod html_attributes;
pub mod instant;
pub mod ledger;
pub mod lint;
pub mod media;
pub mod media_type;
pub mod publish;
pub mod reader;
pub mod render;
pub mod server;
pub mod settings;
pub mod slug;
pub mod watch;
pub mod xml_chars;
