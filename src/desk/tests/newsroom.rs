//! A desk, a catalogue in memory, and a clock that stands still until it is moved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::article::{Article, ArticleId, BulletinKind, Entry, EntryKey, FileStamp, Fingerprint, Lane, Link, Revision, SourcePath, State};
use crate::config::Config;
use crate::config::file::{Bases, Document};
use crate::desk::{Decision, Decisions, Desk, Known, Missing, Now, Observation, Seen, Telling};
use crate::instant::{Dated, Instant, parse_dated};

/// 2026-11-24T12:00:00Z, a Tuesday.
pub(super) const NOON: i64 = 1_795_521_600_000;
pub(super) const SECOND: i64 = 1_000;
pub(super) const HOUR: i64 = 3600 * SECOND;
pub(super) const DAY: i64 = 24 * HOUR;

pub(super) fn config(more: &str) -> Config {
    let text = format!("[site]\nurl = \"https://example.org/\"\n{more}");
    let here = Path::new("/nowhere");
    let document = Document::parse("newswire.toml", &text).unwrap();
    document.understand(Bases { file: here, working: here }, &|_| Err("no secrets here".into())).unwrap().config
}

pub(super) fn path(text: &str) -> SourcePath {
    SourcePath::new(Path::new(text)).unwrap()
}

pub(super) fn id(text: &str) -> ArticleId {
    ArticleId::parse(text).unwrap()
}

#[allow(clippy::unnecessary_wraps, reason = "the fields that it fills are optional")]
pub(super) fn on(text: &str) -> Option<Dated> {
    Some(parse_dated(text, &jiff::tz::TimeZone::UTC).unwrap())
}

/// An article without a date, whose headline is its text.
pub(super) fn article(headline: &str) -> Article {
    Article { headline: headline.into(), ..Article::default() }
}

pub(super) fn seen(at: &str, article: &Article, now: Instant) -> Seen {
    let bytes = serde_json::to_vec(article).unwrap();
    let hash = Sha256::digest(&bytes);
    Seen {
        path: path(at),
        stamp: FileStamp { size: bytes.len() as u64, modified: now.as_millis(), ..FileStamp::default() },
        digest: std::array::from_fn(|at| hash[at]),
        fingerprint: Fingerprint::of(article),
        article: Arc::new(article.clone()),
        renamed_from: None,
        first_sight: now,
    }
}

/// What the ledger would hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalogue {
    pub(super) entries: BTreeMap<ArticleId, Entry>,
    pub(super) sources: BTreeMap<ArticleId, Arc<Article>>,
}

impl Catalogue {
    pub(super) fn look_up(&self, keys: &[EntryKey]) -> Vec<Entry> {
        let withdrawn = |entry: &Entry| matches!(entry.state, State::Withdrawn { .. });
        let named = |entry: &&Entry| {
            keys.iter().any(|key| match key {
                EntryKey::Id(id) => entry.id == *id,
                EntryKey::Path(path) => entry.path == *path,
                EntryKey::Link(link) => entry.link == *link && !withdrawn(entry),
                EntryKey::Gone(link) => entry.link == *link && withdrawn(entry),
                EntryKey::Past(_) => false,
                EntryKey::Vanished(digest) => entry.digest == *digest && matches!(entry.state, State::RemovalPending { .. }),
            })
        };
        self.entries.values().filter(named).cloned().collect()
    }

    /// Takes an edition as the ledger does, and checks what every edition promises.
    pub(super) fn commit(&mut self, decisions: &Decisions) {
        for id in &decisions.forget {
            let gone = self.entries.remove(id).expect("only what is there is forgotten");
            assert!(!gone.was_public, "what was public is never forgotten: {gone:?}");
            self.sources.remove(id);
        }
        let mut once = BTreeSet::new();
        for Decision { before, after, article, telling } in &decisions.decisions {
            assert!(once.insert(after.id.clone()), "{} is decided twice", after.id);
            assert_eq!(self.entries.get(&after.id), before.as_ref(), "the row before is the catalogue's");
            let revision = before.as_ref().map_or(Revision(0), |before| before.revision);
            let expected = if telling.is_some() { revision.next() } else { revision };
            assert_eq!(after.revision, expected, "one revision a bulletin: {after:?}");
            if let Some(telling) = telling {
                assert_eq!(telling.kind == BulletinKind::Withdrawn, !after.state.is_public());
            }
            if after.state.is_public() {
                assert!(after.was_public);
            }
            self.entries.insert(after.id.clone(), after.clone());
            if let Some(article) = article {
                self.sources.insert(after.id.clone(), article.clone());
            }
        }
        let mut links = BTreeSet::new();
        for entry in self.entries.values().filter(|entry| !matches!(entry.state, State::Withdrawn { .. })) {
            assert!(links.insert(&entry.link), "two articles stand at {}", entry.link);
        }
    }
}

/// A desk with its catalogue.
#[derive(Debug)]
pub(super) struct Newsroom {
    pub(super) desk: Desk,
    pub(super) catalogue: Catalogue,
    pub(super) now: Instant,
    /// How far the ledger is ahead of the clock, which was set back, in milliseconds.
    pub(super) ledger_ahead: i64,
    pub(super) baseline: bool,
    /// How often entries had to be looked up for the last batch.
    pub(super) rounds: usize,
}

impl Newsroom {
    pub(super) fn new() -> Self {
        Self::with("")
    }

    pub(super) fn with(more: &str) -> Self {
        Self {
            desk: Desk::new(&config(more)),
            catalogue: Catalogue::default(),
            now: Instant::from_millis(NOON),
            ledger_ahead: 0,
            baseline: false,
            rounds: 0,
        }
    }

    /// Moves the clock on.
    pub(super) fn later(&mut self, millis: i64) -> &mut Self {
        self.now = Instant::from_millis(self.now.as_millis() + millis);
        self
    }

    pub(super) fn batch(&mut self, observations: &[Observation]) -> Decisions {
        let mut known = Known::new();
        let mut keys = self.desk.keys(observations);
        for round in 1..10_000 {
            let found = self.catalogue.look_up(&keys);
            known.add(keys, found);
            let edition = Instant::from_millis(self.now.as_millis() + self.ledger_ahead);
            match self.desk.decide(observations, &mut known, Now { clock: self.now, edition }, self.baseline) {
                Ok(decisions) => {
                    self.rounds = round;
                    self.catalogue.commit(&decisions);
                    return decisions;
                }
                Err(Missing(more)) => {
                    assert!(!more.is_empty(), "what is missing is named");
                    keys = more;
                }
            }
        }
        panic!("the desk asks without end");
    }

    pub(super) fn see(&self, at: &str, article: &Article) -> Observation {
        Observation::Seen(Box::new(seen(at, article, self.now)))
    }

    pub(super) fn moved(&self, from: &str, to: &str, article: &Article) -> Observation {
        Observation::Seen(Box::new(Seen { renamed_from: Some(path(from)), ..seen(to, article, self.now) }))
    }

    /// One file is written.
    pub(super) fn drop(&mut self, at: &str, article: &Article) -> Decision {
        let observation = self.see(at, article);
        let mut decided = self.batch(&[observation]);
        assert_eq!(decided.decisions.len(), 1, "{decided:?}");
        decided.decisions.remove(0)
    }

    /// One file is written; what there is to say of it, by rule.
    pub(super) fn notes(&mut self, at: &str, article: &Article) -> Vec<String> {
        let observation = self.see(at, article);
        rules(&self.batch(&[observation]))
    }

    pub(super) fn remove(&mut self, at: &str) -> Decisions {
        self.batch(&[Observation::Gone(path(at))])
    }

    /// Takes whatever the time has brought, as the daemon does.
    pub(super) fn tick(&mut self) -> Decisions {
        let due = |entry: &&Entry| entry.due.is_some_and(|due| due <= self.now);
        let due: Vec<ArticleId> = self.catalogue.entries.values().filter(due).map(|entry| entry.id.clone()).collect();
        let observations: Vec<_> =
            due.into_iter().map(|id| Observation::Due(id.clone(), self.catalogue.sources.get(&id).cloned())).collect();
        self.batch(&observations)
    }

    /// The config is another; everything public is placed anew.
    pub(super) fn reconfigure(&mut self, more: &str) -> Decisions {
        self.desk = Desk::new(&config(more));
        let again = |entry: &Entry| Observation::Again(entry.id.clone(), self.catalogue.sources[&entry.id].clone());
        let observations: Vec<_> = self.catalogue.entries.values().filter(|entry| entry.state.is_public()).map(again).collect();
        self.baseline = true;
        let decided = self.batch(&observations);
        self.baseline = false;
        decided
    }

    /// The one article whose file lies there.
    pub(super) fn at(&self, at: &str) -> &Entry {
        let here: Vec<_> = self.catalogue.entries.values().filter(|entry| entry.path == path(at)).collect();
        assert_eq!(here.len(), 1, "{here:?}");
        here[0]
    }

    pub(super) fn entry(&self, text: &str) -> &Entry {
        &self.catalogue.entries[&id(text)]
    }

    pub(super) fn link(&self, at: &str) -> String {
        self.at(at).link.as_str().trim_start_matches("https://example.org/").to_owned()
    }
}

/// The rules named in a batch's notes.
pub(super) fn rules(decided: &Decisions) -> Vec<String> {
    decided.notes.iter().map(|(_, note)| note.rule.to_string()).collect()
}

/// The kinds of what is told, in short, with the path of each.
pub(super) fn told(decided: &Decisions) -> Vec<(String, BulletinKind)> {
    let told = |decision: &Decision| Some((decision.after.path.to_string(), decision.telling.as_ref()?.kind));
    decided.decisions.iter().filter_map(told).collect()
}

pub(super) fn kind(decision: &Decision) -> Option<BulletinKind> {
    decision.telling.as_ref().map(|telling| telling.kind)
}

pub(super) fn lane(decision: &Decision) -> Option<Lane> {
    decision.telling.as_ref().map(|telling| telling.lane)
}

pub(super) fn telling(decision: &Decision) -> &Telling {
    decision.telling.as_ref().expect("something is told")
}

pub(super) fn link(text: &str) -> Link {
    Link::parse(text).unwrap()
}
