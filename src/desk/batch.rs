//! One call's observations: each path once, in the order in which they are decided, and what they say of each other.

use super::identity::is_newer;
use super::known::{Known, Missing};
use super::maps::{Map, Set};
use super::observation::{Observation, Seen};
use crate::article::{Article, ArticleId, Entry, SourcePath, State};

/// The observations of one batch.
#[derive(Debug, Default)]
pub(super) struct Batch<'a> {
    /// Files that are not there, in the order of paths.
    pub(super) gone: Vec<&'a SourcePath>,
    /// Files that are there and cannot be used, in the order of paths.
    pub(super) unusable: Vec<&'a SourcePath>,
    /// Files that were read: first those that the kernel renamed, then the others, both in the order of paths, so that numbered
    /// links do not depend on the order of events.
    pub(super) seen: Vec<&'a Seen>,
    /// Files whose version of an article another file of this batch supersedes, and that file.
    pub(super) superseded: Vec<(&'a Seen, &'a SourcePath)>,
    /// Articles to be placed anew.
    pub(super) again: Vec<(&'a ArticleId, &'a std::sync::Arc<Article>)>,
    /// Articles whose time has come.
    pub(super) due: Vec<(&'a ArticleId, Option<&'a std::sync::Arc<Article>>)>,
    missing_files: Set<&'a SourcePath>,
    claims: Map<&'a SourcePath, Option<&'a ArticleId>>,
    renames: Map<&'a SourcePath, &'a SourcePath>,
    /// Which articles lay where the kernel renamed files from, before anything was decided.
    movers: Map<&'a SourcePath, ArticleId>,
    /// Articles that are not public, whose file is gone, by the file's bytes.
    leaving: Map<[u8; 16], Vec<ArticleId>>,
}

impl<'a> Batch<'a> {
    /// Sorts the observations; of several about one path the last counts.
    pub(super) fn new(observations: &'a [Observation]) -> Self {
        let mut batch = Self::default();
        let mut last: Map<&SourcePath, &Observation> = Map::default();
        for observation in observations {
            match observation {
                Observation::Seen(seen) => {
                    last.insert(&seen.path, observation);
                    if let Some(from) = &seen.renamed_from {
                        batch.renames.insert(&seen.path, from);
                    }
                }
                Observation::Unusable(path) | Observation::Gone(path) => {
                    last.insert(path, observation);
                }
                Observation::Due(id, article) => batch.due.push((id, article.as_ref())),
                Observation::Again(id, article) => batch.again.push((id, article)),
            }
        }
        for (path, observation) in last {
            match observation {
                Observation::Gone(_) => {
                    batch.gone.push(path);
                    batch.missing_files.insert(path);
                    batch.renames.remove(path);
                }
                Observation::Unusable(_) => {
                    batch.unusable.push(path);
                    batch.renames.remove(path);
                }
                Observation::Seen(seen) => {
                    batch.seen.push(seen);
                    batch.claims.insert(path, seen.article.id.as_ref());
                }
                Observation::Due(..) | Observation::Again(..) => {}
            }
        }
        batch.keep_newest();
        batch.gone.sort_unstable();
        batch.unusable.sort_unstable();
        let renames = &batch.renames;
        batch.seen.sort_unstable_by_key(|seen| (!renames.contains_key(&seen.path), &seen.path));
        batch.due.sort_unstable_by_key(|(id, _)| *id);
        batch
    }

    /// Of several versions of one article in several files, only the newest is decided on.
    fn keep_newest(&mut self) {
        let mut newest: Map<&ArticleId, &'a Seen> = Map::default();
        self.seen.sort_unstable_by_key(|seen| &seen.path);
        for seen in &self.seen {
            if let (Some(id), Some(_)) = (&seen.article.id, seen.article.version) {
                let known = newest.entry(id).or_insert(seen);
                if is_newer(seen.article.version, known.article.version) {
                    *known = seen;
                }
            }
        }
        let superseded = &mut self.superseded;
        self.seen.retain(|seen| {
            let Some(newest) = seen.article.id.as_ref().and_then(|id| newest.get(id)) else { return true };
            let stays = newest.path == seen.path || !is_newer(newest.article.version, seen.article.version);
            if !stays {
                superseded.push((seen, &newest.path));
            }
            stays
        });
    }

    /// Notes who lies where at the beginning, for files that move past each other.
    pub(super) fn look_around(&mut self, known: &Known) -> Result<(), Missing> {
        for from in self.renames.values() {
            if let Some(entry) = known.by_path(from)? {
                self.movers.insert(from, entry.id.clone());
            }
        }
        // What was moved over a public article, which stays there, has not moved: the other is updated. Who stays may in turn be in
        // another's way.
        loop {
            let blocked = |(to, from): (&&'a SourcePath, &&'a SourcePath)| -> Result<Option<&'a SourcePath>, Missing> {
                let stays = known.by_path(to)?.is_some_and(|entry| {
                    entry.was_public && !matches!(entry.state, State::Withdrawn { .. }) && self.movers.get(*to) != Some(&entry.id)
                });
                Ok(self.movers.get(*from).filter(|_| stays).map(|_| *from))
            };
            let blocked: Vec<_> = self.renames.iter().map(blocked).collect::<Result<_, _>>()?;
            let before = self.movers.len();
            for from in blocked.into_iter().flatten() {
                self.movers.remove(from);
            }
            if self.movers.len() == before {
                break;
            }
        }
        for path in &self.gone {
            if let Some(entry) = known.by_path(path)?
                && matches!(entry.state, State::Held { .. } | State::Expired)
            {
                self.leaving.entry(entry.digest).or_default().push(entry.id.clone());
            }
        }
        // Placed anew in the order of paths, for the numbers of links.
        let path = |id: &ArticleId| known.entry(id).map(|entry| &entry.path);
        self.again.sort_by(|(a, _), (b, _)| (path(a), a).cmp(&(path(b), b)));
        Ok(())
    }

    /// Whether the file that lay there was found gone.
    pub(super) fn is_gone(&self, path: &SourcePath) -> bool {
        self.missing_files.contains(path)
    }

    /// Whether a file that can be used was found there.
    pub(super) fn is_seen(&self, path: &SourcePath) -> bool {
        self.claims.contains_key(path)
    }

    /// Whether the kernel renamed a file from there.
    pub(super) fn is_left(&self, path: &SourcePath) -> bool {
        self.movers.contains_key(path)
    }

    /// The id that front matter gives to the file that was found there.
    pub(super) fn claim(&self, path: &SourcePath) -> Option<&'a ArticleId> {
        self.claims.get(path).copied().flatten()
    }

    /// Where the kernel says that the file lay before, and whose it was.
    pub(super) fn mover(&self, to: &SourcePath) -> Option<(&'a SourcePath, &ArticleId)> {
        let from = *self.renames.get(to)?;
        Some((from, self.movers.get(from)?))
    }

    /// Whether the article that lay where a renamed file now lies is itself renamed away from there. Renamed files come first, so
    /// that for all others this is done.
    pub(super) fn gives_way(&self, entry: &Entry, to: &Seen) -> bool {
        self.renames.contains_key(&to.path) && self.movers.get(&to.path) == Some(&entry.id)
    }

    /// Articles that are not public, whose file is gone and had these bytes.
    pub(super) fn leaving(&self, digest: [u8; 16]) -> &[ArticleId] {
        self.leaving.get(&digest).map_or(&[], Vec::as_slice)
    }
}
