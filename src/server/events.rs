//! The stream of bulletins: Server-Sent Events (HTML Living Standard, section 9.2) at `/events`.
//!
//! ```text
//! floor ─▶ hub ─▶ recent ─┐
//!                         ├─▶ stream (one a client, at its own pace) ─▶ wanted ─▶ frames
//!           ledger ───────┘   (what is no longer recent)
//! ```
//!
//! - `hub`: follows the floor, below which feeds stand, and holds the latest bulletins for all clients together
//! - `frame`: a bulletin as it is sent; `wanted`: which of them a client asked for
//! - `stream`: one client: where it is, what comes next, the heartbeat
//! - `follow`: the request and its answer
//!
//! A client takes what it can and nothing is stored up for it: one that is slow falls behind and gets what it missed from the ledger; one
//! that takes nothing is cut off as any other connection that stalls, and resumes by its `Last-Event-ID`.

mod follow;
mod frame;
mod hub;
mod stream;
mod wanted;

pub(super) use follow::follow;
pub use hub::Events;
