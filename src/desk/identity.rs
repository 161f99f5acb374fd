//! Which article a file is.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::batch::Batch;
use super::known::{Known, Missing};
use super::maps::Set;
use super::observation::Seen;
use crate::article::{ArticleId, Entry, SourcePath, State, Version};
use crate::diagnostic::{Diagnostic, Severity};
use crate::instant::Instant;

/// Who a file turned out to be.
#[derive(Debug)]
pub(super) enum Who {
    /// An article that the catalogue knows, perhaps from another path.
    Known(Box<Entry>),
    /// A new one, with the id that its front matter gives.
    New(Option<ArticleId>),
    /// It claims the id of an article whose file is still there.
    Clash(Diagnostic),
    /// It holds a version of an article that is no newer than the one that the catalogue knows.
    Superseded(Diagnostic),
}

impl Who {
    fn known(entry: &Entry) -> Self {
        Self::Known(Box::new(entry.clone()))
    }
}

/// Finds out: front matter's id, else its path, else the kernel's rename cookie, else equal bytes of one vanished file.
///
/// `settled` are the articles whose files were found in this batch already.
pub(super) fn who(seen: &Seen, known: &Known, batch: &Batch<'_>, settled: &Set<ArticleId>) -> Result<(Who, Option<Diagnostic>), Missing> {
    // An article whose file the kernel moved away from here is not here any more.
    let here = known.by_path(&seen.path)?.filter(|entry| !batch.gives_way(entry, seen));
    let from = moved(seen, known, batch)?.filter(|entry| !settled.contains(&entry.id));
    if let Some(id) = &seen.article.id {
        if let Some(entry) = known.by_id(id)? {
            // An older version says nothing more, not even where the newer one was withdrawn or its file removed.
            if entry.path != seen.path && is_newer(entry.facts.version, seen.article.version) {
                return Ok((Who::Superseded(superseded(seen, id, &entry.path)), None));
            }
            let free = entry.path == seen.path
                || !settled.contains(id)
                    && (from.is_some_and(|from| from.id == entry.id)
                        || file_is_gone(entry)
                        || batch.is_gone(&entry.path)
                        || is_another_now(entry, known, batch)?);
            return Ok(if free {
                (Who::known(entry), None)
            } else if is_newer(seen.article.version, entry.facts.version) {
                (Who::known(entry), Some(supersedes(seen, id, &entry.path)))
            } else if seen.article.version.is_some() && seen.article.version == entry.facts.version {
                (Who::Superseded(same_version(seen, id, entry)), None)
            } else {
                (Who::Clash(taken(seen, id, entry)), None)
            });
        }
        // An article once public keeps its id, whatever its front matter says later.
        let keeps = |entry: &&Entry| entry.was_public && !matches!(entry.state, State::Withdrawn { .. });
        return Ok(match here.filter(keeps).or(from.filter(keeps)) {
            Some(entry) => (Who::known(entry), Some(kept(seen, id, entry))),
            None => (Who::New(Some(id.clone())), None),
        });
    }
    // What was moved over a public article updates it; a draft that nobody saw gives way.
    let stays = |entry: &&Entry| !matches!(entry.state, State::Withdrawn { .. }) && (entry.was_public || from.is_none());
    if let Some(entry) = here.filter(stays).or(from) {
        return Ok((Who::known(entry), None));
    }
    let mut candidates: Vec<&Entry> = known.vanished(seen.digest)?;
    candidates.extend(batch.leaving(seen.digest).iter().filter_map(|id| known.entry(id)).filter(|entry| batch.is_gone(&entry.path)));
    // One whose own file is back is not this one.
    candidates.retain(|entry| !batch.is_seen(&entry.path) && !settled.contains(&entry.id));
    if let [one] = candidates[..] {
        return Ok((Who::known(one), None));
    }
    Ok((here.map_or(Who::New(None), Who::known), None))
}

/// The article that the kernel moved here, as long as nothing else took it meanwhile.
fn moved<'k>(seen: &Seen, known: &'k Known, batch: &Batch<'_>) -> Result<Option<&'k Entry>, Missing> {
    let Some((from, id)) = batch.mover(&seen.path) else { return Ok(None) };
    let entry = known.by_id(id)?.filter(|entry| entry.path == *from);
    // A withdrawn article's file that was still there moves with its article; any other file at its old place is a new one.
    Ok(entry.filter(|entry| !matches!(entry.state, State::Withdrawn { .. }) || entry.digest == seen.digest))
}

/// Whether the file where the article lay has become another article that the catalogue knows.
fn is_another_now(entry: &Entry, known: &Known, batch: &Batch<'_>) -> Result<bool, Missing> {
    match batch.claim(&entry.path) {
        Some(claim) if *claim != entry.id => Ok(known.by_id(claim)?.is_some()),
        Some(_) | None => Ok(false),
    }
}

fn file_is_gone(entry: &Entry) -> bool {
    match entry.state {
        State::RemovalPending { .. } | State::Withdrawn { .. } => true,
        State::Live | State::Held { .. } | State::Expired => false,
    }
}

/// Whether a version is newer than another; not where one of them is not known.
pub(super) fn is_newer(version: Option<Version>, than: Option<Version>) -> bool {
    version.zip(than).is_some_and(|(version, than)| version.is_newer_than(&than))
}

/// What is said of a file that holds an older version.
pub(super) fn superseded(seen: &Seen, id: &ArticleId, holder: &SourcePath) -> Diagnostic {
    let message = format!("this version of '{id}' is older than the one in {holder}; it was passed over");
    Diagnostic::new(Severity::Note, "superseded-version", seen.path.to_string(), message)
}

/// What is said of a file that holds the same version once more; if it says something else, nobody can tell which one is meant.
fn same_version(seen: &Seen, id: &ArticleId, holder: &Entry) -> Diagnostic {
    let message = format!("this is the same version of '{id}' as the one in {}; it was passed over", holder.path);
    if holder.digest == seen.digest {
        return Diagnostic::new(Severity::Note, "superseded-version", seen.path.to_string(), message);
    }
    Diagnostic::new(Severity::Warning, "same-version", seen.path.to_string(), format!("{message}, though the files differ"))
        .mend("have a changed item sent under a higher version")
}

fn supersedes(seen: &Seen, id: &ArticleId, holder: &SourcePath) -> Diagnostic {
    let message = format!("this is a newer version of '{id}' than the one in {holder}, which it replaces");
    Diagnostic::new(Severity::Note, "newer-version", seen.path.to_string(), message)
}

fn taken(seen: &Seen, id: &ArticleId, holder: &Entry) -> Diagnostic {
    Diagnostic::new(Severity::Error, "duplicate-id", seen.path.to_string(), format!("the id '{id}' is already that of {}", holder.path))
        .mend("give this article an id of its own, or leave the id out")
}

fn kept(seen: &Seen, id: &ArticleId, entry: &Entry) -> Diagnostic {
    let message = format!("this article was published as '{}' and keeps that id; '{id}' is not used", entry.id);
    Diagnostic::new(Severity::Warning, "id-changed", seen.path.to_string(), message)
        .mend("set the id back, or give the new article a file of its own")
}

/// What ids are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Making<'a> {
    pub(super) authority: &'a str,
    pub(super) zone: &'a TimeZone,
    pub(super) published: Instant,
    pub(super) path: &'a SourcePath,
}

impl Making<'_> {
    /// The id: `tag:` (RFC 4151), the site's authority, the day of first publication, the path without extension; with a number
    /// where `number` is not 1.
    pub(super) fn numbered(&self, number: u32) -> ArticleId {
        let day = self.published.in_zone(self.zone).date();
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        // A date shows itself as RFC 4151 wants it, but for years that no article has.
        let made = |specific: &str| ArticleId::parse(&format!("tag:{},{day}:{specific}{suffix}", self.authority));
        made(&escape(&self.path.without_extension())).or_else(|_| made(&short(self.path))).unwrap_or_else(|_| {
            // A host's name has at most 253 bytes, and everything else here is short and plain.
            unreachable!("an authority, a day and a hash make an id")
        })
    }

    /// The first such id that no other article has; `own` is this article's at present.
    pub(super) fn first_free(&self, own: Option<&ArticleId>, known: &Known) -> Result<ArticleId, Missing> {
        let mut number = 1;
        loop {
            let id = self.numbered(number);
            if own == Some(&id) || known.by_id(&id)?.is_none() {
                return Ok(id);
            }
            number += 1;
        }
    }
}

/// Stands for a path that is too long for an id.
fn short(path: &SourcePath) -> String {
    let digest = <sha2::Sha256 as sha2::Digest>::digest(path.as_bytes());
    digest[..16].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// Percent-encodes what RFC 4151 section 2.1 does not allow in the specific part (`pchar`, `/` and `?` of RFC 3986).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
