//! Who reads feeds: counts by feed and day, without a trace of who it was.

use serde::{Deserialize, Serialize};

use crate::article::FeedName;

/// A feed's readers on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedAudience {
    /// The feed.
    pub feed: FeedName,
    /// The day, in days since the epoch, UTC.
    pub day: i64,
    /// About how many different clients asked for it.
    pub pollers: u64,
    /// How often it was asked for.
    pub requests: u64,
    /// How many of these were answered 304.
    pub not_modified: u64,
    /// How many bytes of it were sent, as they went over the network.
    pub bytes: u64,
    /// How many of these bytes went to clients that had the same version already and did not say so.
    pub bytes_ignoring_304: u64,
    /// What aggregators say of their subscribers, the most first.
    #[serde(default)]
    pub readers: Vec<ReportedReader>,
}

/// What one aggregator says of itself in its `User-Agent`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedReader {
    /// Its name, as it calls itself.
    pub name: String,
    /// Its own number for the feed, where it gives one; several of one name are counted together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_id: Option<String>,
    /// The ending of the file that it asks for: those who subscribed to another format come on top.
    pub format: String,
    /// How many subscribers it said last.
    pub subscribers: u64,
}

impl FeedAudience {
    /// All subscribers that aggregators report.
    pub fn subscribers(&self) -> u64 {
        self.readers.iter().map(|reader| reader.subscribers).fold(0, u64::saturating_add)
    }
}
