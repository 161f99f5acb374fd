//! Work that is claimed under a lease, and what became of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::EndpointRow;
use crate::article::{Bulletin, Lane, Revision, Sequence};
use crate::instant::Instant;

/// A random token that proves a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseToken(pub [u8; 16]);

/// What a dispatcher asks for.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The wall clock.
    pub now: Instant,
    /// How long the lease holds.
    pub lease: Duration,
    /// Only bulletins up to this sequence: those whose feeds stand.
    pub floor: Sequence,
    /// How many stretches at most of each lane.
    pub stretches: BTreeMap<Lane, usize>,
    /// How many endpoints a stretch holds at most.
    pub stretch_len: usize,
    /// How many due retries at most.
    pub retries: usize,
}

/// What it got.
#[derive(Clone, Debug, Default)]
pub struct Claimed {
    /// First attempts, highest lane first, oldest bulletin first within a lane.
    pub stretches: Vec<Stretch>,
    /// Retries whose time has come, highest lane first, then longest due.
    pub retries: Vec<Retry>,
    /// When the next retry is due that was not claimed, or the next lease runs out.
    pub next_due: Option<Instant>,
}

/// A run of endpoints within one slot to which one bulletin is owed.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Proves the lease.
    pub token: LeaseToken,
    /// What is owed.
    pub bulletin: Arc<Bulletin>,
    /// To whom: those that counted at its sequence, active or not; filters are the dispatcher's.
    pub audience: Vec<Audience>,
}

/// A member of a stretch.
#[derive(Clone, Debug)]
pub struct Audience {
    /// The endpoint.
    pub endpoint: EndpointRow,
    /// The highest revision of this article for which an attempt at this endpoint is recorded.
    pub sent: Option<Revision>,
}

/// A delivery with a row of its own, because it failed before or is slow.
#[derive(Clone, Debug)]
pub struct Retry {
    /// Proves the lease.
    pub token: LeaseToken,
    /// What is owed.
    pub bulletin: Arc<Bulletin>,
    /// To whom.
    pub endpoint: EndpointRow,
    /// How many attempts were made.
    pub attempts: u32,
    /// As in [`Audience`].
    pub sent: Option<Revision>,
}

/// One try at a delivery, as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The endpoint's id.
    pub endpoint: String,
    /// Which bulletin.
    pub sequence: Sequence,
    /// When it began.
    pub at: Instant,
    /// How long it took.
    pub took: Duration,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// What went wrong, in words without secrets; at most 500 characters.
    pub error: Option<String>,
    /// Which attempt it was, from 1.
    pub number: u32,
}

/// What became of one delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Accepted,
    /// To be tried again then.
    Retry {
        /// When.
        due: Instant,
    },
    /// Its attempt is still under way; it gets a row of its own under this lease, so that its stretch can settle.
    Slow {
        /// The lease of the new row.
        token: LeaseToken,
        /// Until when the lease holds.
        until: Instant,
    },
    /// Given up: the schedule is exhausted or the endpoint is disabled.
    Dead {
        /// Why.
        reason: String,
    },
    /// A higher revision made it pointless.
    Superseded,
    /// The endpoint did not ask for it.
    Filtered,
}

/// One delivery's outcome with the attempt that brought it, if there was one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The endpoint's id.
    pub endpoint: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The attempt, if one was made.
    pub attempt: Option<Attempt>,
}

/// What a dispatcher has done under one lease; written whole or not at all.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// The lease of a stretch or of a retry.
    pub token: LeaseToken,
    /// The wall clock.
    pub now: Instant,
    /// Outcomes. A stretch is settled whole: one for each of its audience ([`Outcome::Filtered`] may be left out).
    pub deliveries: Vec<Delivery>,
    /// Endpoints to disable, each with the reason: whatever else is owed to them is dead.
    pub disable: Vec<(String, String)>,
}
