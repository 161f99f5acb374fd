//! Bulletins → endpoints: fan-out, retry policy, network policy, signed webhooks.
//!
//! ```text
//!  ledger ──claim──▶ fan_out ──▶ stretch ─┐ plan: who wants it (audience)
//!                        └─────▶ retry  ──┤ lanes: whose turn it is to begin
//!                                         ├▶ attempt ─ turn, supersede, breaker ─▶ webhook::send
//!  ledger ◀─settle── settle ◀─────────────┘ outcome, retry_schedule: what comes next
//! ```
//!
//! Nothing here is durable but what is settled. Work is claimed under leases; whatever was under way when the process died
//! is claimed again after they have run out, and goes out again under the same `webhook-id`s.
//!
//! | file | its one thought |
//! | --- | --- |
//! | `endpoints` | the config's endpoints, by the ledger's ids |
//! | `run` | starts, and stops in order |
//! | `dispatcher` | what all work under way shares |
//! | `fan_out` | claims work, never more than there is room for |
//! | `stretch`, `retry` | one claimed piece of work, from lease to settlement |
//! | `plan`, `audience` | whether a delivery is to be attempted at all |
//! | `lanes`, `follow` | who may be under way at once; what happens to those that hang |
//! | `turn` | one attempt at a time for each endpoint and article |
//! | `supersede` | newer revisions make older ones pointless |
//! | `breaker` | leaves those alone that keep failing |
//! | `attempt`, `outcome` | one try, and what its answer means |
//! | `retry_schedule` | when to try again |
//! | `lease`, `settle` | holding work, and writing down what became of it |
//! | `network_policy` | which addresses may be sent to |
//! | `webhook` | body, signature, client, request |
//! | `indexnow` | tells search engines, beside all this and more slowly |

mod attempt;
mod audience;
mod breaker;
mod clock;
mod dispatcher;
mod endpoints;
mod fan_out;
mod follow;
pub mod indexnow;
mod lanes;
mod lease;
pub mod network_policy;
mod outcome;
mod plan;
mod retry;
pub mod retry_schedule;
mod run;
mod settle;
mod stretch;
mod supersede;
mod turn;
pub mod webhook;

#[cfg(test)]
mod tests;

pub use audience::Filter;
pub use clock::Clock;
pub use endpoints::{Endpoint, Endpoints};
pub use run::run;
pub use webhook::client::ClientError;
