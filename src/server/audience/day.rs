//! Feeds' counts, day by day.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::HeaderValue;
use sha2::{Digest, Sha256};

use super::reported::{Reported, reported};
use super::sketch::Sketch;
use super::visit::Run;
use crate::article::FeedName;
use crate::config::Format;
use crate::instant::Instant;
use crate::ledger::{FeedAudience, ReportedReader};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// So many feeds are counted at most.
const MOST_FEEDS: usize = 20_000;
/// So many aggregators of one feed are kept at most: whoever makes up names for itself fills no memory.
const MOST_READERS: usize = 100;
/// So many versions that clients have are remembered, twice: the older half goes when the newer is full.
const MOST_HELD: usize = 32_768;

/// What is counted of the readers of all feeds.
pub struct Audience(Mutex<Counting>);

struct Counting {
    today: Today,
    /// Days that are over and were not taken yet.
    over: Vec<FeedAudience>,
}

struct Today {
    day: i64,
    /// Never written anywhere.
    salt: [u8; 16],
    feeds: HashMap<FeedName, Counts>,
    /// Hashes of a client and a version that it was sent, newer and older.
    held: [HashSet<u64>; 2],
}

#[derive(Default)]
struct Counts {
    /// What an earlier run counted of the same day.
    before: Option<FeedAudience>,
    pollers: Sketch,
    requests: u64,
    not_modified: u64,
    bytes: u64,
    in_vain: u64,
    readers: HashMap<(String, Option<String>, Format), u64>,
}

impl Audience {
    /// Nothing counted yet. `kept` is what an earlier run kept.
    pub fn new(now: Instant, kept: Vec<FeedAudience>) -> Self {
        let mut today = Today::new(now);
        for before in kept.into_iter().filter(|kept| kept.day == today.day) {
            today.feeds.insert(before.feed.clone(), Counts { before: Some(before), ..Counts::default() });
        }
        Self(Mutex::new(Counting { today, over: Vec::new() }))
    }

    /// The day of an instant, in days since the epoch, UTC.
    pub fn day(at: Instant) -> i64 {
        at.as_millis().div_euclid(DAY)
    }

    /// What was counted today and on days that have ended since this was last asked.
    pub fn counted(&self, now: Instant) -> Vec<FeedAudience> {
        let mut counting = self.counting();
        counting.turn(now);
        let mut counted = std::mem::take(&mut counting.over);
        counted.extend(counting.today.counted());
        counted
    }

    /// Adds what a connection added up.
    pub(super) fn add(&self, address: Option<IpAddr>, run: &Run) {
        let Some((feed, format)) = feed_of(&run.file) else { return };
        let mut counting = self.counting();
        counting.turn(Instant::now());
        counting.today.add(address, run, feed, format);
    }

    fn counting(&self) -> MutexGuard<'_, Counting> {
        // Plain counts: what a panicking thread left is off by one answer at most.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counting {
    fn turn(&mut self, now: Instant) {
        // A clock that was set back begins no day anew.
        if Audience::day(now) > self.today.day {
            let over = std::mem::replace(&mut self.today, Today::new(now));
            self.over.extend(over.counted());
        }
    }
}

impl Today {
    fn new(now: Instant) -> Self {
        Self { day: Audience::day(now), salt: rand::random(), feeds: HashMap::new(), held: Default::default() }
    }

    fn add(&mut self, address: Option<IpAddr>, run: &Run, feed: FeedName, format: Format) {
        let agent = run.agent.as_ref().map(HeaderValue::as_bytes).unwrap_or_default();
        let client = self.hash(&[address.map(|address| address.to_string()).unwrap_or_default().as_bytes(), agent]);
        let version = self.hash(&[&client.to_be_bytes(), run.tag.as_bytes()]);
        let has_it = self.held.iter().any(|held| held.contains(&version));
        if run.bytes > 0 {
            self.hold(version);
        }
        if self.feeds.len() >= MOST_FEEDS && !self.feeds.contains_key(&feed) {
            return;
        }
        let counts = self.feeds.entry(feed).or_default();
        counts.pollers.add(client);
        counts.requests += run.requests;
        counts.not_modified += run.unchanged;
        counts.bytes += run.bytes;
        // The first whole answer is none in vain, unless the client got that version before.
        counts.in_vain += if has_it { run.unasked } else { run.unasked - run.first_unasked };
        if let Some(Reported { name, feed_id, subscribers }) = reported(agent) {
            let key = (name, feed_id, format);
            if counts.readers.len() < MOST_READERS || counts.readers.contains_key(&key) {
                counts.readers.insert(key, subscribers);
            }
        }
    }

    fn hold(&mut self, version: u64) {
        if self.held[0].len() >= MOST_HELD {
            self.held.swap(0, 1);
            self.held[0].clear();
        }
        self.held[0].insert(version);
    }

    fn hash(&self, parts: &[&[u8]]) -> u64 {
        let mut hash = Sha256::new_with_prefix(self.salt);
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
    }

    fn counted(&self) -> Vec<FeedAudience> {
        self.feeds.iter().map(|(feed, counts)| counts.of(feed, self.day)).collect()
    }
}

impl Counts {
    fn of(&self, feed: &FeedName, day: i64) -> FeedAudience {
        let mut readers: Vec<ReportedReader> = self
            .readers
            .iter()
            .map(|((name, feed_id, format), subscribers)| ReportedReader {
                name: name.clone(),
                feed_id: feed_id.clone(),
                format: format.extension().to_owned(),
                subscribers: *subscribers,
            })
            .collect();
        let before = self.before.as_ref();
        for kept in before.iter().flat_map(|before| &before.readers) {
            if readers.len() < MOST_READERS && !readers.iter().any(|reader| reader.is_same(kept)) {
                readers.push(kept.clone());
            }
        }
        readers.sort_by(|a, b| (b.subscribers, &a.name, &a.feed_id, &a.format).cmp(&(a.subscribers, &b.name, &b.feed_id, &b.format)));
        let sum = |own: u64, of: fn(&FeedAudience) -> u64| own.saturating_add(before.map_or(0, of));
        FeedAudience {
            feed: feed.clone(),
            day,
            // Two runs cannot tell whether they had the same clients; there were as many as either had, at least.
            pollers: self.pollers.count().max(before.map_or(0, |before| before.pollers)),
            requests: sum(self.requests, |before| before.requests),
            not_modified: sum(self.not_modified, |before| before.not_modified),
            bytes: sum(self.bytes, |before| before.bytes),
            bytes_ignoring_304: sum(self.in_vain, |before| before.bytes_ignoring_304),
            readers,
        }
    }
}

/// The feed and format of a feed's own file.
fn feed_of(file: &str) -> Option<(FeedName, Format)> {
    let (name, extension) = file.rsplit_once('.')?;
    let format = Format::ALL.into_iter().find(|format| format.extension() == extension)?;
    Some((FeedName::parse(name).ok()?, format))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::super::visit::{Sent, Visit};
    use super::*;
    use crate::server::representation::{Made, Representation, Shared};

    fn version(tag: &str) -> Shared {
        Arc::new(Representation::new(Made {
            lasting: Vec::new(),
            delta: None,
            bytes: Bytes::from_static(b"feed"),
            tag: tag.into(),
            content_type: HeaderValue::from_static("text/plain"),
            cache_control: HeaderValue::from_static("no-cache"),
            modified: None,
            further: Vec::new(),
        }))
    }

    fn agent(text: &str) -> HeaderValue {
        HeaderValue::from_str(text).unwrap()
    }

    fn all(audience: &Audience) -> FeedAudience {
        let mut counted = audience.counted(Instant::now());
        assert_eq!(counted.len(), 1);
        counted.remove(0)
    }

    #[test]
    fn a_client_that_asks_again_without_saying_what_it_has_is_sent_bytes_in_vain() {
        let audience = Arc::new(Audience::new(Instant::now(), Vec::new()));
        let (version, agent) = (version("aa"), agent("Reader/1"));
        let address = Some("192.0.2.1".parse().unwrap());
        let whole = |conditional, bytes| Sent {
            file: "all.rss",
            version: &version,
            agent: Some(&agent),
            unchanged: bytes == 0,
            conditional,
            bytes,
        };
        let visit = Visit::new(Arc::clone(&audience), address);
        visit.note(&whole(false, 100));
        visit.note(&whole(false, 100));
        visit.note(&whole(true, 0));
        drop(visit);
        let counted = all(&audience);
        assert_eq!((counted.pollers, counted.requests, counted.not_modified), (1, 3, 1));
        assert_eq!((counted.bytes, counted.bytes_ignoring_304), (200, 100));
        // On another connection it has what it got on the first.
        Visit::new(Arc::clone(&audience), address).note(&whole(false, 100));
        assert_eq!(all(&audience).bytes_ignoring_304, 200);
        // Another client at the same address has nothing yet; nor is what it asks for by name in vain.
        let other = Visit::new(Arc::clone(&audience), Some("192.0.2.2".parse().unwrap()));
        other.note(&whole(false, 100));
        other.note(&whole(true, 100));
        drop(other);
        let counted = all(&audience);
        assert_eq!((counted.pollers, counted.bytes, counted.bytes_ignoring_304), (2, 500, 200));
    }

    #[test]
    fn aggregators_are_counted_by_what_they_said_last() {
        let audience = Arc::new(Audience::new(Instant::now(), Vec::new()));
        let version = version("aa");
        for (file, text) in [
            ("all.rss", "Feedly/1.0 (+http://feedly.com; 16 subscribers)"),
            ("all.rss", "Feedly/1.0 (+http://feedly.com; 17 subscribers)"),
            ("all.atom", "Feedly/1.0 (+http://feedly.com; 3 subscribers)"),
            ("all.rss", "Feedbin feed-id:1 - 20 subscribers"),
            ("all.rss", "Feedbin feed-id:2 - 1 subscribers"),
            ("all.txt", "Other/1 (5 subscribers)"),
        ] {
            let agent = agent(text);
            let sent = Sent { file, version: &version, agent: Some(&agent), unchanged: false, conditional: false, bytes: 1 };
            Visit::new(Arc::clone(&audience), None).note(&sent);
        }
        let counted = all(&audience);
        assert_eq!(counted.subscribers(), 17 + 3 + 20 + 1);
        assert_eq!(counted.readers[0].name, "Feedbin");
        // A run that follows goes on from what was kept.
        let next = Arc::new(Audience::new(Instant::now(), vec![counted.clone()]));
        let agent = agent("Feedly/1.0 (+http://feedly.com; 18 subscribers)");
        let sent = Sent { file: "all.rss", version: &version, agent: Some(&agent), unchanged: true, conditional: true, bytes: 0 };
        Visit::new(Arc::clone(&next), None).note(&sent);
        let later = all(&next);
        assert_eq!((later.subscribers(), later.requests), (counted.subscribers() + 1, counted.requests + 1));
        assert_eq!(later.pollers, counted.pollers);
    }

    #[test]
    fn names_made_up_fill_no_memory() {
        let audience = Arc::new(Audience::new(Instant::now(), Vec::new()));
        let version = version("aa");
        for no in 0..MOST_READERS + 50 {
            let agent = agent(&format!("Made-up {no} (1 subscriber)"));
            let sent = Sent { file: "all.rss", version: &version, agent: Some(&agent), unchanged: false, conditional: true, bytes: 1 };
            Visit::new(Arc::clone(&audience), None).note(&sent);
        }
        assert_eq!(all(&audience).readers.len(), MOST_READERS);
        let mut today = Today::new(Instant::now());
        (0..5 * MOST_HELD as u64).for_each(|version| today.hold(version));
        assert!(today.held.iter().map(HashSet::len).sum::<usize>() <= 2 * MOST_HELD);
    }

    #[test]
    fn a_day_that_is_over_is_given_once() {
        let begun = Instant::from_millis(20_000 * DAY + 5);
        let audience = Audience::new(begun, Vec::new());
        let run = Run {
            file: "all.rss".into(),
            version: std::sync::Weak::new(),
            tag: "aa".into(),
            agent: None,
            requests: 1,
            unchanged: 0,
            bytes: 4,
            unasked: 4,
            first_unasked: 4,
        };
        let salt = audience.counting().today.salt;
        audience.counting().today.add(None, &run, FeedName::parse("all").unwrap(), Format::Rss);
        let tomorrow = begun.plus(std::time::Duration::from_hours(24));
        assert_eq!(audience.counted(tomorrow).iter().map(|day| day.day).collect::<Vec<_>>(), [20_000]);
        assert!(audience.counted(tomorrow).is_empty());
        assert_ne!(audience.counting().today.salt, salt, "nobody can be followed from day to day");
    }
}
