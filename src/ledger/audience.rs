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

impl ReportedReader {
    /// Whether it is the same aggregator's word on the same subscription.
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.feed_id == other.feed_id && self.format == other.format
    }
}

/// A feed's readers lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceSummary {
    /// The feed.
    pub feed: FeedName,
    /// What aggregators said last of their subscribers, in the last three days of those that were counted; the most first.
    pub readers: Vec<ReportedReader>,
    /// Its days, the latest first.
    pub days: Vec<FeedAudience>,
}

impl AudienceSummary {
    /// How many days back an aggregator's word is believed that was not heard since.
    const BELIEVED: i64 = 2;

    /// Feeds' days put together, by feed; those with the most subscribers and pollers first.
    pub fn of(mut days: Vec<FeedAudience>) -> Vec<Self> {
        days.sort_by(|a, b| (b.day, &a.feed).cmp(&(a.day, &b.feed)));
        let today = days.first().map_or(0, |latest| latest.day);
        let mut feeds: Vec<Self> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for day in days {
            let place = *places.entry(day.feed.clone()).or_insert_with(|| {
                feeds.push(Self { feed: day.feed.clone(), readers: Vec::new(), days: Vec::new() });
                feeds.len() - 1
            });
            let feed = &mut feeds[place];
            for reader in day.readers.iter().filter(|_| day.day >= today - Self::BELIEVED) {
                if !feed.readers.iter().any(|known| known.is_same(reader)) {
                    feed.readers.push(reader.clone());
                }
            }
            feed.days.push(day);
        }
        for feed in &mut feeds {
            feed.readers.sort_by(|a, b| b.subscribers.cmp(&a.subscribers).then_with(|| a.name.cmp(&b.name)));
        }
        feeds.sort_by(|a, b| b.rank().cmp(&a.rank()).then_with(|| a.feed.cmp(&b.feed)));
        feeds
    }

    /// All subscribers that aggregators report.
    pub fn subscribers(&self) -> u64 {
        self.readers.iter().map(|reader| reader.subscribers).fold(0, u64::saturating_add)
    }

    fn rank(&self) -> (u64, u64) {
        (self.subscribers(), self.days.first().map_or(0, |day| day.pollers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(feed: &str, day: i64, pollers: u64, readers: &[(&str, u64)]) -> FeedAudience {
        let reader = |(name, subscribers): &(&str, u64)| ReportedReader {
            name: (*name).to_owned(),
            feed_id: None,
            format: "rss".to_owned(),
            subscribers: *subscribers,
        };
        FeedAudience {
            feed: FeedName::parse(feed).unwrap(),
            day,
            pollers,
            requests: 0,
            not_modified: 0,
            bytes: 0,
            bytes_ignoring_304: 0,
            readers: readers.iter().map(reader).collect(),
        }
    }

    #[test]
    fn what_was_said_last_counts_and_what_is_old_does_not() {
        let summary = AudienceSummary::of(vec![
            day("all", 10, 1, &[("Old", 100)]),
            day("all", 11, 5, &[("Feedly", 16), ("Feedbin", 9)]),
            day("all", 13, 7, &[("Feedly", 17)]),
            day("world", 13, 9, &[]),
        ]);
        assert_eq!(summary.iter().map(|feed| feed.feed.as_str()).collect::<Vec<_>>(), ["all", "world"]);
        assert_eq!(summary[0].subscribers(), 17 + 9);
        assert_eq!(summary[0].days.iter().map(|day| day.day).collect::<Vec<_>>(), [13, 11, 10]);
    }
}
