//! One batch of observations → what becomes of each article.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::dates::{self, Published};
use super::identity::{self, Who};
use super::known::{Known, Missing};
use super::life_cycle::{self, Standing, Step};
use super::link::{self, Permalinks, Wanted};
use super::selection::Selections;
use crate::article::{
    Advisory, Article, ArticleId, BulletinKind, Entry, EntryKey, Facts, Field, FileStamp, Fingerprint, Lane, Link, Revision, SourcePath,
    State,
};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::instant::Instant;

/// A batch of so few articles is looked up at once.
const FEW: usize = 16;

/// A file that was read and understood.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Where it lies.
    pub path: SourcePath,
    /// What the file system says of it.
    pub stamp: FileStamp,
    /// First half of the SHA-256 of its bytes.
    pub digest: [u8; 16],
    /// The fingerprint of the article.
    pub fingerprint: Fingerprint,
    /// The article.
    pub article: Arc<Article>,
    /// Where the kernel says that it lay before.
    pub renamed_from: Option<SourcePath>,
    /// When it was first seen, for an article without a date: now, or its modification time where it was found at start.
    pub first_sight: Instant,
}

/// What was noticed of one path, or of one article's time.
#[derive(Clone, Debug)]
pub enum Observation {
    /// Its file was read.
    Seen(Box<Seen>),
    /// Its file is there but cannot be used (or is not settled): the last good version stays.
    Unusable(SourcePath),
    /// Its file is not there.
    Gone(SourcePath),
    /// Its `due` has come. The article is its last good source, where one is kept.
    Due(ArticleId, Option<Arc<Article>>),
    /// The config changed: it is placed anew by its kept source.
    Again(ArticleId, Arc<Article>),
}

/// What is told of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// What happened.
    pub kind: BulletinKind,
    /// What to do with a withdrawn article.
    pub advisory: Option<Advisory>,
    /// Why it is withdrawn.
    pub reason: Option<String>,
    /// What changed, for an update.
    pub changed: Vec<Field>,
    /// The lane of its first attempts.
    pub lane: Lane,
}

/// What becomes of one article.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its row before; `None` for a new article.
    pub before: Option<Entry>,
    /// Its row from now on.
    pub after: Entry,
    /// The article, where it was read (or its kept source, for one whose time came).
    pub article: Option<Arc<Article>>,
    /// What is told of it.
    pub telling: Option<Telling>,
}

impl Decision {
    /// Whether anything that feeds or pages show has changed.
    pub fn is_visible(&self) -> bool {
        let public = |entry: &Entry| entry.state.is_public();
        match &self.before {
            None => public(&self.after),
            Some(before) if public(before) != public(&self.after) => true,
            Some(before) => {
                public(before)
                    && (before.fingerprint != self.after.fingerprint
                        || before.link != self.after.link
                        || before.order() != self.after.order()
                        || before.updated != self.after.updated
                        || before.feeds != self.after.feeds)
            }
        }
    }
}

/// The outcome of a batch.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// What becomes of each article.
    pub decisions: Vec<Decision>,
    /// Articles that were never public and are gone.
    pub forget: Vec<ArticleId>,
    /// What there is to say, by file.
    pub notes: Vec<(SourcePath, Diagnostic)>,
}

/// The rules of the desk, from the config.
#[derive(Debug)]
pub struct Desk {
    authority: String,
    zone: TimeZone,
    links: Permalinks,
    selections: Selections,
    announce_within: Duration,
    removal_grace: Duration,
    language: String,
    author: Option<String>,
}

impl Desk {
    /// The rules of this configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            authority: link::authority(&config.site.url),
            zone: config.site.timezone.clone(),
            links: Permalinks { site: config.site.url.clone(), pattern: config.articles.link.clone(), zone: config.site.timezone.clone() },
            selections: Selections::new(&config.feed),
            announce_within: config.articles.announce_within,
            removal_grace: config.articles.removal_grace,
            language: config.site.language.clone(),
            author: config.site.author.clone(),
        }
    }

    /// The catalogue entries that a batch certainly concerns; of a small one also those that it concerns where its articles are new,
    /// so that one look-up is enough.
    pub fn keys(&self, observations: &[Observation]) -> Vec<EntryKey> {
        let mut keys = Vec::new();
        let few = observations.len() <= FEW;
        for observation in observations {
            match observation {
                Observation::Seen(seen) => {
                    keys.push(EntryKey::Path(seen.path.clone()));
                    keys.push(EntryKey::Vanished(seen.digest));
                    keys.extend(seen.renamed_from.clone().map(EntryKey::Path));
                    keys.extend(seen.article.id.clone().map(EntryKey::Id));
                    if few {
                        keys.extend(self.keys_of_new(seen));
                    }
                }
                Observation::Unusable(path) | Observation::Gone(path) => keys.push(EntryKey::Path(path.clone())),
                Observation::Due(id, _) | Observation::Again(id, _) => keys.push(EntryKey::Id(id.clone())),
            }
        }
        keys
    }

    /// The id and the link that an article gets where it is new.
    fn keys_of_new(&self, seen: &Seen) -> impl Iterator<Item = EntryKey> {
        let published = dates::published(&seen.article, None, seen.first_sight, seen.first_sight).at;
        let id = match &seen.article.id {
            Some(_) => None,
            None => identity::first(&self.authority, published, &self.zone, &seen.path),
        };
        let link =
            self.links.wanted(&seen.article, &seen.path, published).ok().map(|(Wanted::Explicit(link) | Wanted::Pattern(link))| link);
        id.map(EntryKey::Id).into_iter().chain(link.map(EntryKey::Link))
    }

    /// Decides a batch. `now` is the edition's instant; in a `baseline` nothing is told.
    ///
    /// On [`Missing`], look the keys up, add them to `known`, which is as it was before this call, and call again.
    pub fn decide(&self, observations: &[Observation], known: &mut Known, now: Instant, baseline: bool) -> Result<Decisions, Missing> {
        let mut turn = Turn { desk: self, known, now, baseline, out: Decisions::default(), index: HashMap::new() };
        // What vanished comes first, so that a file that moved is found to be free; then the kernel's own renames; then the
        // rest in the order of paths, so that numbered links do not depend on the order of events.
        let mut ordered: Vec<&Observation> = observations.iter().collect();
        ordered.sort_by_key(|observation| match observation {
            Observation::Gone(path) => (0, path.as_bytes()),
            Observation::Unusable(path) => (1, path.as_bytes()),
            Observation::Due(id, _) | Observation::Again(id, _) => (2, id.as_str().as_bytes()),
            Observation::Seen(seen) if seen.renamed_from.is_some() => (3, seen.path.as_bytes()),
            Observation::Seen(seen) => (4, seen.path.as_bytes()),
        });
        // All that is missing is asked for at once: what one observation lacks does not keep the others from saying what they lack.
        let mut missing = Vec::new();
        for observation in ordered {
            let done = match observation {
                Observation::Gone(path) => turn.gone(path),
                Observation::Unusable(path) => turn.unusable(path),
                Observation::Due(id, article) => turn.due(id, article.as_ref()),
                Observation::Again(id, article) => turn.again(id, article),
                Observation::Seen(seen) => turn.seen(seen),
            };
            if let Err(Missing(keys)) = done {
                missing.extend(keys);
            }
        }
        if !missing.is_empty() {
            known.undo();
            return Err(Missing(missing));
        }
        Ok(turn.out)
    }

    fn facts(&self, article: &Article) -> Facts {
        let mut authors: Vec<String> = article.authors.iter().map(|author| author.name.clone()).collect();
        if authors.is_empty() {
            authors.extend(self.author.clone());
        }
        Facts {
            headline: article.headline.clone(),
            authors,
            section: article.section.clone(),
            tags: article.tags.clone(),
            language: Some(article.language.clone().unwrap_or_else(|| self.language.clone())),
            breaking: article.breaking,
        }
    }
}

/// One call of [`Desk::decide`].
struct Turn<'a> {
    desk: &'a Desk,
    known: &'a mut Known,
    now: Instant,
    baseline: bool,
    out: Decisions,
    /// Where in `out` an article's decision stands.
    index: HashMap<ArticleId, usize>,
}

impl Turn<'_> {
    fn record(&mut self, before: Option<Entry>, after: Entry, article: Option<Arc<Article>>, telling: Option<Telling>) {
        self.known.decided(&after);
        // Two steps of one article in one batch are one decision, from its first row to its last.
        let next = self.out.decisions.len();
        let at = *self.index.entry(after.id.clone()).or_insert(next);
        if at == next {
            self.out.decisions.push(Decision { before, after, article, telling });
            return;
        }
        let earlier = &mut self.out.decisions[at];
        earlier.after = after;
        earlier.article = article.or(earlier.article.take());
        earlier.telling = telling.or(earlier.telling.take());
    }

    fn note(&mut self, path: &SourcePath, note: Diagnostic) {
        self.out.notes.push((path.clone(), note));
    }

    fn gone(&mut self, path: &SourcePath) -> Result<(), Missing> {
        let Some(before) = self.known.by_path(path)?.cloned() else { return Ok(()) };
        match before.state {
            State::Live => {
                let until = self.now.plus(self.desk.removal_grace);
                let after = Entry { state: State::RemovalPending { until }, due: Some(until), ..before.clone() };
                self.record(Some(before), after, None, None);
            }
            State::RemovalPending { .. } | State::Withdrawn { .. } => {}
            State::Held { .. } if !before.was_public => {
                self.known.forget(&before.id);
                self.out.forget.push(before.id);
            }
            State::Held { .. } | State::Expired => {
                let after = Entry { state: State::Withdrawn { at: self.now, reason: None }, due: None, ..before.clone() };
                self.record(Some(before), after, None, None);
            }
        }
        Ok(())
    }

    /// A file that is there again, though unusable, ends the grace of its removal.
    fn unusable(&mut self, path: &SourcePath) -> Result<(), Missing> {
        let Some(before) = self.known.by_path(path)?.cloned() else { return Ok(()) };
        if matches!(before.state, State::RemovalPending { .. }) {
            let after = Entry { state: State::Live, due: None, ..before.clone() };
            self.record(Some(before), after, None, None);
        }
        Ok(())
    }

    fn due(&mut self, id: &ArticleId, article: Option<&Arc<Article>>) -> Result<(), Missing> {
        let Some(before) = self.known.by_id(id)?.cloned() else { return Ok(()) };
        if before.due.is_none_or(|due| due > self.now) {
            return Ok(());
        }
        if matches!(before.state, State::RemovalPending { .. }) {
            let (after, telling) = self.leave(&before, Advisory::Deleted, None);
            self.record(Some(before), after, article.cloned(), telling);
            return Ok(());
        }
        if let Some(article) = article {
            return self.settle(&unchanged(&before, article), Some(before));
        }
        // Without its source only what the row itself says can be done: its own date was to take it out of the feeds.
        let after = match before.state {
            State::Live => Entry { state: State::Expired, due: None, ..before.clone() },
            State::Held { .. } | State::RemovalPending { .. } | State::Expired | State::Withdrawn { .. } => {
                Entry { due: None, ..before.clone() }
            }
        };
        self.record(Some(before), after, None, None);
        Ok(())
    }

    fn again(&mut self, id: &ArticleId, article: &Arc<Article>) -> Result<(), Missing> {
        let Some(before) = self.known.by_id(id)?.cloned() else { return Ok(()) };
        if matches!(before.state, State::RemovalPending { .. } | State::Withdrawn { .. }) {
            return Ok(());
        }
        self.settle(&unchanged(&before, article), Some(before))
    }

    fn seen(&mut self, seen: &Seen) -> Result<(), Missing> {
        let (who, note) = identity::who(seen, self.known)?;
        if let Some(note) = note {
            self.note(&seen.path, note);
        }
        match who {
            Who::Clash(clash) => {
                self.note(&seen.path, clash);
                self.unusable(&seen.path)
            }
            Who::Known(before) => self.settle(seen, Some(*before)),
            Who::New(id) => {
                // A path whose article was never public and now has an id of its own starts anew.
                if let Some(stale) = self.known.by_path(&seen.path)?.filter(|entry| !entry.was_public).map(|entry| entry.id.clone()) {
                    self.known.forget(&stale);
                    self.out.forget.push(stale);
                }
                self.create(seen, id)
            }
        }
    }

    fn create(&mut self, seen: &Seen, id: Option<ArticleId>) -> Result<(), Missing> {
        let published = dates::published(&seen.article, None, seen.first_sight, self.now);
        let id = match id {
            Some(id) => id,
            None => identity::make(&self.desk.authority, published.at, &self.desk.zone, &seen.path, self.known)?,
        };
        let blank = Entry {
            id,
            path: seen.path.clone(),
            stamp: seen.stamp,
            digest: seen.digest,
            fingerprint: seen.fingerprint,
            state: State::Expired,
            link: self.link(seen, None, published.at)?.unwrap_or_else(|fallback| fallback),
            published: published.at,
            updated: published.at,
            released: published.at,
            revision: Revision(0),
            lane: None,
            held_here: false,
            was_public: false,
            minor: false,
            facts: Facts::default(),
            feeds: Vec::new(),
            due: None,
        };
        self.place(seen, None, blank, published);
        Ok(())
    }

    fn settle(&mut self, seen: &Seen, before: Option<Entry>) -> Result<(), Missing> {
        let Some(before) = before else { return self.create(seen, None) };
        let published = dates::published(&seen.article, Some(&before), seen.first_sight, self.now);
        let mut entry = before.clone();
        entry.path = seen.path.clone();
        entry.stamp = seen.stamp;
        entry.digest = seen.digest;
        entry.fingerprint = seen.fingerprint;
        match self.link(seen, Some(&before), published.at)? {
            Ok(link) => entry.link = link,
            Err(kept) => entry.link = kept,
        }
        self.place(seen, Some(before), entry, published);
        Ok(())
    }

    /// The link of a file; `Err` holds what stays in use where its own cannot be had (the diagnostic is noted).
    fn link(&mut self, seen: &Seen, before: Option<&Entry>, published: Instant) -> Result<Result<Link, Link>, Missing> {
        let mine = |entry: &Entry| before.is_some_and(|before| before.id == entry.id);
        let wanted = self.desk.links.wanted(&seen.article, &seen.path, published);
        match wanted {
            Ok(Wanted::Explicit(link)) => match self.known.by_link(&link)? {
                Some(holder) if !mine(holder) => {
                    let message = format!("the link {link} is already that of {}", holder.path);
                    let clash = Diagnostic::new(Severity::Error, "duplicate-link", seen.path.to_string(), message);
                    self.note(&seen.path, clash.mend("give this article a link of its own, or leave the link out"));
                    let plain = Article { link: None, ..(*seen.article).clone() };
                    let plain = Seen { article: Arc::new(plain), ..seen.clone() };
                    self.link(&plain, before, published).map(|link| Err(link.unwrap_or_else(|link| link)))
                }
                _ => Ok(Ok(link)),
            },
            Ok(Wanted::Pattern(base)) => {
                if let Some(before) = before
                    && link::is_numbered(&before.link, &base)
                    && self.known.by_link(&before.link)?.is_none_or(mine)
                {
                    return Ok(Ok(before.link.clone()));
                }
                self.first_free(&seen.path, base, mine).map(Ok)
            }
            Err(message) => {
                let bad = Diagnostic::new(Severity::Error, "link", seen.path.to_string(), message);
                self.note(&seen.path, bad.mend("give an absolute http or https URL, or a path under the site"));
                let plain = Article { link: None, slug: None, ..(*seen.article).clone() };
                let fallback = self.desk.links.wanted(&plain, &seen.path, published);
                match (before, fallback) {
                    (Some(before), _) => Ok(Err(before.link.clone())),
                    (None, Ok(Wanted::Pattern(base) | Wanted::Explicit(base))) => self.first_free(&seen.path, base, mine).map(Err),
                    (None, Err(_)) => self.first_free(&seen.path, self.root(), mine).map(Err),
                }
            }
        }
    }

    fn root(&self) -> Link {
        // The site's URL was checked when the config was read.
        Link::parse(self.desk.links.site.as_str()).unwrap_or_else(|_| unreachable!("a site URL is an http URL"))
    }

    fn first_free(&mut self, path: &SourcePath, base: Link, mine: impl Fn(&Entry) -> bool) -> Result<Link, Missing> {
        if self.known.by_link(&base)?.is_none_or(&mine) {
            return Ok(base);
        }
        let mut n = 2;
        loop {
            let Some(link) = link::numbered(&base, n) else { return Ok(base) };
            match self.known.by_link(&link)? {
                Some(holder) if !mine(holder) => n += 1,
                _ => {
                    let message = format!("another article already stands at {base}; this one stands at {link}");
                    let note = Diagnostic::new(Severity::Warning, "link-taken", path.to_string(), message);
                    self.note(path, note.mend("give it a slug of its own to choose its link"));
                    return Ok(link);
                }
            }
        }
    }

    /// Everything but identity and link: state, dates, feeds, telling.
    fn place(&mut self, seen: &Seen, before: Option<Entry>, mut entry: Entry, published: Published) {
        let article = &seen.article;
        let standing = Standing::of(article, self.now);
        let step = life_cycle::step(before.as_ref(), &standing);
        entry.facts = self.desk.facts(article);
        entry.feeds = self.desk.selections.feeds(&entry.facts, &entry.path);
        entry.published = published.at;
        entry.minor = article.minor;
        entry.due = None;
        entry.state = match &standing {
            Standing::Held(why, until) => {
                entry.due = *until;
                entry.held_here = true;
                State::Held { why: *why }
            }
            Standing::Live(until) => {
                entry.due = *until;
                entry.published = entry.published.min(self.now);
                State::Live
            }
            Standing::Expired => State::Expired,
            Standing::Withdrawn(reason) => State::Withdrawn {
                at: match before.as_ref().map(|before| &before.state) {
                    Some(State::Withdrawn { at, .. }) => *at,
                    _ => self.now,
                },
                reason: (!reason.is_empty()).then(|| reason.clone()),
            },
        };
        let telling = match (step, &before) {
            (Step::Release | Step::Restore, _) => self.release(article, before.as_ref(), &mut entry, published),
            (Step::Stay, Some(before)) => self.stay(article, before, &mut entry),
            (Step::Leave(advisory), Some(before)) => {
                let reason = match (&entry.state, advisory) {
                    (State::Withdrawn { reason, .. }, _) => reason.clone(),
                    (_, Advisory::Hold) => article.hold.clone().filter(|reason| !reason.is_empty()),
                    _ => None,
                };
                let keep = (entry.state.clone(), entry.due);
                let (left, telling) = self.leave(&Entry { facts: entry.facts.clone(), ..before.clone() }, advisory, reason);
                entry.revision = left.revision;
                entry.lane = left.lane;
                (entry.state, entry.due) = keep;
                telling
            }
            (Step::Stay | Step::Leave(_), None) | (Step::Quiet, _) => None,
        };
        self.record(before, entry, Some(article.clone()), telling);
    }

    fn release(&mut self, article: &Article, before: Option<&Entry>, entry: &mut Entry, published: Published) -> Option<Telling> {
        let restored = before.is_some_and(|before| before.was_public);
        let waited = before.is_some_and(|before| before.held_here);
        entry.was_public = true;
        entry.held_here = false;
        let news = if self.baseline {
            false
        } else {
            let by_rule = restored || waited || dates::is_news(published, self.desk.announce_within, self.now);
            if !by_rule && article.announce.is_none() {
                let message =
                    format!("published {}, longer ago than announce_within: it stands in the feeds and no one was told", published.at);
                let note = Diagnostic::new(Severity::Note, "history", entry.path.to_string(), message);
                self.note(&entry.path, note.mend("write 'announce: true' to tell of it"));
            }
            article.announce.unwrap_or(by_rule)
        };
        entry.updated =
            if restored { dates::updated_by_change(entry, self.now) } else { dates::first_updated(article, entry.published, self.now) };
        entry.released = if news || restored { self.now } else { entry.published };
        news.then(|| tell(entry, BulletinKind::Published, None, None, Vec::new(), false))
    }

    fn stay(&mut self, article: &Article, before: &Entry, entry: &mut Entry) -> Option<Telling> {
        entry.updated = entry.updated.max(entry.published);
        // History keeps its place by its date; news by when it was told.
        if before.released == before.published {
            entry.released = entry.published;
        }
        let changed = before.fingerprint.changed(&entry.fingerprint);
        if changed.is_empty() {
            return None;
        }
        let new_correction = changed.contains(&Field::Correction) && article.correction.is_some();
        if article.minor && !new_correction {
            if before.minor {
                let message = "'minor: true' is left from an earlier change: this change, too, told no one";
                let note = Diagnostic::new(Severity::Warning, "minor-left", entry.path.to_string(), message);
                self.note(&entry.path, note.mend("remove it when a change shall be told"));
            }
            return None;
        }
        entry.updated = dates::updated_by_change(before, self.now);
        if self.baseline {
            return None;
        }
        let was_breaking = before.facts.breaking;
        Some(tell(entry, BulletinKind::Updated, None, None, changed, was_breaking))
    }

    /// `before` with its withdrawal: the row as it shall be and what is told.
    fn leave(&mut self, before: &Entry, advisory: Advisory, reason: Option<String>) -> (Entry, Option<Telling>) {
        let mut after = Entry { state: State::Withdrawn { at: self.now, reason: reason.clone() }, due: None, ..before.clone() };
        if self.baseline {
            return (after, None);
        }
        let telling = tell(&mut after, BulletinKind::Withdrawn, Some(advisory), reason, Vec::new(), before.facts.breaking);
        (after, Some(telling))
    }
}

/// An entry's file as it was last read, with its kept source.
fn unchanged(entry: &Entry, article: &Arc<Article>) -> Seen {
    Seen {
        path: entry.path.clone(),
        stamp: entry.stamp,
        digest: entry.digest,
        fingerprint: entry.fingerprint,
        article: article.clone(),
        renamed_from: None,
        first_sight: entry.published,
    }
}

/// Gives an entry its next revision and says what is told.
fn tell(
    entry: &mut Entry,
    kind: BulletinKind,
    advisory: Option<Advisory>,
    reason: Option<String>,
    changed: Vec<Field>,
    was_breaking: bool,
) -> Telling {
    let own = if entry.facts.breaking || was_breaking { Lane::Breaking } else { Lane::Ordinary };
    // A withdrawal rides the highest lane that its article ever used.
    let lane = match kind {
        BulletinKind::Withdrawn => entry.lane.map_or(own, |used| used.min(own)),
        BulletinKind::Published | BulletinKind::Updated => own,
    };
    entry.lane = Some(entry.lane.map_or(lane, |used| used.min(lane)));
    entry.revision = entry.revision.next();
    Telling { kind, advisory, reason, changed, lane }
}
