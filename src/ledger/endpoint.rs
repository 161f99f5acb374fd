//! Somewhere bulletins go.

use serde::{Deserialize, Serialize};

use crate::article::Sequence;
use crate::instant::Instant;

/// The kind of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndpointKind {
    /// A signed webhook.
    Webhook,
}

/// Whether an endpoint is sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum EndpointState {
    /// It is.
    Active,
    /// Not any more, for this reason (410 Gone, for instance).
    Disabled {
        /// Why.
        reason: String,
        /// Since when.
        at: Instant,
    },
}

/// An endpoint's place in the audience's order: slot (a hash modulo 64 of its id), then id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// 0 to 63.
    pub slot: u8,
    /// The endpoint's id.
    pub id: String,
}

/// Somewhere bulletins go. Addresses and secrets of endpoints from the config file stay in the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointRow {
    /// Its place, slot and id (`webhook:NAME` for those of the config file).
    pub position: Position,
    /// Its kind.
    pub kind: EndpointKind,
    /// The last sequence before it began to count; what is committed after is owed to it.
    pub since: Sequence,
    /// The last sequence for which it counted, where it was retired.
    pub until: Option<Sequence>,
    /// Whether it is sent to.
    pub state: EndpointState,
}
