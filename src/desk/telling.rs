//! What each step in an article's life does to its dates, and whether and how it is told.

use super::dates::{self, Published};
use super::decision::Telling;
use super::turn::Turn;
use crate::article::{Advisory, Article, BulletinKind, Entry, Field, Lane, State};
use crate::diagnostic::{Diagnostic, Severity};

impl Turn<'_> {
    /// It becomes public for the first time: news is told and stands on top, history takes its place by its date.
    pub(super) fn release(
        &mut self,
        article: &Article,
        before: Option<&Entry>,
        entry: &mut Entry,
        published: Published,
    ) -> Option<Telling> {
        let waited = entry.held_here || before.is_some_and(|before| before.held_here);
        entry.was_public = true;
        entry.held_here = false;
        entry.updated = dates::first_updated(article, entry.published, self.clock);
        let by_rule = waited || dates::is_news(published, self.desk.announce_within, self.clock);
        let news = !self.baseline && article.announce.unwrap_or(by_rule);
        entry.released = if news { self.at } else { entry.published };
        if !self.baseline && !by_rule && article.announce.is_none() {
            let message =
                format!("published {}, longer ago than announce_within: it stands in the feeds and no one was told", published.at);
            let note = Diagnostic::new(Severity::Note, "history", entry.path.to_string(), message);
            self.note(&entry.path, note.mend("write 'announce: true' to tell of it"));
        }
        news.then(|| tell(entry, BulletinKind::Published, None, None, Vec::new(), false))
    }

    /// It comes back after it was told to be gone: whoever was told is told, whatever `announce` says.
    pub(super) fn restore(&mut self, before: &Entry, entry: &mut Entry) -> Option<Telling> {
        entry.held_here = false;
        entry.updated = dates::updated_by_return(before, self.at).max(entry.published);
        entry.released = if self.baseline { entry.published } else { self.at };
        (!self.baseline).then(|| tell(entry, BulletinKind::Published, None, None, Vec::new(), before.facts.breaking))
    }

    /// It stays public: a change of its fields is told.
    pub(super) fn stay(&mut self, article: &Article, before: &Entry, entry: &mut Entry) -> Option<Telling> {
        entry.updated = entry.updated.max(entry.published);
        // History keeps its place by its date; news by when it was told.
        if before.released == before.published {
            entry.released = entry.published;
        }
        let changed = before.fingerprint.changed(&entry.fingerprint);
        if changed.is_empty() {
            // A mark that no change has used yet is not left from one.
            entry.minor = before.minor && article.minor;
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
        entry.updated = dates::updated_by_change(article, before, self.at).max(entry.published);
        if self.baseline {
            return None;
        }
        Some(tell(entry, BulletinKind::Updated, None, None, changed, before.facts.breaking))
    }

    /// It goes, and its row is its tombstone.
    pub(super) fn withdraw(
        &mut self,
        entry: &mut Entry,
        advisory: Advisory,
        reason: Option<String>,
        was_breaking: bool,
    ) -> Option<Telling> {
        entry.state = State::Withdrawn { at: self.at, reason: reason.clone() };
        entry.due = None;
        self.withdrawal(entry, advisory, reason, was_breaking)
    }

    /// What is told of its going, whatever state it goes to.
    pub(super) fn withdrawal(&self, entry: &mut Entry, advisory: Advisory, reason: Option<String>, was_breaking: bool) -> Option<Telling> {
        (!self.baseline).then(|| tell(entry, BulletinKind::Withdrawn, Some(advisory), reason, Vec::new(), was_breaking))
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
