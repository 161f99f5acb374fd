//! One batch on its way through the desk: who each file is, and what its coming or going means.

use std::sync::Arc;

use super::batch::Batch;
use super::dates;
use super::decide::Desk;
use super::decision::{Decision, Decisions, Telling};
use super::identity::{self, Who};
use super::known::{Known, Missing};
use super::life_cycle::Standing;
use super::maps::{Map, Set};
use super::now::Now;
use super::observation::Seen;
use crate::article::{Article, ArticleId, Entry, Facts, Link, Revision, SourcePath, State};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;

/// One call of [`Desk::decide`].
pub(super) struct Turn<'a> {
    pub(super) desk: &'a Desk,
    pub(super) known: &'a mut Known,
    /// What time it is.
    pub(super) clock: Instant,
    /// What is written down as now.
    pub(super) at: Instant,
    pub(super) baseline: bool,
    out: Decisions,
    /// Where in `out` an article's decision stands.
    index: Map<ArticleId, usize>,
    /// Rows that are to be forgotten, unless their article turns up after all.
    forgotten: Map<ArticleId, Entry>,
    /// Articles whose file's place another article took.
    displaced: Vec<(ArticleId, SourcePath)>,
    /// Articles whose file was found.
    settled: Set<ArticleId>,
    /// Links that were taken when they were asked for: by which file, and where the note of it stands.
    pub(super) numbered: Vec<(SourcePath, Link, usize)>,
    /// The next number to try for a link that is taken.
    pub(super) numbers: Map<Link, u32>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(desk: &'a Desk, known: &'a mut Known, now: Now, baseline: bool) -> Self {
        Self {
            desk,
            known,
            clock: now.clock,
            at: now.edition,
            baseline,
            out: Decisions::default(),
            index: Map::default(),
            forgotten: Map::default(),
            displaced: Vec::new(),
            settled: Set::default(),
            numbered: Vec::new(),
            numbers: Map::default(),
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
        for (older, holder) in std::mem::take(&mut batch.superseded) {
            if let Some(id) = &older.article.id {
                self.note(&older.path, identity::superseded(older, id, holder));
            }
        }
        for seen in &batch.seen {
            lacks(self.seen(seen, &batch));
        }
        lacks(self.take_what_became_free());
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
        self.known.decided(&after);
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

    /// Articles that move past each other leave links free that were taken when the first of them asked.
    fn take_what_became_free(&mut self) -> Result<(), Missing> {
        let mut pointless = Set::default();
        for (path, base, note) in std::mem::take(&mut self.numbered) {
            if self.known.by_link(&base)?.is_some() {
                continue;
            }
            let Some(entry) = self.known.by_path(&path)?.cloned() else { continue };
            if let Some(at) = self.index.get(&entry.id) {
                self.out.decisions[*at].after.link = base.clone();
                self.known.put(Entry { link: base, ..entry });
                pointless.insert(note);
            }
        }
        let mut at = 0..;
        self.out.notes.retain(|_| at.next().is_none_or(|at| !pointless.contains(&at)));
        Ok(())
    }

    /// Whether something was decided of an article.
    pub(super) fn is_decided(&self, id: &ArticleId) -> bool {
        self.index.contains_key(id)
    }

    /// Where an article stands now by its own word.
    pub(super) fn standing(&self, article: &Article) -> Standing {
        Standing::of(article, self.clock, self.desk.announce_expiry)
    }

    pub(super) fn noted(&self) -> usize {
        self.out.notes.len()
    }

    pub(super) fn forget(&mut self, entry: Entry) {
        self.known.forget(&entry.id);
        self.forgotten.insert(entry.id.clone(), entry);
    }

    /// A finding about an article is one about its file, which says of which part it speaks.
    pub(super) fn note(&mut self, path: &SourcePath, mut note: Diagnostic) {
        let file = path.file();
        if let Some(part) = path.part() {
            note.message = format!("item '{part}': {}", note.message);
            note.path = file.to_string();
        }
        self.out.notes.push((file, note));
    }

    fn seen(&mut self, seen: &Seen, batch: &Batch<'_>) -> Result<(), Missing> {
        let (who, note) = identity::who(seen, self.known, batch, &self.settled)?;
        if let Some(note) = note {
            self.note(&seen.path, note);
        }
        match who {
            Who::Clash(why) | Who::Superseded(why) => {
                self.note(&seen.path, why);
                self.unusable(&seen.path)
            }
            Who::Known(before) => {
                self.displace(seen, batch, Some(&before.id))?;
                self.settle(seen, *before)
            }
            Who::New(id) => {
                let moved = batch.mover(&seen.path).and_then(|(_, id)| self.known.entry(id)).is_some_and(|entry| entry.held_here);
                let held_here = self.displace(seen, batch, None)? || moved;
                self.create(seen, id, held_here)
            }
        }
    }

    /// Another article takes the place of what lay at this path. Gives whether that was held here and is forgotten.
    fn displace(&mut self, seen: &Seen, batch: &Batch<'_>, by: Option<&ArticleId>) -> Result<bool, Missing> {
        let Some(here) = self.known.by_path(&seen.path)?.filter(|entry| by != Some(&entry.id)).cloned() else { return Ok(false) };
        if here.was_public || batch.gives_way(&here, seen) {
            // Its own file may be found elsewhere yet.
            self.displaced.push((here.id, here.path));
            return Ok(false);
        }
        let held_here = here.held_here;
        self.forget(here);
        Ok(held_here)
    }

    fn create(&mut self, read: &Seen, id: Option<ArticleId>, held_here: bool) -> Result<(), Missing> {
        let (seen, ruled) = self.desk.edited(read);
        let seen = &*seen;
        let published = dates::published(seen, None, self.clock);
        let id = match id {
            Some(id) => Ok(id),
            None => self.desk.making(published.at, &seen.path).first_free(None, self.known),
        };
        // Both are asked for before either is needed, so that one look-up serves for both.
        let link = match self.standing(&seen.article) {
            Standing::Withdrawn(_) => Ok(self.unheld_link(seen, published.at)),
            Standing::Held(..) | Standing::Live(_) | Standing::Expired { .. } => self.link(seen, None, published.at),
        };
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
        self.settled.insert(blank.id.clone());
        self.place(seen, &read.article, &ruled, None, blank, published);
        Ok(())
    }

    pub(super) fn settle(&mut self, read: &Seen, before: Entry) -> Result<(), Missing> {
        let (seen, ruled) = self.desk.edited(read);
        let seen = &*seen;
        let published = dates::published(seen, Some(&before), self.clock);
        let standing = self.standing(&seen.article);
        let link = match &standing {
            // A tombstone stays where the article stood, whoever stands there now.
            Standing::Withdrawn(_) => Ok(before.link.clone()),
            Standing::Held(..) | Standing::Live(_) | Standing::Expired { .. } => self.link(seen, Some(&before), published.at),
        };
        // An id is made for good when its article is first published.
        let id = match &standing {
            Standing::Live(_) if !before.was_public && seen.article.id.is_none() => {
                self.desk.making(published.at, &seen.path).first_free(Some(&before.id), self.known)
            }
            Standing::Live(_) | Standing::Held(..) | Standing::Expired { .. } | Standing::Withdrawn(_) => Ok(before.id.clone()),
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
        self.settled.insert(entry.id.clone());
        self.place(seen, &read.article, &ruled, Some(before), entry, published);
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
