//! Articles, editions and claims as the stories need them, everything else filled in.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use newswire::article::{
    Article, ArticleId, Bulletin, BulletinId, BulletinKind, Entry, Facts, FeedName, FileStamp, Fingerprint, Lane, Link, Revision, Sequence,
    SourcePath, State,
};
use newswire::instant::Instant;
use newswire::ledger::{Attempt, Audience, Claim, Delivery, Edition, EntryChange, Known, LeaseToken, Outcome, Settlement, Stretch};

/// Noon of some day, and milliseconds after it.
pub(super) fn noon(millis: i64) -> Instant {
    Instant::from_millis(1_795_000_000_000 + millis)
}

pub(super) fn id(name: &str) -> ArticleId {
    ArticleId::parse(&format!("tag:example.org,2026-11-24:{name}")).unwrap()
}

pub(super) fn path(name: &str) -> SourcePath {
    SourcePath::new(Path::new(&format!("{name}.md"))).unwrap()
}

pub(super) fn link(name: &str) -> Link {
    Link::parse(&format!("https://example.org/articles/{name}")).unwrap()
}

pub(super) fn feed(name: &str) -> FeedName {
    FeedName::parse(name).unwrap()
}

pub(super) fn article(name: &str) -> Arc<Article> {
    Arc::new(Article { headline: format!("Headline of {name}"), tags: vec!["europe".into()], ..Article::default() })
}

/// A live entry in the feed `all`, released at noon.
pub(super) fn entry(name: &str) -> Entry {
    Entry {
        id: id(name),
        path: path(name),
        stamp: FileStamp { device: u64::MAX, inode: 7, size: 4096, modified: 1_795_000_000_000_000_000, changed: -1 },
        digest: [7; 16],
        fingerprint: Fingerprint::of(&article(name)),
        state: State::Live,
        link: link(name),
        published: noon(0),
        updated: noon(0),
        released: noon(0),
        revision: Revision(0),
        lane: None,
        held_here: false,
        was_public: true,
        minor: false,
        facts: Facts { headline: format!("Headline of {name}"), tags: vec!["europe".into()], ..Facts::default() },
        feeds: vec![feed("all")],
        due: None,
    }
}

/// What the desk knows of an entry when it decides.
pub(super) fn known(entry: &Entry) -> Known {
    Known { revision: entry.revision, stamp: entry.stamp, state: entry.state.clone() }
}

pub(super) fn added(entry: &Entry) -> EntryChange {
    EntryChange { entry: entry.clone(), known: None, source: None }
}

pub(super) fn changed(from: &Entry, to: &Entry) -> EntryChange {
    EntryChange { entry: to.clone(), known: Some(known(from)), source: None }
}

/// An edition that changes nothing yet.
pub(super) fn edition(at: Instant) -> Edition {
    Edition::empty(at)
}

pub(super) fn bulletin(name: &str, revision: u32, kind: BulletinKind, lane: Lane, at: Instant) -> Bulletin {
    Bulletin {
        sequence: Sequence(0),
        id: BulletinId::of(&id(name), Revision(revision), kind),
        article: id(name),
        revision: Revision(revision),
        kind,
        lane,
        at,
        feeds: vec![feed("all"), feed("tag/europe")],
        breaking: lane == Lane::Breaking,
        data: format!("{{\"id\":\"{name}\"}}").into(),
    }
}

/// An edition that publishes one bulletin, whatever the catalogue holds.
pub(super) fn news(name: &str, revision: u32, lane: Lane, at: Instant) -> Edition {
    Edition { bulletins: vec![bulletin(name, revision, BulletinKind::Published, lane, at)], ..edition(at) }
}

/// Everything that there is, under a lease of a minute.
pub(super) fn everything(now: Instant) -> Claim {
    Claim {
        now,
        lease: Duration::from_mins(1),
        floor: Sequence(u64::MAX),
        stretches: BTreeMap::from([(Lane::Breaking, 1000), (Lane::Ordinary, 1000), (Lane::Retry, 0)]),
        stretch_len: 100,
        retries: 1000,
    }
}

/// The ids of so many webhooks.
pub(super) fn webhooks(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("webhook:{number}")).collect()
}

/// An attempt that was answered with 200 within 12 milliseconds.
pub(super) fn attempt(endpoint: &str, sequence: u64, number: u32) -> Attempt {
    Attempt {
        endpoint: endpoint.into(),
        sequence: Sequence(sequence),
        at: noon(2),
        took: Duration::from_micros(12_345),
        status: Some(200),
        error: None,
        number,
    }
}

/// An outcome that no attempt brought.
pub(super) fn outcome(endpoint: &str, outcome: Outcome) -> Delivery {
    Delivery { endpoint: endpoint.into(), outcome, attempt: None }
}

pub(super) fn settlement(token: LeaseToken, now: Instant, deliveries: Vec<Delivery>) -> Settlement {
    Settlement { token, now, deliveries, disable: Vec::new() }
}

/// A stretch that everyone took at once.
pub(super) fn accepted(stretch: &Stretch, now: Instant) -> Settlement {
    let taken = |member: &Audience| {
        let id = member.endpoint.position.id.as_str();
        Delivery { attempt: Some(attempt(id, stretch.bulletin.sequence.0, 1)), ..outcome(id, Outcome::Accepted) }
    };
    settlement(stretch.token, now, stretch.audience.iter().map(taken).collect())
}
