//! One batch on its way through the desk: who each file is, and what its coming or going means.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::batch::Batch;
use super::dates;
use super::decide::Desk;
use super::decision::{Decision, Decisions, Telling};
use super::identity::{self, Who};
use super::known::{Known, Missing};
use super::life_cycle::Standing;
use super::observation::Seen;
use crate::article::{Advisory, Article, ArticleId, Entry, Facts, Link, Revision, SourcePath, State};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;

/// When an article whose time has come, but whose source cannot be had, is tried again.
const SOURCE_RETRY: Duration = Duration::from_mins(1);

/// One call of [`Desk::decide`].
pub(super) struct Turn<'a> {
    pub(super) desk: &'a Desk,
    pub(super) known: &'a mut Known,
    pub(super) now: Instant,
    pub(super) baseline: bool,
    out: Decisions,
    /// Where in `out` an article's decision stands.
    index: HashMap<ArticleId, usize>,
    /// Rows that are to be forgotten, unless their article turns up after all.
    forgotten: HashMap<ArticleId, Entry>,
    /// Articles whose file's place another article took.
    displaced: Vec<(ArticleId, SourcePath)>,
    /// The next number to try for a link that is taken.
    pub(super) numbers: HashMap<Link, u32>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(desk: &'a Desk, known: &'a mut Known, now: Instant, baseline: bool) -> Self {
        Self {
            desk,
            known,
            now,
            baseline,
            out: Decisions::default(),
            index: HashMap::new(),
            forgotten: HashMap::new(),
            displaced: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// Decides everything, or says what must be looked up first: all that is missing at once, so that a batch takes few rounds.
    pub(super) fn decide(mut self, mut batch: Batch<'_>) -> Result<Decisions, Missing> {
        let mut missing = Vec::new();
        let mut lacks = |step: Result<(), Missing>| {
            if let Err(Missing(keys)) = step {
                missing.extend(keys);
            }
        };
        lacks(batch.look_around(self.known));
        // What vanished comes first, so that a file that moved is found to be free. A file that the kernel says was moved has not
        // vanished, unless what it was moved over kept its own name.
        for path in &batch.gone {
            if !batch.is_left(path) {
                lacks(self.vanish(path));
            }
        }
        for path in &batch.unusable {
            lacks(self.unusable(path));
        }
        for seen in &batch.seen {
            lacks(self.seen(seen, &batch));
        }
        for (id, path) in std::mem::take(&mut self.displaced) {
            if let Some(entry) = self.known.entry(&id).filter(|entry| entry.path == path).cloned() {
                self.leave_file(entry);
            }
        }
        for path in &batch.gone {
            lacks(self.gone(path));
        }
        for (id, article) in &batch.again {
            lacks(self.again(id, article));
        }
        for (id, article) in &batch.due {
            lacks(self.due(id, *article));
        }
        if !missing.is_empty() {
            return Err(Missing(missing));
        }
        self.known.keep_numbers(self.numbers);
        self.out.forget = self.forgotten.into_keys().collect();
        self.out.forget.sort_unstable();
        Ok(self.out)
    }

    pub(super) fn record(&mut self, before: Option<Entry>, after: Entry, article: Option<Arc<Article>>, telling: Option<Telling>) {
        self.known.put(after.clone());
        // Under another id than before, it is a new row.
        let before = before.filter(|before| before.id == after.id).or_else(|| self.forgotten.remove(&after.id));
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

    fn forget(&mut self, entry: Entry) {
        self.known.forget(&entry.id);
        self.forgotten.insert(entry.id.clone(), entry);
    }

    pub(super) fn note(&mut self, path: &SourcePath, note: Diagnostic) {
        self.out.notes.push((path.clone(), note));
    }

    /// A public article's file is not there: the grace of its removal begins.
    fn vanish(&mut self, path: &SourcePath) -> Result<(), Missing> {
        let Some(before) = self.known.by_path(path)?.cloned() else { return Ok(()) };
        if before.state == State::Live {
            self.leave_file(before);
        }
        Ok(())
    }

    /// Nothing that was seen came from there: whatever lay there has lost its file.
    fn gone(&mut self, path: &SourcePath) -> Result<(), Missing> {
        if let Some(before) = self.known.by_path(path)?.cloned() {
            self.leave_file(before);
        }
        Ok(())
    }

    fn leave_file(&mut self, before: Entry) {
        match before.state {
            State::Live => {
                let until = self.now.plus(self.desk.removal_grace);
                let after = Entry { state: State::RemovalPending { until }, due: Some(until), ..before.clone() };
                self.record(Some(before), after, None, None);
            }
            State::RemovalPending { .. } => {}
            State::Held { .. } | State::Expired | State::Withdrawn { .. } if !before.was_public => self.forget(before),
            State::Held { .. } | State::Expired => {
                let after = Entry { state: State::Withdrawn { at: self.now, reason: None }, due: None, ..before.clone() };
                self.record(Some(before), after, None, None);
            }
            State::Withdrawn { .. } => {}
        }
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
            let breaking = before.facts.breaking;
            let mut after = before.clone();
            let telling = self.withdraw(&mut after, Advisory::Deleted, None, breaking);
            self.record(Some(before), after, article.cloned(), telling);
            return Ok(());
        }
        if let Some(article) = article {
            return self.settle(&Seen::unchanged(&before, article), before);
        }
        // Without its source only what the row itself says can be done.
        let after = match before.state {
            // Its own date was to take it out of the feeds.
            State::Live => Entry { state: State::Expired, due: None, ..before.clone() },
            // An embargo must not be forgotten: as soon as the file can be read again, it is released.
            State::Held { .. } => Entry { due: Some(self.now.plus(SOURCE_RETRY)), ..before.clone() },
            State::RemovalPending { .. } | State::Expired | State::Withdrawn { .. } => Entry { due: None, ..before.clone() },
        };
        self.record(Some(before), after, None, None);
        Ok(())
    }

    fn again(&mut self, id: &ArticleId, article: &Arc<Article>) -> Result<(), Missing> {
        let Some(before) = self.known.by_id(id)?.cloned() else { return Ok(()) };
        // What was seen in this batch has just been placed; what has become due is placed, and told, by its time.
        if self.index.contains_key(id) || before.due.is_some_and(|due| due <= self.now) {
            return Ok(());
        }
        if matches!(before.state, State::RemovalPending { .. } | State::Withdrawn { .. }) {
            return Ok(());
        }
        self.settle(&Seen::unchanged(&before, article), before)
    }

    fn seen(&mut self, seen: &Seen, batch: &Batch<'_>) -> Result<(), Missing> {
        let (who, note) = identity::who(seen, self.known, batch)?;
        if let Some(note) = note {
            self.note(&seen.path, note);
        }
        match who {
            Who::Clash(clash) => {
                self.note(&seen.path, clash);
                self.unusable(&seen.path)
            }
            Who::Known(before) => {
                if before.path != seen.path {
                    self.displace(seen, batch)?;
                }
                self.settle(seen, *before)
            }
            Who::New(id) => {
                let held_here = self.displace(seen, batch)?;
                self.create(seen, id, held_here)
            }
        }
    }

    /// Another article takes the place of the file at this path. Gives whether what lay there was held here and is forgotten.
    fn displace(&mut self, seen: &Seen, batch: &Batch<'_>) -> Result<bool, Missing> {
        let Some(here) = self.known.by_path(&seen.path)?.filter(|entry| !batch.has_left(&seen.path, entry)).cloned() else {
            return Ok(false);
        };
        if here.was_public {
            self.displaced.push((here.id, here.path));
            return Ok(false);
        }
        let held_here = here.held_here;
        self.forget(here);
        Ok(held_here)
    }

    fn create(&mut self, seen: &Seen, id: Option<ArticleId>, held_here: bool) -> Result<(), Missing> {
        let published = dates::published(&seen.article, None, seen.first_sight, self.now);
        let id = match id {
            Some(id) => Ok(id),
            None => self.desk.making(published.at, &seen.path).first_free(None, self.known),
        };
        // Both are asked for before either is needed, so that one look-up serves for both.
        let link = self.link(seen, None, published.at);
        let (id, link) = both(id, link)?;
        let held_here = held_here || self.forgotten.get(&id).is_some_and(|entry| entry.held_here);
        let blank = Entry {
            id,
            path: seen.path.clone(),
            stamp: seen.stamp,
            digest: seen.digest,
            fingerprint: seen.fingerprint,
            state: State::Expired,
            link,
            published: published.at,
            updated: published.at,
            released: published.at,
            revision: Revision(0),
            lane: None,
            held_here,
            was_public: false,
            minor: false,
            facts: Facts::default(),
            feeds: Vec::new(),
            due: None,
        };
        self.place(seen, None, blank, published);
        Ok(())
    }

    fn settle(&mut self, seen: &Seen, before: Entry) -> Result<(), Missing> {
        let published = dates::published(&seen.article, Some(&before), seen.first_sight, self.now);
        let standing = Standing::of(&seen.article, self.now);
        let link = match &standing {
            // A tombstone stays where the article stood, whoever stands there now.
            Standing::Withdrawn(_) => Ok(before.link.clone()),
            Standing::Held(..) | Standing::Live(_) | Standing::Expired => self.link(seen, Some(&before), published.at),
        };
        // An id is made for good when its article is first published.
        let id = match &standing {
            Standing::Live(_) if !before.was_public && seen.article.id.is_none() => {
                self.desk.making(published.at, &seen.path).first_free(Some(&before.id), self.known)
            }
            Standing::Live(_) | Standing::Held(..) | Standing::Expired | Standing::Withdrawn(_) => Ok(before.id.clone()),
        };
        let (id, link) = both(id, link)?;
        if id != before.id {
            self.forget(before.clone());
        }
        let entry = Entry {
            id,
            link,
            path: seen.path.clone(),
            stamp: seen.stamp,
            digest: seen.digest,
            fingerprint: seen.fingerprint,
            ..before.clone()
        };
        self.place(seen, Some(before), entry, published);
        Ok(())
    }
}

fn both<A, B>(a: Result<A, Missing>, b: Result<B, Missing>) -> Result<(A, B), Missing> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Missing(mut a)), Err(Missing(b))) => {
            a.extend(b);
            Err(Missing(a))
        }
        (Err(missing), Ok(_)) | (Ok(_), Err(missing)) => Err(missing),
    }
}
